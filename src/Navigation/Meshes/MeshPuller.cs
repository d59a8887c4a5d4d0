using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Turns a row of polygons and links into the straight pieces of the shortest way through it, as seen from above, in pieces of work: from link to link the
/// "funnel" of D. Lee, F. Preparata and B. Chazelle.
/// </summary>
internal sealed class MeshPuller
{
    private MeshWaypoint[] _points = new MeshWaypoint[16];
    private NavMesh _mesh = null!;
    private Vec3 _end;
    private Vec3 _apex;
    private Vec3 _left;
    private Vec3 _right;
    private int _leftAt;
    private int _rightAt;
    private int _at;

    /// <summary>Waypoints that were written.</summary>
    public int Count { get; private set; }

    /// <param name="from">On the first polygon.</param>
    /// <param name="end">On the last.</param>
    public void Begin(NavMesh mesh, Vec3 from, Vec3 end)
    {
        (_mesh, _end, Count) = (mesh, end, 0);
        BeginPiece(0, from);
    }

    /// <param name="corridor">From the end to the start, the same at each call; a link's number follows those of the polygons.</param>
    /// <param name="units">Of work; what was used is taken off.</param>
    /// <param name="waypoints">Written once it is done.</param>
    /// <param name="fits">False if the waypoints did not fit; those that do are written.</param>
    /// <returns>True once it is done.</returns>
    public bool TryContinue(ReadOnlySpan<int> corridor, ref int units, Span<MeshWaypoint> waypoints, out bool fits)
    {
        fits = true;
        int each = corridor.Length < WorkUnits.NearPolygons ? WorkUnits.PolygonEdge : WorkUnits.PolygonEdge * WorkUnits.Far;
        while (_at < corridor.Length && fits)
        {
            if (units <= 0)
            {
                return false;
            }

            units -= each;
            fits = Step(corridor, waypoints.Length);
        }

        _points.AsSpan(0, Count).CopyTo(waypoints);
        return true;
    }

    private void BeginPiece(int at, Vec3 from)
    {
        (_apex, _left, _right) = (from, from, from);
        (_at, _leftAt, _rightAt) = (at, at, at);
    }

    // One more edge narrows the funnel, or the way turns round a corner of it.
    private bool Step(ReadOnlySpan<int> corridor, int most)
    {
        int last = corridor.Length - 1;
        int polygon = corridor[last - _at];
        int next = _at < last ? corridor[last - _at - 1] : -1;
        bool isLink = next >= _mesh.PolygonCount;
        Vec3 target = isLink ? _mesh.Links[next - _mesh.PolygonCount].From : _end;
        bool isLast = next < 0 || isLink;
        (Vec3 left, Vec3 right) = isLast ? (target, target) : Portal(polygon, next);
        if (Turn(_apex, _right, right) >= 0)
        {
            if (_apex != _right && Turn(_apex, _left, right) >= 0)
            {
                Vec3 corner = _left;
                BeginPiece(_leftAt + 1, corner);
                (_leftAt, _rightAt) = (_at - 1, _at - 1);
                return TryWrite(corner, most);
            }

            (_right, _rightAt) = (right, _at);
        }

        if (Turn(_apex, _left, left) <= 0)
        {
            bool isThere = isLast && _rightAt == _at; // the corner to turn round is the target
            if (_apex != _left && Turn(_apex, _right, left) <= 0 && !isThere)
            {
                Vec3 corner = _right;
                BeginPiece(_rightAt + 1, corner);
                (_leftAt, _rightAt) = (_at - 1, _at - 1);
                return TryWrite(corner, most);
            }

            (_left, _leftAt) = (left, _at);
        }

        _at++;
        return !isLast || (TryWrite(target, most) && (!isLink || TryWriteLink(in _mesh.Links[next - _mesh.PolygonCount], most)));
    }

    // What follows a link begins where it ends.
    private bool TryWriteLink(in AttachedLink link, int most)
    {
        _points[Count - 1] = _points[Count - 1] with { Link = link.Index };
        if (Count == most)
        {
            return false;
        }

        Add(link.To);
        BeginPiece(_at + 1, link.To);
        return true;
    }

    private bool TryWrite(Vec3 point, int most)
    {
        if (Count > 0 && _points[Count - 1].Position == point && _points[Count - 1].Link < 0)
        {
            return true;
        }

        if (Count == most)
        {
            return false;
        }

        Add(point);
        return true;
    }

    private void Add(Vec3 point)
    {
        if (Count == _points.Length)
        {
            Array.Resize(ref _points, Count * 2);
        }

        _points[Count++] = new MeshWaypoint(point, -1);
    }

    // As seen from above: above 0 where c lies a turn from x towards z away from b.
    private static float Turn(Vec3 a, Vec3 b, Vec3 c) => ((b.X - a.X) * (c.Z - a.Z)) - ((b.Z - a.Z) * (c.X - a.X));

    // The shared edge, or the part of it that is shared, as one sees it who goes through.
    private (Vec3 Left, Vec3 Right) Portal(int polygon, int next)
    {
        int count = _mesh.CornerCounts[polygon];
        for (int i = 0; i < count; i++)
        {
            int neighbour = _mesh.Neighbours[(polygon * NavMesh.CornersMax) + i];
            if (neighbour == next)
            {
                return (_mesh.Corner(polygon, i + 1 == count ? 0 : i + 1), _mesh.Corner(polygon, i));
            }

            if (neighbour < NavMesh.NoNeighbour)
            {
                foreach (MeshPortal portal in _mesh.Portals.GroupOf(neighbour))
                {
                    if (portal.Polygon == next)
                    {
                        return (portal.To, portal.From);
                    }
                }
            }
        }

        throw new InvalidOperationException($"Polygons {polygon} and {next} follow each other on a path without a shared edge.");
    }
}
