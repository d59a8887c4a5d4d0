using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// The match's navigation mesh, for agents that walk on it. What they keep of it holds for any mesh that is the same, so that a restored match goes on as it would
/// have: versions are hashes, and paths know the ground they lead over by its hash.
/// </summary>
internal sealed class MeshAgentGround : IAgentGround
{
    // Looking for the ground nearest to the goal takes about as much.
    private const int NearestUnits = 40;

    // So far the game may push an agent aside without making it plan anew.
    private const float NudgeMax = 2;

    // A goal is looked for at any distance, as one outside of a grid is.
    private static readonly Vec3 AnyReach = new(1e6f, 1e6f, 1e6f);
    private static readonly Vec3 SnapReach = new(Navigation.Limits.MeshSnapMax, Navigation.Limits.MeshSnapMax, Navigation.Limits.MeshSnapMax);

    private readonly MeshWaypoint[] _waypoints = new MeshWaypoint[Limits.WaypointsMax];
    private readonly MatchNavMesh _match;
    private readonly NavMeshQuery _query;
    private readonly MeshPathFinder _finder;
    private MeshPoint _goal; // of the search under way

    public MeshAgentGround(MatchNavMesh match)
    {
        _match = match;
        _query = match.Settled().Query;
        _finder = new MeshPathFinder(_query);
    }

    /// <summary>The mesh as it was at the beginning of the tick.</summary>
    public NavMesh Mesh => _query.Mesh;

    /// <summary>How tall agents are: floors are at least so far apart.</summary>
    public float Tall => _match.Settings.AgentHeight;

    /// <summary>Lets the first searches find the mesh, code and memory ready. Not while an agent is being searched for.</summary>
    public void Prepare()
    {
        _match.Settled();
        _finder.WarmUp();
    }

    /// <summary>A tick begins: takes the mesh as it is now.</summary>
    public void Settle() => _match.Settled();

    /// <summary>Finds out where on the mesh an agent stands, if it or the mesh is not where it was. Who stands beside the mesh is put onto it.</summary>
    public void Locate(in Walker walker)
    {
        ref MeshAgent mesh = ref walker.Mesh;
        bool isMoved = mesh.Placed != walker.Feet;
        if (!isMoved && (mesh.Version == _query.Version || walker.Agent.State == AgentState.OnLink))
        {
            return;
        }

        // The game has moved it: a little, or so far that what it was about to do is over.
        if (isMoved && (walker.Agent.State == AgentState.OnLink || !((mesh.Placed - walker.Feet).LengthSquared <= NudgeMax * NudgeMax)))
        {
            walker.Path.Count = walker.Path.Next = 0;
            walker.Path.Partial = 0;
            walker.Agent.State = AgentState.Idle;
        }

        PutOnGround(in walker);
    }

    public bool CanWalk(in Walker walker) => walker.Mesh.Polygon >= 0 && walker.Agent.State != AgentState.OnLink && float.IsFinite(walker.Mesh.GoalHeight);

    public float GoalDistanceSquared(in Walker walker) => MathF.Abs(walker.Mesh.Height - walker.Mesh.GoalHeight) < Tall
        ? Vec2.DistanceSquared(walker.Position.Value, walker.Agent.Goal)
        : float.PositiveInfinity;

    public bool HasGoalMoved(in Walker walker) =>
        walker.HasGoalMoved || !(MathF.Abs(walker.Mesh.GoalHeight - walker.Mesh.PlannedHeight) <= _match.Settings.AgentClimb);

    public bool IsChangedAhead(in Walker walker)
    {
        ref MeshAgent mesh = ref walker.Mesh;
        if (mesh.PathVersion == _query.Version)
        {
            return false;
        }

        bool isChanged = walker.Path.Partial != 0;
        for (int i = walker.Path.Next; i < walker.Path.Count && !isChanged; i++)
        {
            isChanged = mesh.Grounds[i] != GroundTo(in walker, i);
        }

        mesh.PathVersion = isChanged ? mesh.PathVersion : _query.Version;
        return isChanged;
    }

    public bool TryPlanStraight(in Walker walker)
    {
        BeginPlan(in walker);
        Vec2 goal = walker.Agent.Goal;
        bool isClear = GoalDistanceSquared(in walker) < Limits.StraightWaySquared
            && !_query.Raycast(StandOf(in walker), new Vec3(goal.X, walker.Mesh.GoalHeight, goal.Y), out MeshPoint end)
            && MathF.Abs(end.Position.Y - walker.Mesh.GoalHeight) < Tall;
        if (isClear)
        {
            walker.Path.Points[0] = goal;
            walker.Mesh.Links[0] = -1;
            walker.Mesh.Grounds[0] = GroundTo(in walker, 0);
        }

        return isClear;
    }

    public void BeginSearch(in Walker walker, ref int units)
    {
        units -= NearestUnits;
        walker.Mesh.SearchVersion = _query.Version;
        Begin(in walker);
    }

    public bool TryContinueSearch(in Walker walker, ref int units, out PathResult found)
    {
        if (!_finder.TryContinue(ref units, _waypoints, out found))
        {
            return false;
        }

        ref MeshAgent mesh = ref walker.Mesh;
        bool isGoal = Vec2.DistanceSquared(Flat(_goal.Position), walker.Path.PlannedGoal) < 0.0025f && MathF.Abs(_goal.Position.Y - mesh.PlannedHeight) < Tall;
        found = found with { ReachesGoal = found.ReachesGoal && isGoal };
        mesh.PathVersion = _query.Version;
        for (int i = 0; i < found.Count; i++)
        {
            walker.Path.Points[i] = Flat(_waypoints[i].Position);
            mesh.Heights[i] = _waypoints[i].Position.Y;
            mesh.Links[i] = _waypoints[i].Link;
            mesh.Grounds[i] = GroundTo(in walker, i);
        }

        return true;
    }

