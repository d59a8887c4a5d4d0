namespace RealtimeServer.Simulation;

/// <summary>Every bound of the room, and why it has the value it has.</summary>
public static class Limits
{
    /// <summary>Fastest and slowest tick a game may ask for, in steps a second. Above 128 a step has less than 8 ms for a whole node.</summary>
    public const int TickRateHzMin = 1;

    public const int TickRateHzMax = 128;

    /// <summary>Players of a match: a player is one byte on the wire, and zero means none.</summary>
    public const int PlayersMax = 255;

    /// <summary>Bytes of one input or event. Larger ones are a sign of state that belongs into a component.</summary>
    public const int MessageBytesMax = 512;

    /// <summary>Inputs that one player may have waiting for the next tick; a client that sends more floods.</summary>
    public const int InputsPerPlayerMax = 32;

    /// <summary>Joins, leaves and inputs waiting for the next tick, of all players together.</summary>
    public const int InputsWaitingMax = 1024;

    /// <summary>Bytes of those inputs.</summary>
    public const int InputBytesWaitingMax = 64 * 1024;

    /// <summary>Events one tick may tell; the fullest battles of the sample games tell a few dozen.</summary>
    public const int EventsPerTickMax = 4096;

    /// <summary>Bytes of those events.</summary>
    public const int EventBytesPerTickMax = 256 * 1024;

    /// <summary>Bytes of inputs a match remembers for its replay: two hours of a flooding client. Then the log says that it is cut.</summary>
    public const int InputLogBytesMax = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes of a snapshot part's body. With the header of 16 and the 5 bytes that name the match it fits a datagram of 1,023 bytes, the
    /// least every client can receive before path discovery.
    /// </summary>
    public const int SnapshotBodyBytesMax = 960;

    /// <summary>Parts of one snapshot: 61 KB a tick, beyond which no player's link could follow.</summary>
    public const int SnapshotPartsMax = 64;

    /// <summary>Replicated component types of a game: their presence is a mask of 32 bits.</summary>
    public const int ReplicatedComponentsMax = 32;

    /// <summary>Replicated fields of all components of a game together.</summary>
    public const int ReplicatedFieldsMax = 256;

    /// <summary>Entities a client accepts in one snapshot: as many as a world may hold.</summary>
    public const int SnapshotEntitiesMax = 65_535;

    /// <summary>Sets of components whose layout is remembered; a game has a few dozen.</summary>
    public const int SnapshotLayoutsMax = 1024;

    /// <summary>Points of a path that an agent carries; a longer one is continued by the next search.</summary>
    public const int WaypointsMax = 16;

    /// <summary>Path searches one match finishes a tick at most; what does not fit waits a tick.</summary>
    public const int PathSearchesPerTickMax = 64;

    /// <summary>
    /// Work of all path searches of one match a tick, in units of 10 to 55 ns: half a millisecond on the machine of `bench/README.md`, where the dearest ticks take
    /// 53 ns each. Counted, not timed: every machine must plan the same in the same tick.
    /// </summary>
    public const int PathUnitsPerTickMax = 9_200;

    /// <summary>Units that are taken for a look whether the straight way is good.</summary>
    public const int PathUnitsLook = 8;

    /// <summary>Paths keep at most so far from walls, in cells, so that every agent fits through a gap of one cell.</summary>
    public const float PathRadiusMax = 0.45f;

    /// <summary>Squared distance, in cells, below which a goal in plain sight needs no search.</summary>
    public const float StraightWaySquared = 9f;

    /// <summary>Squared distance, in cells, from which an agent looks past the next point of its path.</summary>
    public const float WaypointSightSquared = 4f;

    /// <summary>Ticks that an agent is held up near a goal where others stand already before it counts as arrived.</summary>
    public const int CrowdedOutTicks = 10;

    /// <summary>Ticks that an agent is held up on its way before it slips through those who want the opposite way.</summary>
    public const int JamTicksMax = 300;

    /// <summary>How far, in cells, an agent or a body under a new building looks for an open cell.</summary>
    public const int PushOutCellsMax = 16;

    /// <summary>Metres that a cell may be higher than what is put onto it.</summary>
    public const float PushOutStep = 0.05f;

    /// <summary>Ticks of the past a game can look at: a second at the fastest tick, which is more than any player's delay is worth.</summary>
    public const int RewindTicksMax = 128;

    /// <summary>Bytes of a match's checkpoint: its worlds, its input log and all else.</summary>
    public const int CheckpointBytesMax = 1024 * 1024 * 1024;

    /// <summary>Bytes of a match's result.</summary>
    public const int ResultBytesMax = 64 * 1024;
}
