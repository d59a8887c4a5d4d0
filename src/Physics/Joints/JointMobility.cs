using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics.Joints;

/// <summary>A body of a <see cref="JointForest"/> within a substep.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct JointMobility
{
    /// <summary>Six rows: the velocity that impulses give it while what was eliminated holds on to it.</summary>
    public JointRowBlock Rows;

    /// <summary>Its own inverse mass thrice and the trace of its inverse inertia thrice: no less than what an impulse does to it alone.</summary>
    public Vector256<float> Bound;

    /// <summary>Its velocity once what was eliminated holds.</summary>
    public Vector256<float> Velocity;

    /// <summary>Impulses that are still to be applied.</summary>
    public Vector256<float> Impulse;

    /// <summary>
    /// Newton metre seconds a radian: joints that pull at a body turn it back, as a spring does. Times the substep it is added to the inertia, for a spring of
    /// which a substep does not see a whole swing would else throw light links about (S. Andrews et al., "Geometric Stiffness for Real-time Constrained
    /// Multibody Dynamics", 2017).
    /// </summary>
    public float Stiffness;
    private float _inverseMass;
    private SymMat3 _inverseInertia;

    /// <summary>Begins with the body alone.</summary>
    public void Begin(in SolverContext context, int body)
    {
        float m = context.Bodies[body].Velocity[3];
        SymMat3 w = context.Inertias[body].Matrix;
        float k = context.H * Stiffness;
        if (k > 0)
        {
            // (I + k)⁻¹ of I⁻¹, which may have no inverse where axes are locked.
            SymMat3 slowed = (SymMat3.Identity + (w * k)).Inverse();
            w = Product(slowed, w);
        }

        _inverseMass = m;
        _inverseInertia = w;
        var rows = (Vector256<float>*)Unsafe.AsPointer(ref Rows);
        rows[0] = Vector256.Create(m, 0, 0, 0, 0, 0, 0, 0);
        rows[1] = Vector256.Create(0, m, 0, 0, 0, 0, 0, 0);
        rows[2] = Vector256.Create(0, 0, m, 0, 0, 0, 0, 0);
        rows[3] = Vector256.Create(0, 0, 0, 0, w.XX, w.YX, w.ZX, 0);
        rows[4] = Vector256.Create(0, 0, 0, 0, w.YX, w.YY, w.ZY, 0);
        rows[5] = Vector256.Create(0, 0, 0, 0, w.ZX, w.ZY, w.ZZ, 0);
        float trace = w.XX + w.YY + w.ZZ;
        Bound = Vector256.Create(m, m, m, 0, trace, trace, trace, 0);
        Impulse = Vector256<float>.Zero;
    }

    /// <summary>Slows what turns faster than substeps can follow: a weight that falls into a slack chain would whip its links about for good.</summary>
    public readonly void Damp(in SolverContext context, int body)
    {
        SymMat3 w = context.Inertias[body].Matrix;
        float excess = (context.H * Stiffness) - (3f / (w.XX + w.YY + w.ZZ));
        if (excess > 0)
        {
            ref SolverBody row = ref context.Bodies[body];
            Vec3 linear = row.Linear, angular = (SymMat3.Identity + (w * excess)).Inverse() * row.Angular;
            row.Velocity = Vector256.Create(linear.X, linear.Y, linear.Z, row.Velocity[3], angular.X, angular.Y, angular.Z, 0);
        }
    }

    /// <summary>Gives the body its impulses.</summary>
    public void Apply(in SolverContext context, int body)
    {
        Vec3 turn = _inverseInertia * new Vec3(Impulse[4], Impulse[5], Impulse[6]);
        float m = _inverseMass;
        context.Bodies[body].Velocity += Vector256.Create(Impulse[0] * m, Impulse[1] * m, Impulse[2] * m, 0, turn.X, turn.Y, turn.Z, 0);
        Impulse = Vector256<float>.Zero;
    }

    /// <summary>Of two that commute, so that it is symmetric.</summary>
    private static SymMat3 Product(in SymMat3 a, in SymMat3 b) => new(
        (a.XX * b.XX) + (a.YX * b.YX) + (a.ZX * b.ZX),
        (a.YX * b.XX) + (a.YY * b.YX) + (a.ZY * b.ZX),
        (a.YX * b.YX) + (a.YY * b.YY) + (a.ZY * b.ZY),
        (a.ZX * b.XX) + (a.ZY * b.YX) + (a.ZZ * b.ZX),
        (a.ZX * b.YX) + (a.ZY * b.YY) + (a.ZZ * b.ZY),
        (a.ZX * b.ZX) + (a.ZY * b.ZY) + (a.ZZ * b.ZZ));
}
