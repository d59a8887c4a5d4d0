using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>A piece of a path over a mesh.</summary>
/// <param name="Position">Where it ends.</param>
/// <param name="Link">The index of the <see cref="OffMeshLink"/> that begins there, or -1.</param>
public readonly record struct MeshWaypoint(Vec3 Position, int Link);

/// <summary>
/// Questions to a <see cref="NavMesh"/>: the nearest point, paths (A* over polygons, then the straightest way through their edges, the "funnel" of D. Lee,
/// F. Preparata and B. Chazelle) and rays.
/// </summary>
/// <remarks>Nothing is allocated once buffers have grown. Not thread-safe: one per match.</remarks>
public sealed class NavMeshQuery
{
    private readonly float[] _areaCosts = new float[256];
    private readonly MeshPathFinder _paths;
    private ulong _costsHash;
    private ulong _version; // 0 until it is asked for

    public NavMeshQuery(NavMesh mesh)
    {
        Array.Fill(_areaCosts, 1);
        _costsHash = HashCosts();
        Use(mesh);
        _paths = new MeshPathFinder(this);
    }

    /// <summary>The mesh that is asked.</summary>
    public NavMesh Mesh { get; private set; }

    /// <summary>Polygons and links looked at by the last search.</summary>
    public int Expanded => _paths.Expanded;

    /// <summary>Of each of the 256 kinds of ground what a way over it costs.</summary>
    public ReadOnlySpan<float> AreaCosts => _areaCosts;

    internal float[] CostTable => _areaCosts;

    /// <summary>What a way of length 1 costs at least, over the ground or over a link.</summary>
    internal float LeastCost { get; private set; }

    /// <summary>A hash of the mesh and of what its ground costs: the same for the same, also in another process, and after a change another one.</summary>
    public ulong Version => _version != 0 ? _version : _version = HashAll();

    /// <summary>What a way over a kind of ground costs, as a multiple of its length; 1 unless said.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is not a number above 0.</exception>
    public void SetAreaCost(byte area, float cost)
    {
        CheckCost(area, cost);
        _areaCosts[area] = cost;
        TakeCosts();
    }

    /// <summary>Sets the costs of all kinds of ground.</summary>
    /// <param name="costs">256 of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not as many, or one is not a number above 0; then nothing has changed.</exception>
    public void SetAreaCosts(ReadOnlySpan<float> costs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(costs.Length, _areaCosts.Length, nameof(costs));
        for (int area = 0; area < costs.Length; area++)
        {
            CheckCost(area, costs[area]);
        }

        costs.CopyTo(_areaCosts);
        TakeCosts();
    }

    /// <summary>Asks another mesh from now on, such as the same one after a building has risen. Points on the one before are worth nothing on it.</summary>
    [MemberNotNull(nameof(Mesh))]
    public void Use(NavMesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        Mesh = mesh;
        FindLeastCost();
    }

    /// <summary>
    /// A hash of all that a straight way depends on, as seen from above: of the mesh's tiles that it leads over or touches, and of what ground costs. As long as it is
    /// the same, the way is as it was.
    /// </summary>
    public ulong HashAlong(Vec3 from, Vec3 to)
    {
        StateHash hash = new(seed: 1);
        hash.Add(_costsHash);
        Mesh.HashAlong(from, to, ref hash);
        return hash.Value;
    }

    /// <summary>The point of the mesh that is nearest to a point.</summary>
    /// <param name="reach">How far away along each axis ground may be.</param>
    /// <param name="nearest">At the height of the ground there.</param>
    public bool TryFindNearest(Vec3 point, Vec3 reach, out MeshPoint nearest) => new MeshNearest(Mesh).TryFind(point, reach, out nearest);

    /// <summary>How high the ground is under a point of the mesh, such as one on the way between two waypoints.</summary>
    /// <param name="point">As near to its floor as to no other.</param>
    /// <returns>
    /// The height of the triangles there: exact where they are one plane within a voxel round the point, else between the heights of the four voxels round it. The
    /// height of the
    /// point itself where there is no ground.
    /// </returns>
    public float HeightOf(Vec3 point) =>
        point.IsFinite && Mesh.Ground.TryHeight(point.X, point.Z, point.Y, float.MaxValue, MeshGround.AnyRegion, out float height) ? height : point.Y;

