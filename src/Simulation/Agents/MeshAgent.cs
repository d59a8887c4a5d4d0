using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Beside an <see cref="Agent"/>: it walks over the match's navigation mesh (<see cref="Game.GameContext.NavMesh"/>) rather than over the grid. Its
/// <see cref="Position"/> is where it stands as seen from above, x and y along the mesh's x and z; this is the third number. The game sets the upper fields, and the height
/// to begin with; the movement systems the lower.
/// </summary>
[Replicated]
public struct MeshAgent
{
    /// <summary>Of the ground it stands on, or of where it is on a link. Travels in steps of 1/64, up to 512 up and down.</summary>
    [Quantised(-512, 511.984375f, 1f / 64)]
    public float Height;

    /// <summary>Of its goal, roughly: the ground nearest to the goal and this height is where it goes.</summary>
    public float GoalHeight;

    /// <summary>While it is <see cref="AgentState.OnLink"/>: on which of the links that the game gave.</summary>
    public int Link;

    /// <summary>How much of the link lies behind it, 0 to 1.</summary>
    public float LinkShare;

    internal float LinkRate; // of it, a second
    internal Vec3 LinkFrom;
    internal Vec3 LinkTo;

    internal ulong Version; // of the mesh on which the polygon is
    internal int Polygon; // or -1 where no mesh is near
    internal Vec3 Placed; // where that was, to see that the game has put it elsewhere

    internal ulong PathVersion; // of the mesh for which the path is known to be good
    internal Vec3 PathFrom;
    internal int PathPolygon;
    internal ulong SearchVersion;
    internal float PlannedHeight;
    internal WaypointHeights Heights;
    internal WaypointLinks Links; // of each waypoint the link that begins there, or -1
    internal WaypointGrounds Grounds; // of each waypoint what the ground was like on the way to it
}

/// <summary>Of each of the <see cref="Waypoints"/> its height.</summary>
[InlineArray(Limits.WaypointsMax)]
internal struct WaypointHeights
{
    private float _first;
}

/// <summary>Of each of the <see cref="Waypoints"/> a link.</summary>
[InlineArray(Limits.WaypointsMax)]
internal struct WaypointLinks
{
    private int _first;
}

/// <summary>Of each of the <see cref="Waypoints"/> a hash of ground.</summary>
[InlineArray(Limits.WaypointsMax)]
internal struct WaypointGrounds
{
    private ulong _first;
}
