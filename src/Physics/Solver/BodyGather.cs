using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Solver;

/// <summary>Loads eight bodies into lanes and stores them back. An index below zero is one that is only read: its lower bits are the body.</summary>
internal static unsafe class BodyGather
{
    private const int IndexMask = int.MaxValue;

    /// <summary>The index of a body that constraints do not move.</summary>
    public static int ReadOnly(int index) => index | int.MinValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Velocities(SolverBody* bodies, int* indices, out Vec3Wide linear, out Vector256<float> inverseMass, out Vec3Wide angular)
    {
        Vector256<float> r0 = bodies[indices[0] & IndexMask].Velocity, r1 = bodies[indices[1] & IndexMask].Velocity;
        Vector256<float> r2 = bodies[indices[2] & IndexMask].Velocity, r3 = bodies[indices[3] & IndexMask].Velocity;
        Vector256<float> r4 = bodies[indices[4] & IndexMask].Velocity, r5 = bodies[indices[5] & IndexMask].Velocity;
        Vector256<float> r6 = bodies[indices[6] & IndexMask].Velocity, r7 = bodies[indices[7] & IndexMask].Velocity;
        WideMath.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        linear = new Vec3Wide(r0, r1, r2);
        inverseMass = r3;
        angular = new Vec3Wide(r4, r5, r6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Deltas(SolverBody* bodies, int* indices, out Vec3Wide linear, out Vec3Wide angular)
    {
        Vector256<float> r0 = bodies[indices[0] & IndexMask].Delta, r1 = bodies[indices[1] & IndexMask].Delta;
        Vector256<float> r2 = bodies[indices[2] & IndexMask].Delta, r3 = bodies[indices[3] & IndexMask].Delta;
        Vector256<float> r4 = bodies[indices[4] & IndexMask].Delta, r5 = bodies[indices[5] & IndexMask].Delta;
        Vector256<float> r6 = bodies[indices[6] & IndexMask].Delta, r7 = bodies[indices[7] & IndexMask].Delta;
        WideMath.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        linear = new Vec3Wide(r0, r1, r2);
        angular = new Vec3Wide(r4, r5, r6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3Wide Inertias(SolverInertia* inertias, int* indices)
    {
        Vector256<float> r0 = inertias[indices[0] & IndexMask].Row, r1 = inertias[indices[1] & IndexMask].Row;
        Vector256<float> r2 = inertias[indices[2] & IndexMask].Row, r3 = inertias[indices[3] & IndexMask].Row;
        Vector256<float> r4 = inertias[indices[4] & IndexMask].Row, r5 = inertias[indices[5] & IndexMask].Row;
        Vector256<float> r6 = inertias[indices[6] & IndexMask].Row, r7 = inertias[indices[7] & IndexMask].Row;
        WideMath.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        return new SymMat3Wide { XX = r0, YX = r1, YY = r2, ZX = r3, ZY = r4, ZZ = r5 };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(SolverBody* bodies, int* indices, in Vec3Wide linear, Vector256<float> inverseMass, in Vec3Wide angular)
    {
        Vector256<float> r0 = linear.X, r1 = linear.Y, r2 = linear.Z, r3 = inverseMass;
        Vector256<float> r4 = angular.X, r5 = angular.Y, r6 = angular.Z, r7 = Vector256<float>.Zero;
        WideMath.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Store(bodies, indices[0], r0);
        Store(bodies, indices[1], r1);
        Store(bodies, indices[2], r2);
        Store(bodies, indices[3], r3);
        Store(bodies, indices[4], r4);
        Store(bodies, indices[5], r5);
        Store(bodies, indices[6], r6);
        Store(bodies, indices[7], r7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(SolverBody* bodies, int index, Vector256<float> row)
    {
        if (index >= 0)
        {
            bodies[index].Velocity = row;
        }
    }
}
