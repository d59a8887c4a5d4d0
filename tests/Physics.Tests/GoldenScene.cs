using RealtimeServer.Bench.Physics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics;

/// <summary>A world and what is done to it in each step, of which the hash is known.</summary>
internal sealed record GoldenScene(string Name, Func<PhysicsWorld> Create, Action<PhysicsWorld, int> Act)
{
    public static readonly GoldenScene[] All =
    [
        new("pyramid", () => PhysicsScenes.Pyramid(8), Nothing),
        new("stack", () => PhysicsScenes.Stack(20), Nothing),
        new("spheres", () => PhysicsScenes.Spheres(120), Nothing),
        new("asleep", () => PhysicsScenes.Spheres(60, new PhysicsOptions()), Kick),
        new("chain", () => PhysicsScenes.Chain(12, 50f), Swing),
        new("mixture", Mixture, Nothing),
        new("traffic", () => Worlds.WithGround(new PhysicsOptions()), Traffic),
        new("ragdolls", Ragdolls, Nothing),
        new("machines", Machines, Nothing),
        new("bullets", Bullets, Shoot),
    ];

    public static GoldenScene Named(string name) => All.Single(scene => scene.Name == name);

    public void Steps(PhysicsWorld world, int from, int count, PhysicsThreads? threads = null)
    {
        for (int i = from; i < from + count; i++)
        {
            Act(world, i);
            world.Step(PhysicsScenes.Step, threads);
        }
    }

    public override string ToString() => Name;

    private static void Nothing(PhysicsWorld world, int step)
    {
    }

    private static void Kick(PhysicsWorld world, int step)
    {
        if (step % 400 == 399)
        {
            world.Body(new BodyId(1 + (step / 400 % 50), 1)).ApplyImpulse(new Vec3(2, 6, 1));
        }
    }

    private static void Swing(PhysicsWorld world, int step)
    {
        if (step % 300 == 0)
        {
            world.Body(new BodyId(13, 1)).ApplyImpulse(new Vec3(150, 0, 70));
        }
    }

    private static PhysicsWorld Mixture()
    {
        PhysicsWorld world = Worlds.WithGround(PhysicsScenes.Awake);
        ShapeSet shapes = world.Shapes;
        ShapeId[] kinds =
        [
            shapes.Add(new Sphere(0.4f)),
            shapes.Add(new Box(0.5f, 0.3f, 0.4f)),
            shapes.Add(new Capsule(0.3f, 0.4f)),
            shapes.Add(new Cylinder(0.4f, 0.3f)),
        ];
        var random = new DeterministicRandom(seed: 11);
        for (int i = 0; i < 60; i++)
        {
            var at = new Vec3(random.NextSingle(-3, 3), 1 + (i * 0.6f), random.NextSingle(-3, 3));
            var turn = Quat.FromAxisAngle(Vec3.UnitX, random.NextSingle(-3, 3));
            world.Add(BodyDescription.Dynamic(shapes, kinds[i % 4], new Pose(at, turn), random.NextSingle(0.5f, 5)) with
            {
                Material = new Material(random.NextSingle(0, 1), random.NextSingle(0, 0.6f)),
                AngularVelocity = new Vec3(random.NextSingle(-5, 5), 0, random.NextSingle(-5, 5)),
            });
        }

        return world;
    }

    /// <summary>Bodies come and go.</summary>
    private static void Traffic(PhysicsWorld world, int step)
    {
        if (step % 10 == 0)
        {
            int i = step / 10;
            var at = new Vec3((i % 5) - 2, 4, (i / 5 % 3) - 1);
            world.Add((i % 2 == 0 ? Worlds.Box(world, at) : Worlds.Ball(world, at)) with { Tag = (ulong)i });
        }

        if (step % 10 == 5 && world.BodyCount > 30)
        {
            foreach (int slot in world.Bodies.Awake.Span)
            {
                world.Remove(world.Bodies.IdOf(slot));
                return;
            }

            for (int slot = 1; slot < world.Bodies.States.Count; slot++)
            {
                if (world.Bodies.States[slot].IsAlive)
                {
                    world.Remove(world.Bodies.IdOf(slot));
                    return;
                }
            }
        }
    }

