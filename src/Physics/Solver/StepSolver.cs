using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Continuous;
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

    /// <summary>Of its least half extent: a body that moves farther in a step is led along its way.</summary>
    private const float FastShare = 0.5f;

    /// <returns>Seconds of a substep.</returns>
    public static float Solve(
        StepScratch scratch, BodySet bodies, PairList pairs, JointSet joints, PhysicsOptions options, float dt, float lastH, PhysicsThreads? threads)
    {
        ContactGraph graph = scratch.Graph;
        CollectItems(graph, bodies, pairs);
        int count = bodies.Awake.Count + 1;
        scratch.Bodies.EnsureCapacity(count);
        scratch.Motions.EnsureCapacity(count);
        scratch.Inertias.EnsureCapacity(count);
        scratch.Centres.EnsureCapacity(count);
        graph.Build(count);
        int substeps = JointSolver.Substeps(bodies, joints, options.Substeps);
        float h = dt / substeps;
        float hertz = MathF.Min(options.ContactHertz, HertzOfSubsteps / h);
        float jointHertz = MathF.Min(options.JointHertz, HertzOfSubsteps / h);
        fixed (ContactItem* items = graph.Items.Span)
        fixed (ContactManifold* manifolds = pairs.Manifolds.Span)
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
                WarmStartScale = lastH > 0 ? h / lastH : 0f,
            };
            BodyIntegration.Load(context, bodies, options.Gravity, dt);
            JointSolver.Prepare(scratch, bodies, joints, h);
            JointSolver.Scale(scratch, joints, context.WarmStartScale);
            Substeps(context, scratch, joints, substeps, threads);
            StoreBodies(context, scratch, bodies);
        }

        return h;
    }

    private static void Substeps(in SolverContext context, StepScratch scratch, JointSet joints, int substeps, PhysicsThreads? threads)
    {
        ContactJob job = scratch.ContactJob;
        job.Context = context;
        job.Run(scratch.Graph, ContactPass.Prepare, threads);
        for (int s = 0; s < substeps; s++)
        {
            BodyIntegration.IntegrateVelocities(context);
            JointSolver.WarmStart(context, scratch, joints);
            job.Run(scratch.Graph, ContactPass.WarmStart, threads);
            JointSolver.Solve(context, scratch, joints);
            job.Run(scratch.Graph, ContactPass.Solve, threads);
            BodyIntegration.IntegratePositions(context);
            JointSolver.Relax(context, scratch, joints);
            job.Run(scratch.Graph, ContactPass.Relax, threads);
        }

        if (scratch.Graph.HasRestitution)
        {
            job.Run(scratch.Graph, ContactPass.Restitute, threads);
        }

        job.Run(scratch.Graph, ContactPass.Store, threads);
    }

    private static void CollectItems(ContactGraph graph, BodySet bodies, PairList pairs)
    {
        graph.Items.Clear();
        foreach (ref readonly Pair pair in pairs.Pairs.Span)
        {
            if (pair.ManifoldCount == 0)
            {
                continue;
            }

            int a = SolverIndex(bodies.States[pair.A]), b = SolverIndex(bodies.States[pair.B]);
            if (a < 0 && b < 0)
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

    internal static int SolverIndex(in BodyState body) =>
        !body.IsAwake ? BodyGather.ReadOnly(0) : body.IsDynamic ? body.AwakeIndex + 1 : BodyGather.ReadOnly(body.AwakeIndex + 1);

    private static void StoreBodies(in SolverContext context, StepScratch scratch, BodySet bodies)
    {
        scratch.Fast.Clear();
        ReadOnlySpan<int> awake = bodies.Awake.Span;
        for (int i = 0; i < awake.Length; i++)
        {
            ref BodyState body = ref bodies.States[awake[i]];
            Pose start = body.Pose;
            float far = body.Thickness * FastShare;
            if (BodyIntegration.Store(context, i + 1, ref body) && body.IsDynamic && Vec3.DistanceSquared(start.Position, body.Pose.Position) > far * far)
            {
                scratch.Fast.Add(new FastBody { Slot = awake[i], Start = start });
            }
        }
    }
}
