using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Solver;

/// <summary>
/// What constraints read and write of a body in a step, one vector register a row. The body at index 0 is the world that does not move.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SolverBody
{
    /// <summary>Linear velocity, inverse mass, angular velocity, unused.</summary>
    public Vector256<float> Velocity;

    /// <summary>Movement of the centre since the step began, unused, rotation since then as a vector, unused.</summary>
    public Vector256<float> Delta;

    public readonly Vec3 Linear
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.As<Vector256<float>, Vec3>(ref Unsafe.AsRef(in Velocity));
    }

    public readonly Vec3 Angular
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.As<float, Vec3>(ref Unsafe.Add(ref Unsafe.As<Vector256<float>, float>(ref Unsafe.AsRef(in Velocity)), 4));
    }
}

/// <summary>What integration needs of a body in a step.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SolverMotion
{
    /// <summary>Velocity gained a substep by gravity and forces.</summary>
    public Vector256<float> Gain;

    /// <summary>What is left of the velocity after a substep: damping, and zero for locked axes. One for the inverse mass.</summary>
    public Vector256<float> Keep;
}

/// <summary>Inverse inertia about the world's axes when the step began, in a row that a vector register loads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SolverInertia
{
    public Vector256<float> Row;

    public static SolverInertia Of(in SymMat3 m) => new() { Row = Vector256.Create(m.XX, m.YX, m.YY, m.ZX, m.ZY, m.ZZ, 0, 0) };

    public readonly SymMat3 Matrix => new(Row[0], Row[1], Row[2], Row[3], Row[4], Row[5]);
}
