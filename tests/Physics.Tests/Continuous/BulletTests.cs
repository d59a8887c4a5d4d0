using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Continuous;

public sealed class BulletTests
{
    /// <summary>Of each kind of wall; BULLETS=full shoots ten thousand at each.</summary>
    private static readonly int Shots = Environment.GetEnvironmentVariable("BULLETS") == "full" ? 10_000 : 2_500;

    public static TheoryData<string> Walls => ["box", "compound", "hull", "mesh", "plate of triangles", "heightfield", "floor of cells", "wall of cells"];

    [Theory]
    [MemberData(nameof(Walls))]
    public void Random_shots_at_a_thousand_metres_a_second_never_pass_a_wall_of_ten_centimetres(string kind)
    {
        var shapes = new ShapeSet();
        (ShapeId wall, Pose upright) = Wall(shapes, kind);
        ShapeId[] bullets = [shapes.Add(new Sphere(0.05f)), shapes.Add(new Box(0.05f, 0.03f, 0.1f)), shapes.Add(new Capsule(0.03f, 0.05f))];
        var random = new DeterministicRandom(seed: 5);
        var world = new PhysicsWorld(shapes, new PhysicsOptions { Gravity = default });
        int stopped = 0;
        for (int i = 0; i < Shots; i++)
        {
            var turn = Quat.FromAxisAngle(new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), 0.1f).Normalized(), random.NextSingle(-0.5f, 0.5f));

