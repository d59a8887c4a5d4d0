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
}
