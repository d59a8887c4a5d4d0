using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>A* over the polygons and links of one mesh, in pieces. A polygon is entered at the middle of the edge it shares.</summary>
internal sealed class MeshSearch
{
    private Node[] _nodes = [];
    private SearchQueue<ByKeyAndTie> _queue = new();
    private int[] _corridor = new int[64];
    private NavMesh _mesh = null!;
    private float[] _areaCosts = [];
    private float _leastCost;
    private uint _stamp;
    private MeshPoint _to;
    private int _best;
    private float _nearest;
    private Vec3 _end;
    private int _settled; // the polygon whose links are being looked at
    private int _link;
    private int _tracing;
    private bool _isTracing;

    /// <summary>Polygons and links of the path from its end to its start; a link's number follows those of the polygons.</summary>
    public ReadOnlySpan<int> Corridor => _corridor.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>True if the path leads to the goal.</summary>
    public bool Reaches { get; private set; }

    public double Cost { get; private set; }

    /// <summary>Polygons and links that were settled.</summary>
    public int Expanded { get; private set; }

    /// <summary>Where the path ends: at the goal, else at the point of the polygons met that is nearest to it.</summary>
    public Vec3 End => Reaches ? _to.Position : _end;

    // Of so many polygons no cache holds what is known.
    private int Farness => Expanded < WorkUnits.NearPolygons ? 1 : WorkUnits.Far;

    /// <param name="query">Its mesh and costs must stay the same until the search is done.</param>
    /// <param name="from">On the mesh, as <paramref name="to"/>.</param>
    public void Begin(NavMeshQuery query, MeshPoint from, MeshPoint to)
    {
        (_mesh, _areaCosts, _leastCost) = (query.Mesh, query.CostTable, query.LeastCost);
        if (_nodes.Length < _mesh.PolygonCount + _mesh.Links.Length)
        {
            // With room for a few more: a mesh that changes has a few more soon.
            _nodes = new Node[(_mesh.PolygonCount + _mesh.Links.Length) * 5 / 4];
            _stamp = 0;
        }

        if (++_stamp == 0)
        {
            Array.Clear(_nodes);
            _stamp = 1;
        }

        _to = to;
        (_best, _nearest, _end) = (from.Polygon, float.MaxValue, from.Position);
        (_settled, _link) = (-1, 0);
        (Expanded, Length, Reaches, _isTracing) = (0, 0, false, false);
        _queue.Clear();
        Reach(from.Polygon, -1, 0, from.Position);
    }

    /// <summary>Goes on until the path is found, there is nothing left to look at, or the units are used up.</summary>
    /// <param name="units">Of work; what was used is taken off, a little more than there was at most.</param>
    /// <returns>True once it is done. Where no way leads to the goal, the path ends at the reachable point nearest to it.</returns>
    public bool Continue(ref int units)
    {
        while (!_isTracing)
        {
            if (units <= 0)
            {
                return false;
            }

            if (_settled >= 0)
            {
                ExpandLinks(ref units);
                continue;
            }

            if (_queue.Count == 0)
            {
                BeginTrace(_best);
                break;
            }

            int at = (int)_queue.Take();
            ref Node node = ref _nodes[at];
            units--;
            if (!node.IsSettled)
            {
                Settle(at, ref node, ref units);
            }
        }

        return Trace(ref units);
    }

    /// <summary>Ends a search that is not done, with the path to the point of the polygons met that is nearest to the goal.</summary>
    public void TakeNearest()
    {
        if (!_isTracing)
        {
            BeginTrace(_best);
        }

        int units = int.MaxValue;
        Trace(ref units);
    }

    private void Settle(int at, ref Node node, ref int units)
    {
        Expanded++;
        units -= WorkUnits.Polygon * Farness;
        node.IsSettled = true;
        if (at == _to.Polygon)
        {
            Reaches = true;
            BeginTrace(at);
            return;
        }

        if (at < _mesh.PolygonCount)
        {
            Compare(at);
            ExpandPolygon(at, in node, ref units);
            (_settled, _link) = _mesh.LinkStarts[at] < _mesh.LinkStarts[at + 1] ? (at, _mesh.LinkStarts[at]) : (-1, 0);
        }
        else
        {
            ref readonly AttachedLink link = ref _mesh.Links[at - _mesh.PolygonCount];
            Reach(link.ToPolygon, at, node.Cost + link.Cost, link.To);
        }
    }

    private void Compare(int polygon)
    {
        Vec3 outside = Vec3.Max(Vec3.Max(_mesh.Lows[polygon] - _to.Position, _to.Position - _mesh.Highs[polygon]), Vec3.Zero);
        if (outside.LengthSquared < _nearest)
        {
            Vec3 closest = new MeshNearest(_mesh).ClosestOn(polygon, _to.Position);
            float left = (_to.Position - closest).LengthSquared;
            (_nearest, _best, _end) = left < _nearest ? (left, polygon, closest) : (_nearest, _best, _end);
        }
    }

    private void ExpandPolygon(int polygon, in Node node, ref int units)
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
                    units--;
                    Vec3 opening = (portal.From + portal.To) * 0.5f;
                    Reach(portal.Polygon, polygon, node.Cost + ((opening - node.Entry).Length * costHere), opening);
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
            Reach(next, polygon, node.Cost + ((middle - node.Entry).Length * costHere), middle);
        }
    }

    private void ExpandLinks(ref int units)
    {
        Node node = _nodes[_settled];
        float costHere = _areaCosts[_mesh.Areas[_settled]];
        int end = _mesh.LinkStarts[_settled + 1];
        for (; _link < end && units > 0; _link++, units--)
        {
            Vec3 from = _mesh.Links[_link].From;
            Reach(_mesh.PolygonCount + _link, _settled, node.Cost + ((from - node.Entry).Length * costHere), from);
        }

        _settled = _link < end ? _settled : -1;
    }

    // Keys are sums in 1,024ths.
    private void Reach(int index, int parent, float cost, Vec3 entry)
    {
        ref Node node = ref _nodes[index];
        if (node.Stamp == _stamp && node.Cost <= cost)
        {
            return;
        }

        node = new Node { Stamp = _stamp, Cost = cost, Parent = parent, Entry = entry };
        float left = (_to.Position - entry).Length * _leastCost;
        _queue.Add((long)((cost + left) * 1024), (uint)Math.Min(left * 16, uint.MaxValue / 2), (uint)index);
    }

    private void BeginTrace(int end)
    {
        ref readonly Node node = ref _nodes[end];
        Cost = node.Cost + ((End - node.Entry).Length * _areaCosts[_mesh.Areas[end]]);
        (_tracing, _isTracing) = (end, true);
    }

    private bool Trace(ref int units)
    {
        for (int each = WorkUnits.PolygonBack * Farness; _tracing >= 0 && units > 0; units -= each)
        {
            if (Length == _corridor.Length)
            {
                Array.Resize(ref _corridor, Length * 2);
            }

            _corridor[Length++] = _tracing;
            _tracing = _nodes[_tracing].Parent;
        }

        return _tracing < 0;
    }

    /// <summary>What the search knows of a polygon or link; all of it stale unless the stamp is that of the running search.</summary>
    private struct Node
    {
        public uint Stamp;
        public float Cost;
        public int Parent;
        public bool IsSettled;
        public Vec3 Entry;
    }
}
