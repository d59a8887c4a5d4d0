using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Solver;

/// <summary>
/// The passes over contact bundles. Normals are solved softly with the error of their separation, then once more rigidly without it after
/// positions have moved (relaxation), which takes away the velocity that the correction added. Friction is one row of two tangents and one
/// of twist at the middle of the points, bounded by the normal impulses. It joins the second pass alone: rubbing against the velocity of a
/// correction keeps piles from ever coming to rest.
/// </summary>
internal static unsafe class ContactSolver
{
    /// <summary>Applies the impulses of the last substep.</summary>
    public static void WarmStart(in SolverContext context, in ContactRange range, int from, int to)
    {
        SolverBody* bodies = context.Bodies;
        for (int i = from; i < to; i++)
        {
            ContactBundle* b = range.Bundle(i);
            ContactPointWide* points = ContactRange.PointsOf(b);
            BodyGather.Velocities(bodies, b->A, out Vec3Wide vA, out Vector256<float> mA, out Vec3Wide wA);
            BodyGather.Velocities(bodies, b->B, out Vec3Wide vB, out Vector256<float> mB, out Vec3Wide wB);
            Vector256<float> f1 = b->Impulse1, f2 = b->Impulse2, twist = b->TwistImpulse;
            Vec3Wide impulse = (b->Tangent1 * f1) + (b->Tangent2 * f2);
            wA = wA - (b->Slide1.TurnA * f1) - (b->Slide2.TurnA * f2) - (b->TwistA * twist);
            wB = wB + (b->Slide1.TurnB * f1) + (b->Slide2.TurnB * f2) + (b->TwistB * twist);
            Vector256<float> sum = Vector256<float>.Zero;
            for (int p = 0; p < range.Points; p++)
            {
                Vector256<float> lambda = points[p].Impulse;
                sum += lambda;
                wA -= points[p].TurnA * lambda;
                wB += points[p].TurnB * lambda;
            }

            impulse += b->Normal * sum;
            vA -= impulse * mA;
            vB += impulse * mB;
            if (!Vector256.EqualsAll(b->RollLever, Vector256<float>.Zero))
            {
                wA -= b->RollImpulse * b->RollA;
                wB += b->RollImpulse * b->RollB;
            }

            BodyGather.Scatter(bodies, b->A, vA, mA, wA);
            BodyGather.Scatter(bodies, b->B, vB, mB, wB);
        }
    }

    /// <summary>Pushes along the normals, softly, so that separations come back to zero.</summary>
    public static void Solve(in SolverContext context, in ContactRange range, int from, int to)
    {
        SolverBody* bodies = context.Bodies;
        Vector256<float> inverseH = Vector256.Create(context.InverseH);
        Vector256<float> pushMax = Vector256.Create(-context.PushSpeedMax);
        Vector256<float> zero = Vector256<float>.Zero, one = Vector256<float>.One;
        for (int i = from; i < to; i++)
        {
            ContactBundle* b = range.Bundle(i);
            ContactPointWide* points = ContactRange.PointsOf(b);
            BodyGather.Velocities(bodies, b->A, out Vec3Wide vA, out Vector256<float> mA, out Vec3Wide wA);
            BodyGather.Velocities(bodies, b->B, out Vec3Wide vB, out Vector256<float> mB, out Vec3Wide wB);
            Vec3Wide n = b->Normal;
            for (int p = 0; p < range.Points; p++)
            {
                ContactPointWide* point = points + p;
                Vector256<float> s = point->Separation;
                Vector256<float> apart = Vector256.GreaterThan(s, zero);
                Vector256<float> massScale = Vector256.ConditionalSelect(apart, one, b->MassScale);
                Vector256<float> impulseScale = Vector256.AndNot(b->ImpulseScale, apart);
                Vector256<float> bias = Vector256.ConditionalSelect(apart, s * inverseH, WideMath.Max(s * b->BiasRate, pushMax) * massScale);
                Vector256<float> vn = Vec3Wide.Dot(n, vB - vA) + Vec3Wide.Dot(point->LeverB, wB) - Vec3Wide.Dot(point->LeverA, wA);
                Vector256<float> old = point->Impulse;
                Vector256<float> next = WideMath.Max(old - (point->Mass * ((vn * massScale) + bias)) - (impulseScale * old), zero);
                point->Impulse = next;
                point->MaxImpulse = WideMath.Max(next, point->MaxImpulse);
                Apply(point, n, next - old, mA, mB, ref vA, ref wA, ref vB, ref wB);
            }

            BodyGather.Scatter(bodies, b->A, vA, mA, wA);
            BodyGather.Scatter(bodies, b->B, vB, mB, wB);
        }
    }