            BodyId target = world.Add(BodyDescription.Static(wall, new Pose(turn.Rotate(upright.Position), turn * upright.Rotation)));
            var from = new Vec3(random.NextSingle(-3, 3), random.NextSingle(-3, 3), -random.NextSingle(3, 20));
            var to = new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), 0);
            BodyDescription shot = BodyDescription.Dynamic(shapes, bullets[i % 3], new Pose(from), 0.01f);
            shot.LinearVelocity = (to - from).Normalized() * 1000f;
            shot.AngularVelocity = i % 2 == 0 ? default : new Vec3(random.NextSingle(-200, 200), random.NextSingle(-200, 200), random.NextSingle(-200, 200));
            BodyId bullet = world.Add(shot);
            Vec3 before = turn.InverseRotate(from);
            for (int step = 0; step < 4; step++)
            {
                world.Step(Worlds.Dt);
                Vec3 now = turn.InverseRotate(world.Body(bullet).Pose.Position);
                Assert.False(Passes(before, now), $"shot {i} from {from} to {to} passes the wall from {before} to {now}");
                before = now;
            }

            stopped += world.Body(bullet).LinearVelocity.Length < 990 ? 1 : 0;
            world.Remove(bullet);
            world.Remove(target);
        }

        Assert.InRange(stopped, Shots * 0.95, Shots);
    }

    /// <summary>Six metres by six across the z axis, ten centimetres thick; surfaces, which have no other side, turn up to where shots come from.</summary>
    private static (ShapeId Wall, Pose Upright) Wall(ShapeSet shapes, string kind)
    {
        // Fields and terrains begin at a corner, the others are about their middle.
        var risen = new Pose(new Vec3(-3, -3, 0), Quat.FromAxisAngle(Vec3.UnitX, -MathF.PI / 2));
        switch (kind)
        {
            case "box":
                return (shapes.Add(new Box(3, 3, 0.05f)), Pose.Identity);
            case "compound":
                ShapeId half = shapes.Add(new Box(1.5f, 3, 0.05f));
                return (shapes.Add(new Compound(shapes, [new(half, new Pose(new Vec3(-1.5f, 0, 0))), new(half, new Pose(new Vec3(1.5f, 0, 0)))])), Pose.Identity);
            case "hull":
                Vec3[] corners = [.. Enumerable.Range(0, 8).Select(i => new Vec3((i & 1) == 0 ? -3 : 3, (i & 2) == 0 ? -3 : 3, (i & 4) == 0 ? -0.05f : 0.05f))];
                return (shapes.Add(HullBuilder.Build(corners)), Pose.Identity);
            case "mesh":
                return (shapes.Add(WallOfTriangles()), Pose.Identity);
            case "plate of triangles":
                return (shapes.Add(new TriangleMesh([new(-3, -3, 0), new(3, -3, 0), new(3, 3, 0), new(-3, 3, 0)], [0, 2, 1, 0, 3, 2], isTwoSided: true)), Pose.Identity);
            case "heightfield":
                return (shapes.Add(new HeightField(13, 13, new float[169], 0.5f)), risen);
            case "floor of cells":
                return (shapes.Add(GridTerrain.FromCells(12, 12, new bool[144], 0.5f, 1)), risen);
            default:
                bool[] closed = [.. Enumerable.Range(0, 180).Select(cell => cell / 60 == 1)];
                return (shapes.Add(GridTerrain.FromCells(60, 3, closed, 0.1f, 6)), new Pose(new Vec3(-3, -3, -0.15f)));
        }
    }

    /// <summary>Both sides of the wall as triangles, half a metre each.</summary>
    private static TriangleMesh WallOfTriangles()
    {
        const int cells = 12;
        var vertices = new List<Vec3>();
        var indices = new List<int>();
        foreach (float z in (ReadOnlySpan<float>)[-0.05f, 0.05f])
        {
            int first = vertices.Count;
            for (int i = 0; i < (cells + 1) * (cells + 1); i++)
            {
                vertices.Add(new Vec3((i % (cells + 1) * 0.5f) - 3, (i / (cells + 1) * 0.5f) - 3, z));
            }

            for (int cell = 0; cell < cells * cells; cell++)
            {
                int corner = first + (cell / cells * (cells + 1)) + (cell % cells), above = corner + cells + 1;
                indices.AddRange(z > 0 ? [corner, corner + 1, above, corner + 1, above + 1, above] : [corner, above, corner + 1, corner + 1, above, above + 1]);
            }
        }

        return new TriangleMesh([.. vertices], [.. indices]);
    }

    [Fact]
    public void What_falls_at_a_thousand_metres_a_second_stays_above_a_heightfield()
    {
        const int samples = 17;
        var shapes = new ShapeSet();
        var random = new DeterministicRandom(seed: 8);
        float[] heights = [.. Enumerable.Range(0, samples * samples).Select(_ => random.NextSingle(0, 1))];
        ShapeId field = shapes.Add(new HeightField(samples, samples, heights, 1f));
        ShapeId[] bullets = [shapes.Add(new Sphere(0.05f)), shapes.Add(new Box(0.05f, 0.03f, 0.1f)), shapes.Add(new Capsule(0.03f, 0.05f))];
        var world = new PhysicsWorld(shapes, new PhysicsOptions());
        world.Add(BodyDescription.Static(field, Pose.Identity));
        for (int i = 0; i < 1_000; i++)
        {
            var from = new Vec3(random.NextSingle(4, 12), random.NextSingle(2, 40), random.NextSingle(4, 12));
            BodyDescription shot = BodyDescription.Dynamic(shapes, bullets[i % 3], new Pose(from), 0.01f);
            shot.LinearVelocity = new Vec3(random.NextSingle(-300, 300), -1000, random.NextSingle(-300, 300)).Normalized() * 1000f;
            shot.AngularVelocity = new Vec3(random.NextSingle(-200, 200), 0, random.NextSingle(-200, 200));
            BodyId bullet = world.Add(shot);
            for (int step = 0; step < 4; step++)
            {
                world.Step(Worlds.Dt);
                Vec3 at = world.Body(bullet).Pose.Position;
                bool isOver = at.X is > 0 and < samples - 1 && at.Z is > 0 and < samples - 1;
                Assert.True(!isOver || at.Y > -0.05f, $"shot {i} from {from} is at {at}");
            }

            world.Remove(bullet);
        }
    }

    /// <summary>Through the wall's middle plane, within its edges: what slides off beside it may go on behind.</summary>
    private static bool Passes(Vec3 from, Vec3 to)
    {
        if (from.Z > 0 == to.Z > 0)
        {
            return false;
        }

        Vec3 at = Vec3.Lerp(from, to, from.Z / (from.Z - to.Z));
        return MathF.Abs(at.X) < 2.9f && MathF.Abs(at.Y) < 2.9f;
    }

    [Fact]
    public void A_bullet_does_not_pass_a_moving_body_either()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId plate = world.Add(BodyDescription.Dynamic(world.Shapes, world.Shapes.Add(new Box(1, 1, 0.05f)), new Pose(new Vec3(0, 0, 10)), 50f));
        BodyId bullet = world.Add(Worlds.Ball(world, default, 0.05f, 0.1f) with { LinearVelocity = new Vec3(0, 0, 1000), IsBullet = true });
        world.Steps(10);
        Assert.True(world.Body(bullet).Pose.Position.Z < world.Body(plate).Pose.Position.Z);
        Assert.InRange(world.Body(plate).LinearVelocity.Z, 1.8f, 2.2f);
    }

    [Fact]
    public void A_fast_body_slides_along_the_ground_without_being_stopped()
    {
        PhysicsWorld world = Worlds.Empty();
        world.Add(BodyDescription.Static(world.Shapes.Add(new Box(2_000, 0.5f, 5)), new Pose(new Vec3(0, -0.5f, 0))) with { Material = new Material(0, 0) });
        BodyId puck = world.Add(Worlds.Ball(world, new Vec3(0, 0.1f, 0), 0.1f) with { LinearVelocity = new Vec3(200, 0, 0), Material = new Material(0, 0) });
        world.Steps(120);
        Assert.InRange(world.Body(puck).Pose.Position.X, 395f, 405f);
        Assert.InRange(world.Body(puck).Pose.Position.Y, 0.08f, 0.12f);
    }
}
