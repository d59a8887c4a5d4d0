using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Contacts;

namespace RealtimeServer.Physics.Solver;

/// <summary>Turns manifolds into what the passes of <see cref="ContactSolver"/> need, and takes the impulses back at the end.</summary>
internal static unsafe class ContactPreparation
{
    /// <summary>Of points that a lane does not have: so far apart that they never push.</summary>
    private const float Absent = 1e9f;

    public static void Prepare(in SolverContext context, in ContactRange range, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            ContactBundle* bundle = range.Bundle(i);
            Fill(context, bundle, range.Points);
            Compute(context, bundle, range.Points);
        }
    }

    /// <summary>Copies what is known lane by lane. Fields that are computed from it later lend their place.</summary>
    private static void Fill(in SolverContext context, ContactBundle* bundle, int points)
    {
        ContactPointWide* wide = ContactRange.PointsOf(bundle);
        for (int lane = 0; lane < WideMath.Lanes; lane++)
        {
            int itemIndex = bundle->Manifold[lane];
            if (itemIndex < 0)
            {
                continue;
            }

            ref readonly ContactItem item = ref context.Items[itemIndex];
            ref readonly ContactManifold manifold = ref context.Manifolds[item.Manifold];
            Softness softness = item.MovesBoth ? context.ContactSoftness : context.FixedSoftness;
            bundle->Manifold[lane] = item.Manifold;
            WideMath.SetLane(ref bundle->Normal, lane, manifold.Normal);
            WideMath.SetLane(ref bundle->Slide1.LeverA, lane, manifold.FrictionImpulse * context.WarmStartScale);
            WideMath.SetLane(ref bundle->Slide2.LeverA, lane, item.Between);
            WideMath.SetLane(ref bundle->Friction, lane, item.Friction);
            WideMath.SetLane(ref bundle->Restitution, lane, item.Restitution);
            WideMath.SetLane(ref bundle->RollLever, lane, manifold.Count == 1 ? item.RollingResistance : 0);
            WideMath.SetLane(ref bundle->BiasRate, lane, softness.BiasRate);
            WideMath.SetLane(ref bundle->MassScale, lane, softness.MassScale);
            WideMath.SetLane(ref bundle->ImpulseScale, lane, softness.ImpulseScale);
            WideMath.SetLane(ref bundle->RollImpulse, lane, manifold.TurnImpulse * context.WarmStartScale);
            for (int p = 0; p < points; p++)
            {
                bool has = p < manifold.Count;
                SolvedPoint point = has ? manifold.Points[p] : default;
                WideMath.SetLane(ref wide[p].LeverA, lane, point.OffsetA);
                WideMath.SetLane(ref wide[p].Separation0, lane, has ? point.Separation : Absent);
                WideMath.SetLane(ref wide[p].Impulse, lane, point.Impulse * context.WarmStartScale);
            }
        }
    }

    private static void Compute(in SolverContext context, ContactBundle* bundle, int points)
    {
        ContactPointWide* wide = ContactRange.PointsOf(bundle);
        BodyGather.Velocities(context.Bodies, bundle->A, out Vec3Wide vA, out Vector256<float> mA, out Vec3Wide wA);
        BodyGather.Velocities(context.Bodies, bundle->B, out Vec3Wide vB, out Vector256<float> mB, out Vec3Wide wB);
        SymMat3Wide iA = BodyGather.Inertias(context.Inertias, bundle->A);
        SymMat3Wide iB = BodyGather.Inertias(context.Inertias, bundle->B);
        Vec3Wide n = bundle->Normal;
        Vec3Wide between = bundle->Slide2.LeverA;
        Vec3Wide t1 = n.Across();
        Vec3Wide t2 = Vec3Wide.Cross(n, t1);
        Vec3Wide frictionImpulse = bundle->Slide1.LeverA;
        bundle->Tangent1 = t1;
        bundle->Tangent2 = t2;
        bundle->Impulse1 = Vec3Wide.Dot(frictionImpulse, t1);
        bundle->Impulse2 = Vec3Wide.Dot(frictionImpulse, t2);
        Vector256<float> mass = mA + mB;
        Vector256<float> linear = Vec3Wide.Dot(n, vB - vA);

        Vec3Wide centre = default;
        Vector256<float> count = Vector256<float>.Zero;
        for (int p = 0; p < points; p++)
        {
            Vector256<float> has = Vector256.LessThan(wide[p].Separation0, Vector256.Create(Absent)) & Vector256<float>.One;
            centre += wide[p].LeverA * has;
            count += has;
        }

        centre *= Vector256<float>.One / WideMath.Max(count, Vector256<float>.One);
        for (int p = 0; p < points; p++)
        {
            ref ContactPointWide point = ref wide[p];
            Vec3Wide rA = point.LeverA;
            Vec3Wide rB = rA + between;
            point.LeverA = Vec3Wide.Cross(rA, n);
            point.LeverB = Vec3Wide.Cross(rB, n);
            point.TurnA = iA * point.LeverA;
            point.TurnB = iB * point.LeverB;
            point.Mass = InverseOrZero(mass + Vec3Wide.Dot(point.LeverA, point.TurnA) + Vec3Wide.Dot(point.LeverB, point.TurnB));
            point.Separation = point.Separation0;
            point.StepImpulse = Vector256<float>.Zero;
            point.MaxImpulse = Vector256<float>.Zero;
            point.ApproachVelocity = linear + Vec3Wide.Dot(point.LeverB, wB) - Vec3Wide.Dot(point.LeverA, wA);
            point.Radius = (rA - centre).Length();
        }

        Vec3Wide centreB = centre + between;
        Row(ref bundle->Slide1, centre, centreB, t1, iA, iB);
        Row(ref bundle->Slide2, centre, centreB, t2, iA, iB);
        Vector256<float> k11 = mass + Vec3Wide.Dot(bundle->Slide1.LeverA, bundle->Slide1.TurnA) + Vec3Wide.Dot(bundle->Slide1.LeverB, bundle->Slide1.TurnB);
        Vector256<float> k22 = mass + Vec3Wide.Dot(bundle->Slide2.LeverA, bundle->Slide2.TurnA) + Vec3Wide.Dot(bundle->Slide2.LeverB, bundle->Slide2.TurnB);
        Vector256<float> k12 = Vec3Wide.Dot(bundle->Slide1.LeverA, bundle->Slide2.TurnA) + Vec3Wide.Dot(bundle->Slide1.LeverB, bundle->Slide2.TurnB);
        Vector256<float> inverse = InverseOrZero((k11 * k22) - (k12 * k12));
        bundle->SlideMass11 = k22 * inverse;
        bundle->SlideMass12 = -k12 * inverse;
        bundle->SlideMass22 = k11 * inverse;
        Vector256<float> rolls = Vector256.GreaterThan(bundle->RollLever, Vector256<float>.Zero);
        bundle->TwistImpulse = Vector256.AndNot(Vec3Wide.Dot(n, bundle->RollImpulse), rolls);
        bundle->RollImpulse = Vec3Wide.Select(rolls, bundle->RollImpulse, default);
        Roll(bundle, centre, centreB, mA, mB, iA, iB);
        bundle->TwistA = iA * n;
        bundle->TwistB = iB * n;
        bundle->TwistMass = InverseOrZero(Vec3Wide.Dot(n, bundle->TwistA) + Vec3Wide.Dot(n, bundle->TwistB));
    }

    /// <summary>Resistance to rolling and spinning is alike about all axes, as a ball's inertia is; of other shapes it takes the mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Roll(
        ContactBundle* bundle, in Vec3Wide rA, in Vec3Wide rB, Vector256<float> mA, Vector256<float> mB, in SymMat3Wide iA, in SymMat3Wide iB)
    {
        if (Vector256.EqualsAll(bundle->RollLever, Vector256<float>.Zero))
        {
            return;
        }

        Vector256<float> third = Vector256.Create(1f / 3f), far = Vector256.Create(Absent);
        Vector256<float> leverA = Vector256.ConditionalSelect(Vector256.GreaterThan(mA, Vector256<float>.Zero), rA.Length(), far);
        Vector256<float> leverB = Vector256.ConditionalSelect(Vector256.GreaterThan(mB, Vector256<float>.Zero), rB.Length(), far);
        bundle->RollLever *= WideMath.Min(leverA, leverB);
        bundle->RollA = (iA.XX + iA.YY + iA.ZZ) * third;
        bundle->RollB = (iB.XX + iB.YY + iB.ZZ) * third;
        bundle->RollMass = InverseOrZero(bundle->RollA + bundle->RollB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(ref FrictionRow row, in Vec3Wide rA, in Vec3Wide rB, in Vec3Wide tangent, in SymMat3Wide iA, in SymMat3Wide iB)
    {
        row.LeverA = Vec3Wide.Cross(rA, tangent);
        row.LeverB = Vec3Wide.Cross(rB, tangent);
        row.TurnA = iA * row.LeverA;
        row.TurnB = iB * row.LeverB;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> InverseOrZero(Vector256<float> k) =>
        (Vector256<float>.One / k) & Vector256.GreaterThan(k, Vector256.Create(float.Epsilon * 8));

    /// <summary>Writes the impulses back into the manifolds.</summary>
    public static void Store(in SolverContext context, in ContactRange range, int from, int to)
    {
        Vector256<float> scale = Vector256.Create(context.StoreScale);
        for (int i = from; i < to; i++)
        {
            ContactBundle* bundle = range.Bundle(i);
            ContactPointWide* wide = ContactRange.PointsOf(bundle);
            Vec3Wide friction = ((bundle->Tangent1 * bundle->Impulse1) + (bundle->Tangent2 * bundle->Impulse2)) * scale;
            Vec3Wide turn = (bundle->RollImpulse + (bundle->Normal * bundle->TwistImpulse)) * scale;
            for (int lane = 0; lane < WideMath.Lanes; lane++)
            {
                if (bundle->Manifold[lane] < 0)
                {
                    continue;
                }

                ref ContactManifold manifold = ref context.Manifolds[bundle->Manifold[lane]];
                manifold.FrictionImpulse = WideMath.Lane(friction, lane);
                manifold.TurnImpulse = WideMath.Lane(turn, lane);
                for (int p = 0; p < manifold.Count; p++)
                {
                    manifold.Points[p].Impulse = WideMath.Lane(wide[p].Impulse, lane) * context.StoreScale;
                    manifold.Points[p].StepImpulse = WideMath.Lane(wide[p].StepImpulse, lane);
                }
            }
        }
    }
}
