using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Finds paths over the mesh of a <see cref="NavMeshQuery"/>, at once, within a budget or in pieces, as <see cref="PathFinder"/> does over a grid: A* over polygons and
/// links, then the straightest way through their edges.
/// </summary>
/// <remarks>
/// Buffers grow to the hardest search so far and are reused, so that nothing is allocated after warm-up. Not thread-safe: one per match, or one for each search that
/// others must not disturb. Equal meshes, costs and questions give equal paths, whatever was asked before and in whatever pieces.
/// </remarks>
public sealed class MeshPathFinder
{
    private const int WarmUpUnits = 20_000;

    // How far away, along each axis, an end of a search is looked for again after the mesh has become another.
    private static readonly Vec3 EndReach = new(Limits.MeshSnapMax, Limits.MeshSnapMax, Limits.MeshSnapMax);

    private readonly NavMeshQuery _query;
    private readonly MeshSearch _search = new();
    private readonly MeshPuller _puller = new();
    private MeshPoint _from;
    private MeshPoint _to;
    private Vec3 _goal;
    private ulong _version;
    private bool _isPossible;
    private bool _isPulling;

    public MeshPathFinder(NavMeshQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        _query = query;
    }

    /// <summary>True while a path is searched for in pieces: after <see cref="Begin"/>, before <see cref="TryContinue"/> has given it.</summary>
    public bool IsSearching { get; private set; }

    /// <summary>Polygons and links looked at by the last search.</summary>
    public int Expanded => _search.Expanded;

    /// <summary>A path from one point of the mesh to another as straight pieces, the start left out.</summary>
    /// <inheritdoc cref="NavMeshQuery.FindPath"/>
    public PathResult Find(MeshPoint from, MeshPoint to, Span<MeshWaypoint> waypoints)
    {
        int units = int.MaxValue;
        Begin(from, to);
        TryContinue(ref units, waypoints, out PathResult result);
        return result;
    }

    /// <summary>
    /// As <see cref="Find"/>, but ends when a budget is used up: the path then leads to what was met and is nearest to the goal
    /// (<see cref="PathStatus.OutOfBudget"/>).
    /// </summary>
    /// <param name="units">Of work, 20 to 50 ns each.</param>
    /// <inheritdoc cref="NavMeshQuery.FindPath"/>
    public PathResult FindWithin(int units, MeshPoint from, MeshPoint to, Span<MeshWaypoint> waypoints)
    {
        Begin(from, to);
        return TryContinue(ref units, waypoints, out PathResult result) ? result : GiveUp(waypoints);
    }

    /// <summary>
    /// Begins to search for a path as <see cref="Find"/> does, in pieces: <see cref="TryContinue"/> does the work. A search that was begun before is dropped.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public void Begin(MeshPoint from, MeshPoint to)
    {
        _goal = to.Position;
        BeginBetween(from, to);
    }

    /// <summary>
    /// Goes on with the search that was begun. If the mesh has become another since, or what its ground costs, it begins anew, between the points of the new mesh that
    /// are nearest to the old ones.
    /// </summary>
    /// <param name="units">Of work, 20 to 50 ns each; what was used is taken off. It may end a little below 0: the last step that fits is done as a whole.</param>
    /// <param name="waypoints">Where the path goes once it is found; see <see cref="Find"/>.</param>
    /// <returns>True once it is done.</returns>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public bool TryContinue(ref int units, Span<MeshWaypoint> waypoints, out PathResult result)
    {
        RequireBegun();
        result = default;
        if (_version != _query.Version)
        {
            BeginAnew();
        }

        if (!_isPossible)
        {
            IsSearching = false;
            units -= WorkUnits.Path;
            return true;
        }

        if (!_isPulling)
        {
            if (!_search.Continue(ref units))
            {
                return false;
            }

            units -= WorkUnits.Path;
            BeginPull();
        }

        return TryPull(ref units, waypoints, out result);
    }