    /// <summary>After positions have moved: measures separations, takes away the velocity of the correction, and applies friction.</summary>
    public static void Relax(in SolverContext context, in ContactRange range, int from, int to)
    {
        SolverBody* bodies = context.Bodies;
        Vector256<float> inverseH = Vector256.Create(context.InverseH);
        Vector256<float> zero = Vector256<float>.Zero;
        for (int i = from; i < to; i++)
        {
            ContactBundle* b = range.Bundle(i);
            ContactPointWide* points = ContactRange.PointsOf(b);
            BodyGather.Deltas(bodies, b->A, out Vec3Wide dA, out Vec3Wide turnA);
            BodyGather.Deltas(bodies, b->B, out Vec3Wide dB, out Vec3Wide turnB);
            Vec3Wide n = b->Normal;
            Vector256<float> moved = Vec3Wide.Dot(n, dB - dA);
            for (int p = 0; p < range.Points; p++)
            {
                points[p].Separation = points[p].Separation0 + moved + Vec3Wide.Dot(points[p].LeverB, turnB) - Vec3Wide.Dot(points[p].LeverA, turnA);
            }

            BodyGather.Velocities(bodies, b->A, out Vec3Wide vA, out Vector256<float> mA, out Vec3Wide wA);
            BodyGather.Velocities(bodies, b->B, out Vec3Wide vB, out Vector256<float> mB, out Vec3Wide wB);
            if (!Vector256.EqualsAll(b->RollLever, zero))
            {
                Roll(b, b->RollLever * points->Impulse, ref wA, ref wB);
            }

            Vector256<float> sum = zero, twistLimit = zero;
            for (int p = 0; p < range.Points; p++)
            {
                ContactPointWide* point = points + p;
                Vector256<float> s = point->Separation;
                Vector256<float> bias = s * inverseH & Vector256.GreaterThan(s, zero);
                Vector256<float> vn = Vec3Wide.Dot(n, vB - vA) + Vec3Wide.Dot(point->LeverB, wB) - Vec3Wide.Dot(point->LeverA, wA);
                Vector256<float> old = point->Impulse;
                Vector256<float> next = WideMath.Max(old - (point->Mass * (vn + bias)), zero);
                point->Impulse = next;
                point->MaxImpulse = WideMath.Max(next, point->MaxImpulse);
                point->StepImpulse += next;
                sum += next;
                twistLimit += next * point->Radius;
                Apply(point, n, next - old, mA, mB, ref vA, ref wA, ref vB, ref wB);
            }

            Slide(b, b->Friction * sum, mA, mB, ref vA, ref wA, ref vB, ref wB);
            if (range.Points > 1)
            {
                Twist(b, b->Friction * twistLimit, ref wA, ref wB);
            }

            BodyGather.Scatter(bodies, b->A, vA, mA, wA);
            BodyGather.Scatter(bodies, b->B, vB, mB, wB);
        }
    }

