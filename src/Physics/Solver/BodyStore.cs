using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Continuous;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Solver;

/// <summary>Rows of the solver back into bodies, eight at a time. Bodies whose numbers have run away stay where they were and stand still.</summary>
internal static unsafe class BodyStore
{
    /// <summary>Of its least half extent: a body that moves farther in a step is led along its way.</summary>
    private const float FastShare = 0.5f;

    /// <param name="context">Of the step.</param>
    /// <param name="slots">Bodies in the order of their rows, which begin with one.</param>
    /// <param name="bodies">All bodies.</param>
    /// <param name="storesKinematic">False to pass over kinematic bodies.</param>
    /// <param name="fast">Gets the dynamic bodies that moved farther than their share, in their order.</param>
    public static void Store(in SolverContext context, ReadOnlySpan<int> slots, BodySet bodies, bool storesKinematic, StateList<FastBody> fast)
    {
        fixed (BodyState* states = bodies.States.Span)
        fixed (int* slot = slots)
        {
            for (int first = 0; first < slots.Length; first += WideMath.Lanes)
            {
                Store(context, context.Bodies + first + 1, first, slot + first, Math.Min(WideMath.Lanes, slots.Length - first), states, storesKinematic, fast);
            }
        }
    }

    [SkipLocalsInit]
    private static void Store(
        in SolverContext context, SolverBody* rows, int first, int* slots, int count, BodyState* states, bool storesKinematic, StateList<FastBody> fast)
    {
        // Lanes beyond the count repeat the last.
        int* lanes = stackalloc int[WideMath.Lanes];
        for (int lane = 0; lane < WideMath.Lanes; lane++)
        {
            lanes[lane] = Math.Min(lane, count - 1);
        }

        BodyGather.Velocities(rows, lanes, out Vec3Wide linear, out _, out Vec3Wide angular);
        BodyGather.Deltas(rows, lanes, out Vec3Wide moved, out Vec3Wide turned);
        Poses(states, slots, lanes, out Vec3Wide start, out QuatWide rotation);
        Vec3Wide centre = start, offset = default;
        rotation = (QuatWide.FromRotationVector(Clamped(turned, Limits.TurnMax)) * rotation).Normalized();
        if (HasOffsets(states, slots, count))
        {
            for (int lane = 0; lane < count; lane++)
            {
                centre[lane] = context.Centres[first + lane + 1];
                offset[lane] = states[slots[lane]].LocalCentre;
            }
        }

        centre += moved;
        Vec3Wide position = centre - rotation.Rotate(offset);

        // Zero times what is no number, or infinite, is no number.
        Vector256<float> zero = Vector256<float>.Zero, most = Vector256.Create(Limits.PositionMax);
        Vector256<float> sum = (linear.X * zero) + (linear.Y * zero) + (linear.Z * zero) + (angular.X * zero) + (angular.Y * zero) + (angular.Z * zero)
            + (position.X * zero) + (position.Y * zero) + (position.Z * zero)
            + (rotation.X * zero) + (rotation.Y * zero) + (rotation.Z * zero) + (rotation.W * zero);
        Vector256<float> sane = Vector256.Equals(sum, zero) & Vector256.LessThan(Vector256.Abs(centre.X), most)
            & Vector256.LessThan(Vector256.Abs(centre.Y), most) & Vector256.LessThan(Vector256.Abs(centre.Z), most);
        uint isSane = sane.ExtractMostSignificantBits();
        Vector256<float> way = (start - position).LengthSquared;
        Vector256<float>* poses = stackalloc Vector256<float>[WideMath.Lanes];
        (poses[0], poses[1], poses[2], poses[3]) = (position.X, position.Y, position.Z, rotation.X);
        (poses[4], poses[5], poses[6], poses[7]) = (rotation.Y, rotation.Z, rotation.W, linear.X);
        WideMath.Transpose(ref poses[0], ref poses[1], ref poses[2], ref poses[3], ref poses[4], ref poses[5], ref poses[6], ref poses[7]);
        for (int lane = 0; lane < count; lane++)
        {
            BodyState* body = states + slots[lane];
            if (!storesKinematic && !body->IsDynamic)
            {
                continue;
            }

            if ((isSane & (1u << lane)) == 0)
            {
                (body->LinearVelocity, body->AngularVelocity) = (default, default);
                continue;
            }

            float far = body->Thickness * FastShare;
            if (body->IsDynamic && WideMath.Lane(way, lane) > far * far)
            {
                fast.Add(new FastBody { Slot = slots[lane], Start = body->Pose });
            }

            // A pose is seven floats, and the first part of the velocity comes behind them.
            poses[lane].Store((float*)body);
            body->LinearVelocity = rows[lane].Linear;
            body->AngularVelocity = rows[lane].Angular;
        }
    }

    private static void Poses(BodyState* states, int* slots, int* lanes, out Vec3Wide position, out QuatWide rotation)
    {
        Vector256<float> r0 = Row(states, slots[lanes[0]]), r1 = Row(states, slots[lanes[1]]), r2 = Row(states, slots[lanes[2]]);
        Vector256<float> r3 = Row(states, slots[lanes[3]]), r4 = Row(states, slots[lanes[4]]), r5 = Row(states, slots[lanes[5]]);
        Vector256<float> r6 = Row(states, slots[lanes[6]]), r7 = Row(states, slots[lanes[7]]);
        WideMath.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        position = new Vec3Wide(r0, r1, r2);
        rotation = new QuatWide(r3, r4, r5, r6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Row(BodyState* states, int slot) => Vector256.Load((float*)(states + slot));

    /// <summary>False if all centres of mass are exactly where the poses are: turning their offsets would change no bit.</summary>
    private static bool HasOffsets(BodyState* states, int* slots, int count)
    {
        int bits = 0;
        for (int lane = 0; lane < count; lane++)
        {
            ref readonly Vec3 offset = ref states[slots[lane]].LocalCentre;
            bits |= BitConverter.SingleToInt32Bits(offset.X) | BitConverter.SingleToInt32Bits(offset.Y) | BitConverter.SingleToInt32Bits(offset.Z);
        }

        return bits != 0;
    }

    /// <summary>Lane by lane as <see cref="Vec3.Clamped"/>.</summary>
    private static Vec3Wide Clamped(in Vec3Wide v, float most)
    {
        Vector256<float> squared = v.LengthSquared;
        Vector256<float> isLonger = Vector256.GreaterThan(squared, Vector256.Create(most * most));
        return Vec3Wide.Select(isLonger, v * (Vector256.Create(most) / Vector256.Sqrt(squared)), v);
    }
}
