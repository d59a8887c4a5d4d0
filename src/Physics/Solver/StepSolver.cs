using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics.Solver;

/// <summary>
/// One step of all that is awake: small steps, each of which applies last substep's impulses, solves once softly, moves, and solves once rigidly
/// ("soft step"; E. Catto, "Solver2D", 2024). Impacts give back their speed at the end.
/// </summary>
internal static unsafe class StepSolver
{
    /// <summary>The stiffest springs that substeps resolve, as a share of their number a second.</summary>
    private const float HertzOfSubsteps = 0.25f;

    /// <returns>Seconds of a substep of the world.</returns>
    public static float Solve(
        StepScratch scratch, BodySet bodies, PairList pairs, JointSet joints, PhysicsOptions options, float dt, float lastH, PhysicsThreads? threads)
    {
        var world = new WorldStep
        {
            Scratch = scratch,
            Bodies = bodies,
            Pairs = pairs,
            Joints = joints,
            Options = options,
            Dt = dt,
            WarmStartScale = lastH > 0 ? dt / options.Substeps / lastH : 0f,
            Threads = threads,
        };
        scratch.Fast.Clear();
        StepGroups groups = scratch.Groups;
        int fineness = groups.Divide(scratch, bodies, pairs, joints);
        if (fineness > 1)
        {
            Solve(world, groups.Fine, Math.Min(fineness * options.Substeps, Limits.SubstepsMax), storesKinematic: false);
            Solve(world, groups.Coarse, options.Substeps, storesKinematic: true);
        }
        else
        {
            Solve(world, new SolverRows(bodies.Awake.Span, []), options.Substeps, storesKinematic: true);
        }

        return dt / options.Substeps;
    }

    private static void Solve(in WorldStep world, in SolverRows rows, int substeps, bool storesKinematic)
    {
        StepScratch scratch = world.Scratch;
        PhysicsOptions options = world.Options;
        ContactGraph graph = scratch.Graph;
        CollectItems(graph, rows, world.Bodies, world.Pairs);
        int count = rows.Slots.Length + 1;
        scratch.Bodies.EnsureCapacity(count);
        scratch.Motions.EnsureCapacity(count);
        scratch.Inertias.EnsureCapacity(count);
        scratch.Centres.EnsureCapacity(count);
        graph.Build(count);
        float h = world.Dt / substeps, fineness = (float)substeps / options.Substeps;
        float hertz = MathF.Min(options.ContactHertz, HertzOfSubsteps / h);
        float jointHertz = MathF.Min(options.JointHertz, HertzOfSubsteps / h);
        fixed (ContactItem* items = graph.Items.Span)
        fixed (ContactManifold* manifolds = world.Pairs.Manifolds.Span)
        {
            var context = new SolverContext
            {
                Bodies = scratch.Bodies.Items,
                Motions = scratch.Motions.Items,
                Inertias = scratch.Inertias.Items,
                Centres = scratch.Centres.Items,
                Items = items,
                Manifolds = manifolds,
                BodyCount = count,
                H = h,
                InverseH = 1f / h,
                ContactSoftness = Softness.Of(hertz, options.ContactDampingRatio, h),
                FixedSoftness = Softness.Of(MathF.Min(2f * options.ContactHertz, HertzOfSubsteps / h), options.ContactDampingRatio, h),
                JointSoftness = Softness.Of(jointHertz, options.JointDampingRatio, h),
                PushSpeedMax = options.PushSpeedMax,
                RestitutionSpeedMin = options.RestitutionSpeedMin,
                WarmStartScale = world.WarmStartScale / fineness,
                StoreScale = fineness,
            };
            BodyIntegration.Load(context, rows.Slots, world.Bodies, options.Gravity, world.Dt);
            JointSolver.Prepare(scratch, rows, world.Bodies, world.Joints, h, context.WarmStartScale);
            Substeps(context, scratch, world.Joints, substeps, world.Threads);
            JointSolver.Store(scratch, world.Joints, context.StoreScale);
            BodyStore.Store(context, rows.Slots, world.Bodies, storesKinematic, scratch.Fast);
        }
    }

    private static void Substeps(in SolverContext context, StepScratch scratch, JointSet joints, int substeps, PhysicsThreads? threads)
    {
        ContactJob job = scratch.ContactJob;
        job.Context = context;
        job.Run(scratch.Graph, ContactPass.Prepare, threads);
        JointSolver.Place(context, scratch);
        for (int s = 0; s < substeps; s++)
        {
            BodyIntegration.IntegrateVelocities(context);
            JointSolver.WarmStart(context, scratch, joints);
            job.Run(scratch.Graph, ContactPass.WarmStart, threads);
            JointSolver.Solve(context, scratch, joints);
            job.Run(scratch.Graph, ContactPass.Solve, threads);
            BodyIntegration.IntegratePositions(context);
            JointSolver.Place(context, scratch);
            JointSolver.Relax(context, scratch, joints);
            job.Run(scratch.Graph, ContactPass.Relax, threads);
        }

        if (scratch.Graph.HasRestitution)
        {
            job.Run(scratch.Graph, ContactPass.Restitute, threads);
        }

        job.Run(scratch.Graph, ContactPass.Store, threads);
    }

    private static void CollectItems(ContactGraph graph, in SolverRows rows, BodySet bodies, PairList pairs)
    {
        graph.Items.Clear();
        foreach (ref readonly Pair pair in pairs.Pairs.Span)
        {
            if (pair.ManifoldCount == 0)
            {
                continue;
            }

            int a = rows.Of(bodies.States[pair.A]), b = rows.Of(bodies.States[pair.B]);
            if ((a < 0 && b < 0) || a == SolverRows.Absent || b == SolverRows.Absent)
            {
                continue;
            }

            Vec3 between = bodies.States[pair.A].Centre - bodies.States[pair.B].Centre;
            for (int i = 0; i < pair.ManifoldCount; i++)
            {
                int manifold = pair.FirstManifold + i;
                graph.Items.Add(new ContactItem
                {
                    A = a,
                    B = b,
                    Manifold = manifold,
                    Between = between,
                    Points = pairs.Manifolds[manifold].Count == 1 ? 1 : Collision.Manifold.PointsMax,
                    Friction = pair.Friction,
                    Restitution = pair.Restitution,
                    RollingResistance = pair.RollingResistance,
                });
            }
        }
    }

    /// <summary>What a step works on.</summary>
    private readonly ref struct WorldStep
    {
        public StepScratch Scratch { get; init; }

        public BodySet Bodies { get; init; }

        public PairList Pairs { get; init; }

        public JointSet Joints { get; init; }

        public PhysicsOptions Options { get; init; }

        public float Dt { get; init; }

        /// <summary>The length of the world's substeps to that of the last step's.</summary>
        public float WarmStartScale { get; init; }

        public PhysicsThreads? Threads { get; init; }
    }
}
