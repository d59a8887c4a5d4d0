using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Bench.Physics;

/// <summary>Worlds that tests and benchmarks share, made from arithmetic alone.</summary>
public static class PhysicsScenes
{
    public const float Step = 1f / 60f;

    public static readonly PhysicsOptions Awake = new() { Gravity = new Vec3(0, -10, 0), AllowSleep = false };

    public static BodyId Ground(PhysicsWorld world) =>
        world.Add(BodyDescription.Static(world.Shapes.Add(new Box(1250, 0.5f, 1250)), new Pose(new Vec3(0, -0.5f, 0))));

    /// <summary>Boxes of a metre in a wall that narrows to one: 30 rows are 465.</summary>
    public static PhysicsWorld Pyramid(int rows, PhysicsOptions? options = null)
    {
        var world = new PhysicsWorld(new ShapeSet(), options ?? Awake);
        Ground(world);
        ShapeId box = world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < rows - row; column++)
            {
                world.Add(BodyDescription.Dynamic(world.Shapes, box, new Pose(new Vec3((-(rows - row) * 0.5f) + column, row + 0.5f, 0)), 1f));
            }
        }

        return world;
    }

    /// <summary>Balls of a metre dropped into a square basin, ten layers deep.</summary>
    public static PhysicsWorld Spheres(int count, PhysicsOptions? options = null)
    {
        var world = new PhysicsWorld(new ShapeSet(), options ?? Awake);
        Ground(world);
        ShapeId ball = world.Shapes.Add(new Sphere(0.5f));
        int side = (int)MathF.Ceiling(MathF.Sqrt(count / 10f));
        var random = new DeterministicRandom(seed: 7);
        for (int i = 0; i < count; i++)
        {
            int layer = i / (side * side), x = i % side, z = i / side % side;
            var at = new Vec3(
                ((x - ((side - 1) * 0.5f)) * 1.05f) + random.NextSingle(-0.02f, 0.02f),
                0.6f + (layer * 1.05f),
                ((z - ((side - 1) * 0.5f)) * 1.05f) + random.NextSingle(-0.02f, 0.02f));
            world.Add(BodyDescription.Dynamic(world.Shapes, ball, new Pose(at), 1f));
        }

        float half = (side * 1.05f * 0.5f) + 0.1f;
        ShapeId wallX = world.Shapes.Add(new Box(0.5f, 20, half + 1)), wallZ = world.Shapes.Add(new Box(half + 1, 20, 0.5f));
        world.Add(BodyDescription.Static(wallX, new Pose(new Vec3(half + 0.5f, 20, 0))));
        world.Add(BodyDescription.Static(wallX, new Pose(new Vec3(-half - 0.5f, 20, 0))));
        world.Add(BodyDescription.Static(wallZ, new Pose(new Vec3(0, 20, half + 0.5f))));
        world.Add(BodyDescription.Static(wallZ, new Pose(new Vec3(0, 20, -half - 0.5f))));
        return world;
    }

    /// <summary>Boxes of a metre, one on the other.</summary>
    public static PhysicsWorld Stack(int height, PhysicsOptions? options = null)
    {
        var world = new PhysicsWorld(new ShapeSet(), options ?? Awake);
        Ground(world);
        ShapeId box = world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        for (int i = 0; i < height; i++)
        {
            world.Add(BodyDescription.Dynamic(world.Shapes, box, new Pose(new Vec3(0, i + 0.5f, 0)), 1f));
        }

        return world;
    }

    /// <summary>Capsules hanging from each other, with a ball of a hundred times their weight at the end. The last body is the ball.</summary>
    public static PhysicsWorld Chain(int links, float ballMass, PhysicsOptions? options = null)
    {
        var world = new PhysicsWorld(new ShapeSet(), options ?? Awake);
        AddChain(world, links, ballMass, default);
        return world;
    }

    /// <summary>The chain beside balls that it does not touch: only the chain's island takes more substeps.</summary>
    public static PhysicsWorld SpheresAndChain(int count)
    {
        PhysicsWorld world = Spheres(count);
        AddChain(world, 30, 100f, new Vec3(60, 20, 0));
        return world;
    }

    private static void AddChain(PhysicsWorld world, int links, float ballMass, Vec3 top)
    {
        const float length = 0.5f;
        ShapeId link = world.Shapes.Add(new Capsule(0.1f, (length * 0.5f) - 0.1f));
        BodyId above = world.Add(BodyDescription.Static(world.Shapes.Add(new Box(0.5f, 0.1f, 0.5f)), new Pose(top + new Vec3(0, 0.1f, 0))));
        for (int i = 0; i < links; i++)
        {
            BodyId next = world.Add(BodyDescription.Dynamic(world.Shapes, link, new Pose(top + new Vec3(0, -length * (i + 0.5f), 0)), 1f));
            world.Add(JointDescription.Ball(world, above, next, top + new Vec3(0, -length * i, 0)));
            above = next;
        }

        ShapeId weight = world.Shapes.Add(new Sphere(0.5f));
        BodyId ball = world.Add(BodyDescription.Dynamic(world.Shapes, weight, new Pose(top + new Vec3(0, (-length * links) - 0.5f, 0)), ballMass));
        world.Add(JointDescription.Ball(world, above, ball, top + new Vec3(0, -length * links, 0)));
    }

    /// <summary>Upright capsules on the ground, side by side, that do not turn.</summary>
    public static PhysicsWorld Capsules(int count, out BodyId[] bodies)
    {
        var world = new PhysicsWorld(new ShapeSet(), Awake);
        Ground(world);
        ShapeId capsule = world.Shapes.Add(new Capsule(0.4f, 0.5f));
        int side = (int)MathF.Ceiling(MathF.Sqrt(count));
        bodies = new BodyId[count];
        for (int i = 0; i < count; i++)
        {
            var at = new Vec3(((i % side) - (side * 0.5f)) * 1.5f, 0.91f, ((i / side) - (side * 0.5f)) * 1.5f);
            bodies[i] = world.Add(BodyDescription.Dynamic(capsule, new Pose(at)) with { Mass = new MassProperties { Mass = 1f }, Locks = AxisLocks.Turn });
        }

        return world;
    }

    /// <summary>A match's worth of balls and boxes, five by five to a layer.</summary>
    public static PhysicsWorld Small(ShapeSet shapes, int bodies)
    {
        var world = new PhysicsWorld(shapes, Awake with { BodiesExpected = bodies + 1 });
        ShapeId ball = shapes.Add(new Sphere(0.5f)), box = shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        MassProperties ballMass = shapes.Mass(ball, 1f).WithMass(1f), boxMass = shapes.Mass(box, 1f).WithMass(1f);
        world.Add(BodyDescription.Static(shapes.Add(new Box(50, 0.5f, 50)), new Pose(new Vec3(0, -0.5f, 0))));
        for (int i = 0; i < bodies; i++)
        {
            var at = new Vec3(i % 5 * 1.2f, 0.6f + (i / 25 * 1.1f), i / 5 % 5 * 1.2f);
            world.Add(BodyDescription.Dynamic(i % 2 == 0 ? ball : box, new Pose(at)) with { Mass = i % 2 == 0 ? ballMass : boxMass });
        }

        return world;
    }
}
