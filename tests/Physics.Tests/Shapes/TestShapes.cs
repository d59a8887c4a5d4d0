using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>Shapes and poses from seeds, for all tests of the room.</summary>
internal static class TestShapes
{
    public static readonly ShapeKind[] Convex = [ShapeKind.Sphere, ShapeKind.Capsule, ShapeKind.Box, ShapeKind.Cylinder, ShapeKind.ConvexHull];

    public static Vec3 NextDirection(ref DeterministicRandom random)
    {
        while (true)
        {
            var v = new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), random.NextSingle(-1, 1));
            if (v.LengthSquared is > 0.01f and < 1)
            {
                return v.Normalized();
            }
        }
    }

    public static Quat NextRotation(ref DeterministicRandom random) =>
        new Quat(random.NextSingle(-1, 1), random.NextSingle(-1, 1), random.NextSingle(-1, 1), random.NextSingle(-1, 1)).Normalized();

    /// <summary>A quarter of the time along the axes, where faces and edges are parallel.</summary>
    public static Quat NextRotationOrNone(ref DeterministicRandom random) => random.NextBool(0.25f) ? Quat.Identity : NextRotation(ref random);

    public static Vec3 NextPoint(ref DeterministicRandom random, float reach) =>
        new(random.NextSingle(-reach, reach), random.NextSingle(-reach, reach), random.NextSingle(-reach, reach));

    public static ConvexHull NextHull(ref DeterministicRandom random, int points)
    {
        var cloud = new Vec3[points];
        for (int i = 0; i < points; i++)
        {
            cloud[i] = NextDirection(ref random) * random.NextSingle(0.4f, 0.7f);
        }

        return HullBuilder.Build(cloud);
    }

    public static ShapeId NextConvex(ShapeSet shapes, ShapeKind kind, ref DeterministicRandom random) => kind switch
    {
        ShapeKind.Sphere => shapes.Add(new Sphere(random.NextSingle(0.2f, 0.8f))),
        ShapeKind.Capsule => shapes.Add(new Capsule(random.NextSingle(0.2f, 0.5f), random.NextSingle(0.2f, 0.8f))),
        ShapeKind.Box => shapes.Add(new Box(random.NextSingle(0.2f, 0.8f), random.NextSingle(0.2f, 0.8f), random.NextSingle(0.2f, 0.8f))),
        ShapeKind.Cylinder => shapes.Add(new Cylinder(random.NextSingle(0.2f, 0.7f), random.NextSingle(0.2f, 0.7f))),
        _ => shapes.Add(NextHull(ref random, 16)),
    };

    /// <summary>A flat floor at height zero, of cells of one metre from the origin on.</summary>
    public static ShapeId Floor(ShapeSet shapes, ShapeKind kind, int cells)
    {
        if (kind == ShapeKind.GridTerrain)
        {
            return shapes.Add(new GridTerrain(cells, cells, new float[cells * cells], 1));
        }

        if (kind == ShapeKind.HeightField)
        {
            return shapes.Add(new HeightField(cells + 1, cells + 1, new float[(cells + 1) * (cells + 1)], 1));
        }

        (Vec3[] vertices, int[] indices) = Raster(cells, (_, _) => 0);
        return shapes.Add(new TriangleMesh(vertices, indices));
    }

    /// <summary>A mesh over a raster of cells of one metre, with a height for each corner.</summary>
    public static (Vec3[] Vertices, int[] Indices) Raster(int cells, Func<int, int, float> height)
    {
        var vertices = new Vec3[(cells + 1) * (cells + 1)];
        for (int i = 0; i < vertices.Length; i++)
        {
            vertices[i] = new Vec3(i % (cells + 1), height(i % (cells + 1), i / (cells + 1)), i / (cells + 1));
        }

        var indices = new List<int>();
        for (int i = 0; i < cells * cells; i++)
        {
            int at = (i / cells * (cells + 1)) + (i % cells);
            indices.AddRange([at, at + cells + 1, at + 1, at + 1, at + cells + 1, at + cells + 2]);
        }

        return (vertices, [.. indices]);
    }

    /// <summary>Triangles anywhere within three metres, two-sided.</summary>
    public static TriangleMesh NextSoup(ref DeterministicRandom random, int triangles)
    {
        var vertices = new Vec3[triangles * 3];
        for (int i = 0; i < vertices.Length; i++)
        {
            vertices[i] = i % 3 == 0 ? NextPoint(ref random, 3) : vertices[i / 3 * 3] + (NextDirection(ref random) * random.NextSingle(0.3f, 1.5f));
        }

        return new TriangleMesh(vertices, [.. Enumerable.Range(0, vertices.Length)], isTwoSided: true, dropDegenerate: true);
    }
}