    public bool IsSearchGood(in Walker walker) => walker.Mesh.SearchVersion == _query.Version
        && walker.Path.PlannedGoal == walker.Agent.Goal && walker.Mesh.PlannedHeight == walker.Mesh.GoalHeight;

    public void RepeatSearch(in Walker walker, int units)
    {
        Begin(in walker);
        _finder.TryContinue(ref units, _waypoints, out _);
    }

    public void CancelSearch() => _finder.Cancel();

    // Paths turn at corners of the borders: who turns before it sees round one is led into the wall. Links begin somewhere on the ground.
    public float WaypointReach(in Walker walker) => walker.Mesh.Links[walker.Path.Next] >= 0 ? MathF.Max(0.15f, walker.Agent.Radius * 0.5f) : 0.05f;

    public bool Sees(in Walker walker, Vec2 point) => !_query.Raycast(StandOf(in walker), new Vec3(point.X, walker.Mesh.Height, point.Y), out _);

    public void Step(in Walker walker, Vec2 to)
    {
        if (walker.Mesh.Polygon >= 0)
        {
            Place(in walker, _query.MoveAlongSurface(StandOf(in walker), new Vec3(to.X, walker.Mesh.Height, to.Y)));
        }
    }

    /// <summary>True if a link begins at the next point of the path, and the path knows where it ends.</summary>
    public static bool HasLink(in Walker walker) => walker.Mesh.Links[walker.Path.Next] >= 0 && walker.Path.Next + 1 < walker.Path.Count;

    /// <summary>Lets an agent that has come to where a link begins go over it.</summary>
    public void EnterLink(in Walker walker)
    {
        ref MeshAgent mesh = ref walker.Mesh;
        int end = walker.Path.Next + 1;
        mesh.Link = mesh.Links[end - 1];
        mesh.LinkFrom = walker.Feet;
        mesh.LinkTo = new Vec3(walker.Path.Points[end].X, mesh.Heights[end], walker.Path.Points[end].Y);
        float length = (mesh.LinkTo - mesh.LinkFrom).Length;
        float seconds = _match.Links[mesh.Link].Seconds;
        mesh.LinkRate = 1 / MathF.Max(seconds > 0 ? seconds : length / MathF.Max(walker.Agent.Speed, 0.01f), 1e-6f);
        mesh.LinkShare = 0;
        walker.Agent.State = AgentState.OnLink;
    }

    /// <summary>Goes on over a link, straight from where it was entered to its end.</summary>
    public void Ride(in Walker walker, float seconds)
    {
        ref MeshAgent mesh = ref walker.Mesh;
        mesh.LinkShare = MathF.Min(mesh.LinkShare + (mesh.LinkRate * seconds), 1);
        Vec3 at = mesh.LinkShare < 1 ? Vec3.Lerp(mesh.LinkFrom, mesh.LinkTo, mesh.LinkShare) : mesh.LinkTo;
        walker.Agent.Velocity = (Flat(at) - walker.Position.Value) / seconds;
        Place(in walker, new MeshPoint(mesh.Polygon, at));
        if (mesh.LinkShare >= 1)
        {
            // The point behind the link's beginning is its end.
            walker.Path.Next += 2;
            walker.Path.StuckTicks = 0;
            walker.Agent.State = AgentState.Moving;
            PutOnGround(in walker);
        }
    }

    private static Vec2 Flat(Vec3 point) => new(point.X, point.Z);

    private static MeshPoint StandOf(in Walker walker) => new(walker.Mesh.Polygon, walker.Feet);

    private static void Place(in Walker walker, MeshPoint at)
    {
        walker.Mesh.Polygon = at.Polygon;
        walker.Mesh.Height = at.Position.Y;
        walker.Mesh.Placed = at.Position;
        walker.Position.Value = Flat(at.Position);
    }

    private void PutOnGround(in Walker walker)
    {
        bool isFound = _query.TryFindNearest(walker.Feet, SnapReach, out MeshPoint nearest);
        Place(in walker, isFound ? nearest : new MeshPoint(-1, walker.Feet));
        walker.Mesh.Version = _query.Version;
    }

    private void BeginPlan(in Walker walker)
    {
        ref MeshAgent mesh = ref walker.Mesh;
        mesh.PathVersion = _query.Version;
        mesh.PlannedHeight = mesh.GoalHeight;
        (mesh.PathPolygon, mesh.PathFrom) = (mesh.Polygon, walker.Feet);
    }

    private void Begin(in Walker walker)
    {
        ref MeshAgent mesh = ref walker.Mesh;
        Vec3 goal = new(walker.Path.PlannedGoal.X, mesh.PlannedHeight, walker.Path.PlannedGoal.Y);
        _goal = _query.TryFindNearest(goal, AnyReach, out MeshPoint nearest) ? nearest : new MeshPoint(-1, goal);
        _finder.Begin(new MeshPoint(mesh.PathPolygon, mesh.PathFrom), _goal);
    }

    // What the ground is like on the way to a point of the path; over a link, where it ends.
    private ulong GroundTo(in Walker walker, int waypoint)
    {
        Vec2 to = walker.Path.Points[waypoint];
        bool isLink = waypoint > 0 && walker.Mesh.Links[waypoint - 1] >= 0;
        Vec2 from = isLink ? to : waypoint > 0 ? walker.Path.Points[waypoint - 1] : Flat(walker.Mesh.PathFrom);
        return _query.HashAlong(new Vec3(from.X, 0, from.Y), new Vec3(to.X, 0, to.Y));
    }
}