    /// <summary>A path from one point of the mesh to another as straight pieces, the start left out.</summary>
    /// <param name="waypoints">One that is too short receives the beginning.</param>
    /// <returns>
    /// Its cost is that of the way over the polygons. Where no way leads to the goal, it ends at the reachable point nearest to it
    /// (<see cref="PathStatus.Partial"/>).
    /// </returns>
    public PathResult FindPath(MeshPoint from, MeshPoint to, Span<MeshWaypoint> waypoints) => _paths.Find(from, to, waypoints);

    /// <summary>
    /// As <see cref="FindPath"/>, but ends when a budget is used up: the path then leads to what was met and is nearest to the goal
    /// (<see cref="PathStatus.OutOfBudget"/>). In pieces, over many ticks: a <see cref="MeshPathFinder"/>.
    /// </summary>
    /// <param name="units">Of work, 20 to 50 ns each.</param>
    /// <inheritdoc cref="FindPath"/>
    public PathResult FindPathWithin(int units, MeshPoint from, MeshPoint to, Span<MeshWaypoint> waypoints) => _paths.FindWithin(units, from, to, waypoints);

    /// <summary>The polygons of the path, without pulling it straight; links are left out.</summary>
    /// <returns>How many were written, from the start; -1 if no way leads to the goal.</returns>
    public int FindPolygons(MeshPoint from, MeshPoint to, Span<int> polygons) => _paths.FindPolygons(from, to, polygons);

    /// <summary>Goes straight along the mesh, as seen from above, until its edge.</summary>
    /// <param name="hit">Where it ends: at a wall, or at the goal.</param>
    /// <returns>True if a wall was hit.</returns>
    public bool Raycast(MeshPoint from, Vec3 to, out MeshPoint hit)
    {
        hit = from;
        if (!IsOn(from) || !to.IsFinite)
        {
            return true;
        }

        return new MeshRay(Mesh).Cast(from, to, out hit);
    }

    /// <summary>
    /// Goes towards a point, as seen from above, and where a border of the mesh is in the way along it: of a step aslant the part along the border is left. It does not
    /// leave the mesh, nor change floors but over ramps and stairs.
    /// </summary>
    /// <param name="to">Its height says nothing.</param>
    /// <returns>Where that ends, at the height of the ground there; where it began if that is not on the mesh, or the end is no number.</returns>
    public MeshPoint MoveAlongSurface(MeshPoint from, Vec3 to) => IsOn(from) && to.IsFinite ? new MeshSurface(Mesh).Move(from, to.X, to.Z) : from;

    internal bool IsOn(MeshPoint point) => (uint)point.Polygon < (uint)Mesh.PolygonCount && point.Position.IsFinite;

    private static void CheckCost(int area, float cost)
    {
        if (!(cost > 0 && float.IsFinite(cost)))
        {
            throw new ArgumentOutOfRangeException(nameof(cost), $"The cost {cost} of ground of kind {area} is not a number above 0.");
        }
    }

    private void TakeCosts()
    {
        _costsHash = HashCosts();
        FindLeastCost();
    }

    // A link may cost less than the ground it spares.
    private void FindLeastCost()
    {
        LeastCost = float.MaxValue;
        foreach (byte kind in Mesh.Areas)
        {
            LeastCost = Math.Min(LeastCost, _areaCosts[kind]);
        }

        foreach (AttachedLink link in Mesh.Links)
        {
            float length = (link.To - link.From).Length;
            LeastCost = length > 0 ? Math.Min(LeastCost, link.Cost / length) : LeastCost;
        }

        _version = 0;
    }

    private ulong HashAll()
    {
        StateHash hash = new(Mesh.Hash);
        hash.Add(_costsHash);
        return Math.Max(hash.Value, 1);
    }

    private ulong HashCosts()
    {
        StateHash hash = new(seed: 1);
        hash.Add<float>(_areaCosts);
        return hash.Value;
    }
}