    /// <summary>Ends a search in pieces with the path to what was met so far and is nearest to the goal; with the whole path, if it is known already.</summary>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public PathResult GiveUp(Span<MeshWaypoint> waypoints)
    {
        RequireBegun();
        if (_version != _query.Version)
        {
            BeginAnew();
        }

        int units = int.MaxValue;
        if (!_isPossible || _isPulling)
        {
            TryContinue(ref units, waypoints, out PathResult whole);
            return whole;
        }

        _search.TakeNearest();
        BeginPull();
        TryPull(ref units, waypoints, out PathResult result);
        return result with { Status = PathStatus.OutOfBudget };
    }

    /// <summary>
    /// Lets the first searches find code compiled and memory ready: searches from end to end of the mesh for a few tenths of a millisecond. A search that was begun is
    /// dropped.
    /// </summary>
    public void WarmUp()
    {
        Span<MeshWaypoint> waypoints = stackalloc MeshWaypoint[4];
        NavMesh mesh = _query.Mesh;
        if (mesh.PolygonCount > 0)
        {
            MeshPoint first = new(0, mesh.Corner(0, 0));
            MeshPoint last = new(mesh.PolygonCount - 1, mesh.Corner(mesh.PolygonCount - 1, 0));
            FindWithin(WarmUpUnits, first, last, waypoints);
            FindWithin(WarmUpUnits, last, first, waypoints);
        }
    }

    /// <summary>Forgets the search that was begun.</summary>
    public void Cancel() => IsSearching = false;

    internal int FindPolygons(MeshPoint from, MeshPoint to, Span<int> polygons)
    {
        int units = int.MaxValue;
        Begin(from, to);
        IsSearching = false;
        if (!_isPossible || !_search.Continue(ref units) || !_search.Reaches)
        {
            return -1;
        }

        int count = 0;
        ReadOnlySpan<int> corridor = _search.Corridor;
        for (int i = corridor.Length - 1; i >= 0 && count < polygons.Length; i--)
        {
            if (corridor[i] < _query.Mesh.PolygonCount)
            {
                polygons[count++] = corridor[i];
            }
        }

        return count;
    }

    private void RequireBegun()
    {
        if (!IsSearching)
        {
            throw new InvalidOperationException($"No path is searched for: call {nameof(Begin)} first.");
        }
    }

    private void BeginBetween(MeshPoint from, MeshPoint to)
    {
        (_from, _to, _version) = (from, to, _query.Version);
        (IsSearching, _isPulling) = (true, false);
        _isPossible = _query.IsOn(from) && _query.IsOn(to);
        if (_isPossible)
        {
            _search.Begin(_query, from, to);
        }
    }

    private void BeginAnew()
    {
        Vec3 start = _from.Position;
        bool isFound = _query.TryFindNearest(start, EndReach, out MeshPoint from) & _query.TryFindNearest(_goal, EndReach, out MeshPoint to);
        BeginBetween(isFound ? from : new MeshPoint(-1, start), to);
    }

    // Found anew, it may lie a little higher or lower.
    private bool IsGoal(Vec3 point) =>
        point.X == _goal.X && point.Z == _goal.Z && MathF.Abs(point.Y - _goal.Y) <= _query.Mesh.Ground.Settings.AgentClimb;

    private void BeginPull()
    {
        _isPulling = true;
        _puller.Begin(_query.Mesh, _from.Position, _search.End);
    }

    private bool TryPull(ref int units, Span<MeshWaypoint> waypoints, out PathResult result)
    {
        result = default;
        if (!_puller.TryContinue(_search.Corridor, ref units, waypoints, out bool fits))
        {
            return false;
        }

        IsSearching = false;
        bool reaches = _search.Reaches && IsGoal(_to.Position);
        PathStatus status = !fits ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        result = new PathResult(status, _puller.Count, _search.Cost, _search.Expanded, reaches, _search.Length);
        return true;
    }
}