    private static PhysicsWorld Ragdolls()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions());
        ShapeId torso = world.Shapes.Add(new Box(0.25f, 0.4f, 0.15f)), limb = world.Shapes.Add(new Capsule(0.1f, 0.2f)), head = world.Shapes.Add(new Sphere(0.2f));
        for (int i = 0; i < 6; i++)
        {
            var at = new Vec3(i % 2 * 0.3f, 2 + (i * 1.8f), i % 3 * 0.2f);
            BodyId body = world.Add(BodyDescription.Dynamic(world.Shapes, torso, new Pose(at), 30f));
            BodyId top = world.Add(BodyDescription.Dynamic(world.Shapes, head, new Pose(at + new Vec3(0, 0.65f, 0)), 5f));
            world.Add(JointDescription.Ball(world, body, top, at + new Vec3(0, 0.45f, 0)));
            for (int side = -1; side <= 1; side += 2)
            {
                var shoulder = at + new Vec3(side * 0.35f, 0.3f, 0);
                var hip = at + new Vec3(side * 0.15f, -0.45f, 0);
                BodyId arm = world.Add(BodyDescription.Dynamic(world.Shapes, limb, new Pose(shoulder + new Vec3(0, -0.3f, 0)), 4f));
                BodyId leg = world.Add(BodyDescription.Dynamic(world.Shapes, limb, new Pose(hip + new Vec3(0, -0.35f, 0)), 8f));
                world.Add(JointDescription.Ball(world, body, arm, shoulder));
                world.Add(JointDescription.Hinge(world, body, leg, hip, Vec3.UnitX) with { HasLimits = true, Lower = -1.5f, Upper = 0.3f });
            }
        }

        return world;
    }

    private static PhysicsWorld Machines()
    {
        PhysicsWorld world = Worlds.WithGround(PhysicsScenes.Awake);
        ShapeId post = world.Shapes.Add(new Sphere(0.1f)), box = world.Shapes.Add(new Box(0.5f, 0.1f, 0.2f));
        BodyId Static(Vec3 at) => world.Add(BodyDescription.Static(post, new Pose(at)));
        BodyId Moving(Vec3 at) => world.Add(BodyDescription.Dynamic(world.Shapes, box, new Pose(at), 2f));
        BodyId mill = Moving(new Vec3(0.5f, 3, 0));
        world.Add(JointDescription.Hinge(world, Static(new Vec3(0, 3, 0)), mill, new Vec3(0, 3, 0), Vec3.UnitZ) with { HasMotor = true, MotorSpeed = 4, MotorMax = 60 });
        BodyId lift = Moving(new Vec3(3, 2, 0));
        world.Add(JointDescription.Slider(world, Static(new Vec3(3, 2, 0)), lift, new Vec3(3, 2, 0), Vec3.UnitY) with
        {
            HasLimits = true,
            Lower = -1,
            Upper = 1,
            SpringHertz = 1,
            SpringDampingRatio = 0.1f,
        });
        BodyId hanging = Moving(new Vec3(6, 1, 0));
        world.Add(JointDescription.Distance(world, Static(new Vec3(6, 3, 0)), hanging, new Vec3(6, 3, 0), new Vec3(6.4f, 1, 0)) with
        {
            SpringHertz = 2,
            SpringDampingRatio = 0.05f,
            SpringTarget = 1.5f,
        });
        BodyId arm = Moving(new Vec3(9, 1, 0));
        var target = new Pose(new Vec3(0, 0.5f, 0), Quat.FromAxisAngle(Vec3.UnitY, 1f));
        world.Add(JointDescription.Motor(Static(new Vec3(9, 2, 0)), arm, target, 40, 10) with { SpringHertz = 3 });
        BodyId left = Moving(new Vec3(-3, 4, 0));
        world.Add(JointDescription.Fixed(world, left, Moving(new Vec3(-4.1f, 4, 0))));
        for (int i = 0; i < 12; i++)
        {
            world.Add(Worlds.Ball(world, new Vec3((i % 4 * 3) - 1, 6 + i, 0.05f * i), 0.3f) with { Material = new Material(0.3f, 0.5f) });
        }

        return world;
    }

    private static PhysicsWorld Bullets()
    {
        PhysicsWorld world = PhysicsScenes.Stack(6, new PhysicsOptions());
        world.Add(BodyDescription.Static(world.Shapes.Add(new Box(10, 10, 0.05f)), new Pose(new Vec3(0, 10, 8))));
        return world;
    }

    private static void Shoot(PhysicsWorld world, int step)
    {
        if (step % 25 == 0 && world.BodyCount < 80)
        {
            var from = new Vec3((step / 25 % 7 * 0.2f) - 0.6f, 0.5f + (step / 25 % 5), -15);
            world.Add(Worlds.Ball(world, from, 0.08f, 0.2f) with { LinearVelocity = new Vec3(0, 0, 400), IsBullet = true });
        }
    }
}