    /// <summary>Gives back the speed of impacts, once positions are done.</summary>
    public static void Restitute(in SolverContext context, in ContactRange range, int from, int to)
    {
        SolverBody* bodies = context.Bodies;
        Vector256<float> threshold = Vector256.Create(-context.RestitutionSpeedMin);
        Vector256<float> zero = Vector256<float>.Zero;
        for (int i = from; i < to; i++)
        {
            ContactBundle* b = range.Bundle(i);
            if (Vector256.EqualsAll(b->Restitution, zero))
            {
                continue;
            }

            ContactPointWide* points = ContactRange.PointsOf(b);
            BodyGather.Velocities(bodies, b->A, out Vec3Wide vA, out Vector256<float> mA, out Vec3Wide wA);
            BodyGather.Velocities(bodies, b->B, out Vec3Wide vB, out Vector256<float> mB, out Vec3Wide wB);
            Vec3Wide n = b->Normal;
            for (int p = 0; p < range.Points; p++)
            {
                ContactPointWide* point = points + p;
                Vector256<float> bounces = Vector256.LessThan(point->ApproachVelocity, threshold) & Vector256.GreaterThan(point->MaxImpulse, zero)
                    & Vector256.GreaterThan(b->Restitution, zero);
                Vector256<float> vn = Vec3Wide.Dot(n, vB - vA) + Vec3Wide.Dot(point->LeverB, wB) - Vec3Wide.Dot(point->LeverA, wA);
                Vector256<float> old = point->Impulse;
                Vector256<float> next = WideMath.Max(old - (point->Mass * (vn + (b->Restitution * point->ApproachVelocity))), zero);
                next = Vector256.ConditionalSelect(bounces, next, old);
                point->Impulse = next;
                point->StepImpulse += next - old;
                Apply(point, n, next - old, mA, mB, ref vA, ref wA, ref vB, ref wB);
            }

            BodyGather.Scatter(bodies, b->A, vA, mA, wA);
            BodyGather.Scatter(bodies, b->B, vB, mB, wB);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply(
        ContactPointWide* point, in Vec3Wide n, Vector256<float> lambda, Vector256<float> mA, Vector256<float> mB,
        ref Vec3Wide vA, ref Vec3Wide wA, ref Vec3Wide vB, ref Vec3Wide wB)
    {
        vA -= n * (lambda * mA);
        wA -= point->TurnA * lambda;
        vB += n * (lambda * mB);
        wB += point->TurnB * lambda;
    }

    /// <summary>Both tangents at once, within the circle that the normal impulses allow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slide(
        ContactBundle* b, Vector256<float> limit, Vector256<float> mA, Vector256<float> mB,
        ref Vec3Wide vA, ref Vec3Wide wA, ref Vec3Wide vB, ref Vec3Wide wB)
    {
        Vec3Wide relative = vB - vA;
        Vector256<float> v1 = Vec3Wide.Dot(b->Tangent1, relative) + Vec3Wide.Dot(b->Slide1.LeverB, wB) - Vec3Wide.Dot(b->Slide1.LeverA, wA);
        Vector256<float> v2 = Vec3Wide.Dot(b->Tangent2, relative) + Vec3Wide.Dot(b->Slide2.LeverB, wB) - Vec3Wide.Dot(b->Slide2.LeverA, wA);
        Vector256<float> old1 = b->Impulse1, old2 = b->Impulse2;
        Vector256<float> next1 = old1 - (b->SlideMass11 * v1) - (b->SlideMass12 * v2);
        Vector256<float> next2 = old2 - (b->SlideMass12 * v1) - (b->SlideMass22 * v2);
        Vector256<float> length = Vector256.Sqrt((next1 * next1) + (next2 * next2));
        Vector256<float> scale = Vector256.ConditionalSelect(Vector256.GreaterThan(length, limit), limit / length, Vector256<float>.One);
        next1 *= scale;
        next2 *= scale;
        b->Impulse1 = next1;
        b->Impulse2 = next2;
        Vector256<float> d1 = next1 - old1, d2 = next2 - old2;
        Vec3Wide impulse = (b->Tangent1 * d1) + (b->Tangent2 * d2);
        vA -= impulse * mA;
        wA = wA - (b->Slide1.TurnA * d1) - (b->Slide2.TurnA * d2);
        vB += impulse * mB;
        wB = wB + (b->Slide1.TurnB * d1) + (b->Slide2.TurnB * d2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Twist(ContactBundle* b, Vector256<float> limit, ref Vec3Wide wA, ref Vec3Wide wB)
    {
        Vector256<float> v = Vec3Wide.Dot(b->Normal, wB - wA);
        Vector256<float> old = b->TwistImpulse;
        Vector256<float> next = WideMath.Max(WideMath.Min(old - (b->TwistMass * v), limit), -limit);
        b->TwistImpulse = next;
        Vector256<float> d = next - old;
        wA -= b->TwistA * d;
        wB += b->TwistB * d;
    }

    /// <summary>Takes away what the bodies turn against each other, as far as pressure allows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Roll(ContactBundle* b, Vector256<float> limit, ref Vec3Wide wA, ref Vec3Wide wB)
    {
        Vec3Wide old = b->RollImpulse;
        Vec3Wide next = old - ((wB - wA) * b->RollMass);
        Vector256<float> length = next.Length();
        next *= Vector256.ConditionalSelect(Vector256.GreaterThan(length, limit), limit / length, Vector256<float>.One);
        b->RollImpulse = next;
        Vec3Wide change = next - old;
        wA -= change * b->RollA;
        wB += change * b->RollB;
    }
}
