using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

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
    private NavMesh _mesh;
    private AttachedLink[] _links;
    private int[] _linkStarts = [];
    private Node[] _nodes = [];
    private SearchQueue<ByKeyAndTie> _queue = new();
    private int[] _corridor = new int[64];
    private int _length;
    private uint _stamp;
    private float _leastCost = 1;

    public NavMeshQuery(NavMesh mesh)
    {
        Array.Fill(_areaCosts, 1);
        Use(mesh);
    }

    /// <summary>The mesh that is asked.</summary>
    public NavMesh Mesh => _mesh;

    /// <summary>Polygons looked at by the last search.</summary>
    public int Expanded { get; private set; }

    /// <summary>What a way over a kind of ground costs, as a multiple of its length; 1 unless said.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is not a number above 0.</exception>
    public void SetAreaCost(byte area, float cost)
    {
        if (!(cost > 0 && float.IsFinite(cost)))
        {
            throw new ArgumentOutOfRangeException(nameof(cost), $"The cost {cost} of ground of kind {area} is not a number above 0.");
        }

        _areaCosts[area] = cost;
        FindLeastCost();
    }

    /// <summary>Asks another mesh from now on, such as the same one after a building has risen. Points on the one before are worth nothing on it.</summary>
    [MemberNotNull(nameof(_mesh), nameof(_links))]
    public void Use(NavMesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        _mesh = mesh;
        _links = mesh.Links;
        if (_linkStarts.Length < mesh.PolygonCount + 1)
        {
            _linkStarts = new int[mesh.PolygonCount + 1];
        }

        if (_nodes.Length < mesh.PolygonCount + _links.Length)
        {
            _nodes = new Node[mesh.PolygonCount + _links.Length];
        }

        Array.Clear(_linkStarts);
        foreach (AttachedLink link in _links)
        {
            _linkStarts[link.FromPolygon + 1]++;
        }

        for (int p = 0; p < mesh.PolygonCount; p++)
        {
            _linkStarts[p + 1] += _linkStarts[p];
        }

        FindLeastCost();
    }

    /// <summary>The point of the mesh that is nearest to a point.</summary>
    /// <param name="reach">How far away along each axis ground may be.</param>
    /// <param name="nearest">At the height of the ground there.</param>
    public bool TryFindNearest(Vec3 point, Vec3 reach, out MeshPoint nearest) => new MeshNearest(_mesh).TryFind(point, reach, out nearest);

    /// <summary>How high the ground is under a point of the mesh, such as one on the way between two waypoints.</summary>
    /// <param name="point">As near to its floor as to no other.</param>
    /// <returns>
    /// The height of the triangles there: exact where they are one plane within a voxel round the point, else between the heights of the four voxels round it. The
    /// height of the
    /// point itself where there is no ground.
    /// </returns>
    public float HeightOf(Vec3 point) =>
        point.IsFinite && _mesh.Ground.TryHeight(point.X, point.Z, point.Y, float.MaxValue, MeshGround.AnyRegion, out float height) ? height : point.Y;

    /// <summary>A path from one point of the mesh to another as straight pieces, the start left out.</summary>
    /// <param name="waypoints">One that is too short receives the beginning.</param>
    /// <returns>
    /// Its cost is that of the way over the polygons. Where no way leads to the goal, it ends on the reachable polygon nearest to it
    /// (<see cref="PathStatus.Partial"/>).
    /// </returns>
    public PathResult FindPath(MeshPoint from, MeshPoint to, Span<MeshWaypoint> waypoints)
    {
        if (!IsOn(from) || !IsOn(to))
        {
            return default;
        }

        bool reaches = Search(from, to, out double cost);
        Vec3 end = reaches ? to.Position : new MeshNearest(_mesh).ClosestOn(LastPolygon(), to.Position);
        bool whole = Pull(from.Position, end, waypoints, out int count);
        return new PathResult(
            !whole ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial, count, cost, Expanded, reaches, _length);
    }

    /// <summary>The polygons of the path, without pulling it straight; links are left out.</summary>
    /// <returns>How many were written, from the start; -1 if no way leads to the goal.</returns>
    public int FindPolygons(MeshPoint from, MeshPoint to, Span<int> polygons)
    {
        if (!IsOn(from) || !IsOn(to) || !Search(from, to, out _))
        {
            return -1;
        }

        int count = 0;
        for (int i = 0; i < _length && count < polygons.Length; i++)
        {
            if (_corridor[i] < _mesh.PolygonCount)
            {
                polygons[count++] = _corridor[i];
            }
        }

        return count;
    }

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

        return new MeshRay(_mesh).Cast(from, to, out hit);
    }

    private bool IsOn(MeshPoint point) => (uint)point.Polygon < (uint)_mesh.PolygonCount && point.Position.IsFinite;

    private int LastPolygon()
    {
        int last = _corridor[_length - 1];
        return last < _mesh.PolygonCount ? last : _links[last - _mesh.PolygonCount].ToPolygon;
    }

    private void FindLeastCost()
    {
        _leastCost = float.MaxValue;
        foreach (byte kind in _mesh.Areas)
        {
            _leastCost = Math.Min(_leastCost, _areaCosts[kind]);
        }
    }

    // A* over polygons and links; a polygon is entered at the middle of the edge it shares. Keys are sums in 1,024ths.
    private bool Search(MeshPoint from, MeshPoint to, out double cost)
    {
        if (++_stamp == 0)
        {
            Array.Clear(_nodes);
            _stamp = 1;
        }

        Expanded = 0;
        _queue.Clear();
        float nearest = float.MaxValue;
        int best = from.Polygon;
        Reach(from.Polygon, -1, 0, from.Position, to.Position);
        while (_queue.Count > 0)
        {
            int at = (int)_queue.Take();
            ref Node node = ref _nodes[at];
            if (node.IsSettled)
            {
                continue;
            }

            Expanded++;
            node.IsSettled = true;
            if (at == to.Polygon)
            {
                cost = node.Cost + ((to.Position - node.Entry).Length * _areaCosts[_mesh.Areas[at]]);
                Retrace(at);
                return true;
            }

            float left = (to.Position - node.Entry).LengthSquared;
            (nearest, best) = left < nearest ? (left, at) : (nearest, best);
            if (at < _mesh.PolygonCount)
            {
                ExpandPolygon(at, in node, to);
            }
            else
            {
                AttachedLink link = _links[at - _mesh.PolygonCount];
                Reach(link.ToPolygon, at, node.Cost + link.Cost, link.To, to.Position);
            }
        }

        cost = _nodes[best].Cost;
        Retrace(best);
        return false;
    }

    private void ExpandPolygon(int polygon, in Node node, MeshPoint to)
    {
        float costHere = _areaCosts[_mesh.Areas[polygon]];
        int count = _mesh.CornerCounts[polygon];
        for (int i = 0; i < count; i++)
        {
            int next = _mesh.Neighbours[(polygon * NavMesh.CornersMax) + i];
            if (next < NavMesh.NoNeighbour)
            {
                foreach (MeshPortal portal in _mesh.Portals.GroupOf(next))
                {
                    Vec3 opening = (portal.From + portal.To) * 0.5f;
                    Reach(portal.Polygon, polygon, node.Cost + ((opening - node.Entry).Length * costHere), opening, to.Position);
                }

                continue;
            }

            if (next == NavMesh.NoNeighbour || next == node.Parent)
            {
                continue;
            }

            Vec3 a = _mesh.Corner(polygon, i);
            Vec3 b = _mesh.Corner(polygon, i + 1 == count ? 0 : i + 1);
            Vec3 middle = (a + b) * 0.5f;
            float cost = node.Cost + ((middle - node.Entry).Length * costHere);
            Reach(next, polygon, cost, middle, to.Position);
        }

        for (int i = _linkStarts[polygon]; i < _linkStarts[polygon + 1]; i++)
        {
            Reach(_mesh.PolygonCount + i, polygon, node.Cost + ((_links[i].From - node.Entry).Length * costHere), _links[i].From, to.Position);
        }
    }

    private void Reach(int index, int parent, float cost, Vec3 entry, Vec3 goal)
    {
        ref Node node = ref _nodes[index];
        if (node.Stamp == _stamp && node.Cost <= cost)
        {
            return;
        }

        node = new Node { Stamp = _stamp, Cost = cost, Parent = parent, Entry = entry };
        float left = (goal - entry).Length * _leastCost;
        _queue.Add((long)((cost + (_links.Length > 0 ? 0 : left)) * 1024), (uint)Math.Min(left * 16, uint.MaxValue / 2), (uint)index);
    }

    private void Retrace(int at)
    {
        _length = 0;
        for (; at >= 0; at = _nodes[at].Parent)
        {
            if (_length == _corridor.Length)
            {
                Array.Resize(ref _corridor, _length * 2);
            }

            _corridor[_length++] = at;
        }

        _corridor.AsSpan(0, _length).Reverse();
    }

    // From link to link; between them the shortest way through the shared edges.
    private bool Pull(Vec3 from, Vec3 end, Span<MeshWaypoint> waypoints, out int count)
    {
        count = 0;
        int first = 0;
        for (int i = 0; i < _length; i++)
        {
            if (_corridor[i] < _mesh.PolygonCount)
            {
                continue;
            }

            AttachedLink link = _links[_corridor[i] - _mesh.PolygonCount];
            if (!new MeshFunnel(_mesh).Pull(_corridor.AsSpan(first, i - first), from, link.From, waypoints, ref count) || count == waypoints.Length)
            {
                return false;
            }

            waypoints[count - 1] = waypoints[count - 1] with { Link = link.Index };
            waypoints[count++] = new MeshWaypoint(link.To, -1);
            from = link.To;
            first = i + 1;
        }

        return first >= _length || new MeshFunnel(_mesh).Pull(_corridor.AsSpan(first, _length - first), from, end, waypoints, ref count);
    }

    private struct Node
    {
        public uint Stamp;
        public float Cost;
        public int Parent;
        public bool IsSettled;
        public Vec3 Entry;
    }
}
