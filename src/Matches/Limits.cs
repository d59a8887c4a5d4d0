using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Matches;

/// <summary>Bounds of the match host.</summary>
public static class Limits
{
    /// <summary>Matches on one node. A relayed match is a few hundred bytes; the bound keeps the registry and its listing cheap.</summary>
    public const int MatchesMax = 10_000;

    public const int WorkersMax = 256;

    /// <summary>Members of one match, spectators included. Each costs a call a snapshot part a tick.</summary>
    public const int MembersMax = 256;

    public const int NodeNameLengthMax = 32;

    /// <summary>Name of a relayed match, in characters.</summary>
    public const int MatchNameLengthMax = 128;

    /// <summary>Matches in one listing: all there can be, because a search looks at all.</summary>
    public const int ListMax = MatchesMax;

    /// <summary>One piece of match data. Game inputs are small structs; relayed data may be a turn or a level.</summary>
    public const int DataBytesMax = 64 * 1024;

    /// <summary>Data waiting for a match's next tick. Well above what players send in a tick, small enough times <see cref="MatchesMax"/>.</summary>
    public const int InboxMessagesMax = 1_024;

    /// <summary>Must hold at least one largest piece of data.</summary>
    public const int InboxBytesMax = 2 * DataBytesMax;

    /// <summary>One member's share of the inbox, so that who floods starves nobody else: what the simulation takes of it in a tick.</summary>
    public const int InboxMessagesPerMemberMax = Simulation.Limits.InputsPerPlayerMax;

    /// <summary>Ticks run back to back after a pause before the schedule slips. A quarter second at 30 Hz: what interpolation can hide.</summary>
    public const int CatchUpTicksMax = 8;

    /// <summary>A tick this long is a stall: it blocks every match of its worker, so its match is ended. Seconds.</summary>
    public const double TickSecondsMax = 2;

    /// <summary>Relayed matches created and never joined are forgotten after so long. Seconds.</summary>
    public const double RelayedEmptySecondsMax = 30;

    /// <summary>Part header and body, as the wire has it.</summary>
    public const int SnapshotPartBytesMax = SnapshotHeader.Bytes + Simulation.Limits.SnapshotBodyBytesMax;

    /// <summary>Bytes of a checkpoint that is kept for recovery. A larger match is not kept: writing it would hold up its worker's others.</summary>
    public const int CheckpointBytesMax = 16 * 1024 * 1024;

    /// <summary>Bytes of checkpoints on their way to the disk; while it is behind, matches wait for their next one.</summary>
    public const long CheckpointBytesUnderWayMax = 64 * 1024 * 1024;

    /// <summary>Parameters of a request: more are a sign of state that belongs into the game.</summary>
    public const int MatchParametersMax = 256;

    /// <summary>How long the slot of a player is kept in a recovered match. Seconds: a client's reconnect takes a few.</summary>
    public const double SeatSecondsMax = 60;

    /// <summary>Tick duration a new match is assumed to have until it has been measured; chooses its worker. Microseconds.</summary>
    internal const long TickMicrosecondsAssumed = 250;
}
