using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Solver;

/// <summary>Bodies into rows for the solver, and their movement in substeps.</summary>
internal static unsafe class BodyIntegration
{
    /// <summary>Loads bodies behind the world, which is body zero.</summary>
    public static void Load(in SolverContext context, ReadOnlySpan<int> slots, BodySet bodies, Vec3 gravity, float dt)
    {
        Clear(context, 0);
        for (int i = 0; i < slots.Length; i++)
        {
            Load(context, i + 1, ref bodies.States[slots[i]], gravity, dt);
        }
    }

    public static void IntegrateVelocities(in SolverContext context)
    {
        SolverBody* bodies = context.Bodies;
        SolverMotion* motions = context.Motions;
        for (int i = 1; i < context.BodyCount; i++)
        {
            bodies[i].Velocity = (bodies[i].Velocity + motions[i].Gain) * motions[i].Keep;
        }
    }

    public static void IntegratePositions(in SolverContext context)
    {
        SolverBody* bodies = context.Bodies;
        SolverMotion* motions = context.Motions;
        Vector256<float> h = Vector256.Create(context.H);
        for (int i = 1; i < context.BodyCount; i++)
        {
            // What contacts gave along a locked axis does not move the body.
            Vector256<float> velocity = Vector256.AndNot(bodies[i].Velocity, Vector256.Equals(motions[i].Keep, Vector256<float>.Zero));
            bodies[i].Velocity = velocity;
            bodies[i].Delta += velocity * h;
        }
    }

    private static void Load(in SolverContext context, int index, ref BodyState body, Vec3 gravity, float dt)
    {
        ref SolverBody row = ref context.Bodies[index];
        ref SolverMotion motion = ref context.Motions[index];
        AxisLocks locks = body.Locks;
        Vec3 v = body.LinearVelocity.Clamped(Limits.SpeedMax);
        Vec3 w = body.AngularVelocity.Clamped(Limits.TurnMax / dt);
        row.Velocity = Vector256.Create(v.X, v.Y, v.Z, body.InverseMass, w.X, w.Y, w.Z, 0);
        row.Delta = Vector256<float>.Zero;
        context.Centres[index] = body.Centre;
        if (!body.IsDynamic)
        {
            motion.Gain = Vector256<float>.Zero;
            motion.Keep = Vector256<float>.One;
            context.Inertias[index].Row = Vector256<float>.Zero;
            return;
        }

        Vec3 gain = gravity * (body.GravityScale * context.H);
        float linear = 1f / (1f + (body.LinearDamping * context.H));
        float angular = 1f / (1f + (body.AngularDamping * context.H));
        motion.Gain = Vector256.Create(gain.X, gain.Y, gain.Z, 0, 0, 0, 0, 0);
        motion.Keep = Vector256.Create(
            Keep(locks, AxisLocks.MoveX, linear), Keep(locks, AxisLocks.MoveY, linear), Keep(locks, AxisLocks.MoveZ, linear), 1f,
            Keep(locks, AxisLocks.TurnX, angular), Keep(locks, AxisLocks.TurnY, angular), Keep(locks, AxisLocks.TurnZ, angular), 0);
        var inertia = SymMat3.Rotated(Mat3.FromQuat(body.Pose.Rotation), body.InverseInertia);
        context.Inertias[index] = SolverInertia.Of((locks & AxisLocks.Turn) == 0 ? inertia : Locked(inertia, locks));
    }

    private static void Clear(in SolverContext context, int index)
    {
        context.Bodies[index] = default;
        context.Motions[index] = default;
        context.Inertias[index] = default;
        context.Centres[index] = default;
    }

    private static float Keep(AxisLocks locks, AxisLocks axis, float otherwise) => (locks & axis) != 0 ? 0f : otherwise;

    /// <summary>
    /// What is left when axes cannot turn: about one axis the inverse of its own inertia, not that axis' part of the whole inverse, for the
    /// locked ones hold it.
    /// </summary>
    private static SymMat3 Locked(in SymMat3 inverse, AxisLocks locks)
    {
        if ((locks & AxisLocks.Turn) == AxisLocks.Turn)
        {
            return default;
        }

        SymMat3 i = inverse.Inverse();
        bool x = (locks & AxisLocks.TurnX) == 0, y = (locks & AxisLocks.TurnY) == 0, z = (locks & AxisLocks.TurnZ) == 0;

        // Locked axes get an inertia of one and no products, and are then struck from the inverse.
        SymMat3 free = new SymMat3(
            x ? i.XX : 1f, x && y ? i.YX : 0f, y ? i.YY : 1f, x && z ? i.ZX : 0f, y && z ? i.ZY : 0f, z ? i.ZZ : 1f).Inverse();
        return new SymMat3(x ? free.XX : 0f, x && y ? free.YX : 0f, y ? free.YY : 0f, x && z ? free.ZX : 0f, y && z ? free.ZY : 0f, z ? free.ZZ : 0f);
    }
}
