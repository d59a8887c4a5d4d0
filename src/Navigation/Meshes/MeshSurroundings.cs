using System.Numerics;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>The polygons that can be walked to from one without leaving a disc, as seen from above; that one first.</summary>
internal ref struct MeshSurroundings
{
    /// <summary>Polygons that are looked at; of more the first ones, which lie nearest by way.</summary>
    public const int CountMax = 32;

    private readonly NavMesh _mesh;
    private readonly Span<int> _found;
    private readonly float _x;
    private readonly float _z;
    private readonly float _radiusSquared;
    private int _count;
    private int _next;

    /// <param name="room">At least one; <see cref="CountMax"/> suffice.</param>
    public MeshSurroundings(NavMesh mesh, int polygon, float x, float z, float radius, Span<int> room)
    {
        _mesh = mesh;
        _found = room;
        (_x, _z, _radiusSquared) = (x, z, radius * radius);
        _found[_count++] = polygon;
    }

    public int Polygon { get; private set; }

    /// <summary>Of the polygon's edges those that the disc touches, a bit each.</summary>
    public uint NearEdges { get; private set; }

    public bool MoveNext()
    {
        if (_next == _count)
        {
            return false;
        }

        Polygon = _found[_next++];
        NearEdges = new MeshSurface(_mesh).EdgesWithin(Polygon, _x, _z, _radiusSquared);
        for (uint left = NearEdges; left != 0; left &= left - 1)
        {
            int neighbour = _mesh.Neighbours[(Polygon * NavMesh.CornersMax) + BitOperations.TrailingZeroCount(left)];
            if (neighbour >= 0)
            {
                Add(neighbour);
            }
            else if (neighbour < NavMesh.NoNeighbour)
            {
                foreach (MeshPortal portal in _mesh.Portals.GroupOf(neighbour))
                {
                    if (SegmentGeometry.PointToSegment(_x, _z, portal.From.X, portal.From.Z, portal.To.X, portal.To.Z) <= _radiusSquared)
                    {
                        Add(portal.Polygon);
                    }
                }
            }
        }

        return true;
    }

    private void Add(int polygon)
    {
        if (_count < _found.Length && !_found[.._count].Contains(polygon))
        {
            _found[_count++] = polygon;
        }
    }
}
