using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Chokes;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Where a thing stands on the map, in cells. It travels in steps of 1/64 cell, from 8 cells outside the map's corner to 1,016 cells,
/// which is 16 bits a part; a game on a larger map replicates a position of its own.
/// </summary>
[Replicated]
public struct Position(Vec2 value)
{
    [Quantised(-8, 1015.984375f, 1f / 64)]
    public float X = value.X;

    [Quantised(-8, 1015.984375f, 1f / 64)]
    public float Y = value.Y;

    public Vec2 Value
    {
        readonly get => new(X, Y);
        set
        {
            X = value.X;
            Y = value.Y;
        }
    }
}

/// <summary>How an agent moves.</summary>
[Flags]
public enum AgentFlags : uint
{
    None = 0,

    /// <summary>Flies in a straight line over everything, and avoids only others that fly.</summary>
    Flying = 1,

    /// <summary>Stands still, but is still avoided by others.</summary>
    Halted = 2,

    /// <summary>
    /// Goes along a flow field that it shares with all who have the same goal and size, rather than along a path of its own: for crowds. A match has at most
    /// <see cref="Navigation.Limits.FlowFieldsMax"/> shared goals a tick; who has one more goes along paths.
    /// </summary>
    SharesWay = 4,

    /// <summary>
    /// Never goes through another agent, nor lets one through it. Without it those of a crowd that have been held up for <see cref="Limits.JamTicksMax"/> go
    /// through those who want the opposite way, rather than stand for ever.
    /// </summary>
    Solid = 8,
}

/// <summary>What an agent is doing.</summary>
public enum AgentState : uint
{
    /// <summary>Has no goal yet, or stands at it.</summary>
    Idle,

    /// <summary>Under way.</summary>
    Moving,

    /// <summary>At most its stop distance from its goal.</summary>
    Arrived,

    /// <summary>The goal cannot be reached; it goes to the nearest point that can.</summary>
    GoalWalledOff,

    /// <summary>On a jump, a ladder or whatever a link of the navigation mesh is; see <see cref="MeshAgent.Link"/>.</summary>
    OnLink,
}

/// <summary>
/// A thing that goes to a goal by itself: round walls, round others. The game sets the upper fields, the movement systems the lower.
/// It needs a <see cref="Position"/> and a <see cref="PathFollower"/> beside it.
/// </summary>
public struct Agent
{
    /// <summary>Where it wants to be. Setting another goal is enough to be led there.</summary>
    public Vec2 Goal;

    /// <summary>Cells from its centre to its edge; above 0.5 it no longer fits through gaps of one cell.</summary>
    public float Radius;

    /// <summary>Cells a second.</summary>
    public float Speed;

    /// <summary>It counts as arrived this close to its goal, in cells.</summary>
    public float StopDistance;

    /// <summary>
    /// Who gives way: the lower of two gives way more, and with a difference of 1 alone. Who is higher also gets its path sooner: half a second for each 1,
    /// at most two.
    /// </summary>
    public float Priority;

    public AgentFlags Flags;

    /// <summary>Set by the movement systems.</summary>
    public AgentState State;

    /// <summary>Cells a second, as last moved. Set by the movement systems.</summary>
    public Vec2 Velocity;
}

/// <summary>Up to <see cref="Limits.WaypointsMax"/> points.</summary>
[InlineArray(Limits.WaypointsMax)]
public struct Waypoints
{
    private Vec2 _first;
}

/// <summary>An agent's path; kept by the movement systems, zero to begin with.</summary>
public struct PathFollower
{
    internal Waypoints Points;
    internal Vec2 PlannedGoal;
    internal Vec2 WantedVelocity;
    internal int Count;
    internal int Next;
    internal int GridVersion;
    internal uint WantedSince;
    internal uint StuckTicks;
    internal uint Jam;
    internal uint Partial;
    internal ChokeVisit Choke;
    internal Vec2 SearchFrom;
    internal int SearchUnits;
    internal int SearchVersion;

    /// <summary>True while it goes through those it would meet, because it has been held up for <see cref="Limits.JamTicksMax"/>.</summary>
    public readonly bool SlipsThrough => Jam >= PathPlanner.JamMax;

    /// <summary>The points still ahead, nearest first.</summary>
    public readonly int Remaining => Count - Next;
}
