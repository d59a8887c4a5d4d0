using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;

namespace RealtimeServer.Physics.Shapes;

/// <summary>The faces of a grown hull: triangles that lie in one plane, put together, each a loop of vertices.</summary>
internal sealed class HullFaces
{
    private readonly GrowingHull _hull;
    private readonly List<int[]> _loops = [];

    public HullFaces(GrowingHull hull)
    {
        _hull = hull;
        int group = 0;
        foreach (GrowingHull.Triangle seed in hull.Triangles)
        {
            if (seed.Group >= 0)
            {
                continue;
            }

            List<GrowingHull.Triangle> members = Plane(seed, group++);
            if (Border(members) is { } loop)
            {
                _loops.Add(loop);
            }
            else
            {
                _loops.AddRange(members.Select(member => member.Vertices));
            }
        }

        // A sliver without area has no direction; its neighbours' planes hold what it would.
        _loops.RemoveAll(loop => AreaVector(loop).LengthSquared == 0);
    }

    public ConvexHull ToHull()
    {
        int[] used = [.. _loops.SelectMany(loop => loop).Distinct().Order()];
        Vec3[] vertices = [.. used.Select(point => (Vec3)_hull.Point(point))];
        int[] starts = new int[_loops.Count + 1];
        var faceVertices = new List<byte>();
        var normals = new Vec3[_loops.Count];
        for (int i = 0; i < _loops.Count; i++)
        {
            faceVertices.AddRange(_loops[i].Select(point => (byte)Array.BinarySearch(used, point)));
            starts[i + 1] = faceVertices.Count;
            normals[i] = Normal(_loops[i]);
        }

        return new ConvexHull(vertices, normals, starts, [.. faceVertices]);
    }

    /// <summary>All triangles reached from the seed without leaving its plane.</summary>
    private List<GrowingHull.Triangle> Plane(GrowingHull.Triangle seed, int group)
    {
        seed.Group = group;
        List<GrowingHull.Triangle> members = [seed];
        for (int i = 0; i < members.Count; i++)
        {
            foreach (GrowingHull.Triangle next in members[i].Neighbours)
            {
                if (next.Group < 0 && Double3.Dot(next.Normal, seed.Normal) > 0.99
                    && next.Vertices.All(v => Math.Abs(Double3.Dot(seed.Normal, _hull.Point(v)) - seed.Offset) <= _hull.MergeTolerance))
                {
                    next.Group = group;
                    members.Add(next);
                }
            }
        }

        return members;
    }

    /// <summary>The border of a piece of surface as one loop; null if it is not one, or is too long for a face.</summary>
    private static int[]? Border(List<GrowingHull.Triangle> members)
    {
        if (members.Count == 1)
        {
            return members[0].Vertices;
        }

        var next = new Dictionary<int, int>();
        foreach (GrowingHull.Triangle member in members)
        {
            for (int side = 0; side < 3; side++)
            {
                if (member.Neighbours[side].Group != member.Group && !next.TryAdd(member.Vertices[side], member.Vertices[(side + 1) % 3]))
                {
                    return null;
                }
            }
        }

        if (next.Count is < 3 or > FaceContacts.CornersMax)
        {
            return null;
        }

        var loop = new int[next.Count];
        int at = next.Keys.Min();
        for (int i = 0; i < loop.Length; i++)
        {
            loop[i] = at;
            at = next[at];
        }

        return at == loop[0] && loop.Distinct().Count() == loop.Length ? loop : null;
    }

    private Vec3 Normal(int[] loop)
    {
        Double3 area = AreaVector(loop);
        return (Vec3)(area * (1 / area.Length));
    }

    private Double3 AreaVector(int[] loop)
    {
        Double3 sum = default;
        for (int i = 1; i + 1 < loop.Length; i++)
        {
            sum += Double3.Cross(_hull.Point(loop[i]) - _hull.Point(loop[0]), _hull.Point(loop[i + 1]) - _hull.Point(loop[0]));
        }

        return sum;
    }
}
