using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>Where an agent stands with a choke point. Kept by its owner from tick to tick, zero to begin with.</summary>
public struct ChokeVisit
{
    internal ulong Gate;
    internal int Direction;
    internal uint Since;
    internal uint PassesSince;
    internal ChokePhase Phase;

    /// <summary>True while it may not pass yet.</summary>
    public readonly bool IsWaiting => Phase == ChokePhase.Waits;

    public override readonly string ToString() => Phase == ChokePhase.None ? "free" : $"{Phase} {(Direction > 0 ? "forward" : "backward")} since {Since}";
}

internal enum ChokePhase
{
    None = 0,

    /// <summary>Wants through and may not yet.</summary>
    Waits = 1,

    /// <summary>May go.</summary>
    Passes = 2,

    /// <summary>Is through, and gets out of the way of those who come next.</summary>
    Leaves = 3,
}

/// <summary>What <see cref="ChokeTraffic"/> asks of an agent in this tick.</summary>
public enum ChokeOrder
{
    /// <summary>Nothing: go on as you like.</summary>
    Free = 0,

    /// <summary>Go where <see cref="ChokeTraveller.Heading"/> says, or stand if it is zero; make way for those who pass.</summary>
    Wait = 1,

    /// <summary>Go where <see cref="ChokeTraveller.Heading"/> says, or on as before if it is zero; the others make way.</summary>
    Pass = 2,

    /// <summary>Go where <see cref="ChokeTraveller.Heading"/> says, or on as before if it is zero; the others make way.</summary>
    Leave = 3,
}

/// <summary>An agent as the traffic at choke points sees it.</summary>
public struct ChokeTraveller
{
    public Vec2 Position;

    /// <summary>The next point of its way.</summary>
    public Vec2 Next;

    /// <summary>The point after that; the same where there is none.</summary>
    public Vec2 After;

    /// <summary>The point after <see cref="After"/>; the same where there is none.</summary>
    public Vec2 Later;

    public float Radius;

    public ChokeVisit Visit;

    /// <summary>Answered by the traffic.</summary>
    public ChokeOrder Order;

    /// <summary>A direction of length 1, or zero. Answered by the traffic.</summary>
    public Vec2 Heading;

    /// <summary>What to add to its priority in avoidance: the nearer ones of those who pass go first, those who wait give way. Answered by the traffic.</summary>
    public float Priority;
}
