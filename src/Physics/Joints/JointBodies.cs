using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics.Joints;

/// <summary>The two bodies of a joint while it is solved: loaded from their rows, changed, stored back.</summary>
internal unsafe struct JointBodies
{
    public Vec3 LinearA;
    public Vec3 AngularA;
    public Vec3 LinearB;
    public Vec3 AngularB;
    public float InverseMassA;
    public float InverseMassB;
    public SymMat3 InverseInertiaA;
    public SymMat3 InverseInertiaB;
    private readonly SolverBody* _a;
    private readonly SolverBody* _b;
    private readonly bool _movesA;
    private readonly bool _movesB;

    public JointBodies(in SolverContext context, int a, int b)
    {
        _movesA = a >= 0;
        _movesB = b >= 0;
        int indexA = a & int.MaxValue, indexB = b & int.MaxValue;
        _a = context.Bodies + indexA;
        _b = context.Bodies + indexB;
        LinearA = _a->Linear;
        AngularA = _a->Angular;
        LinearB = _b->Linear;
        AngularB = _b->Angular;
        InverseMassA = _a->Velocity[3];
        InverseMassB = _b->Velocity[3];
        InverseInertiaA = context.Inertias[indexA].Matrix;
        InverseInertiaB = context.Inertias[indexB].Matrix;
    }

    /// <summary>How far the centres have moved since the step began, B's less A's.</summary>
    public readonly Vec3 MovedApart => new(_b->Delta[0] - _a->Delta[0], _b->Delta[1] - _a->Delta[1], _b->Delta[2] - _a->Delta[2]);

    /// <summary>How A has turned since the step began.</summary>
    public readonly Quat TurnedA => Quat.FromRotationVector(new Vec3(_a->Delta[4], _a->Delta[5], _a->Delta[6]));

    /// <summary>How B has turned since the step began.</summary>
    public readonly Quat TurnedB => Quat.FromRotationVector(new Vec3(_b->Delta[4], _b->Delta[5], _b->Delta[6]));

    public readonly void Store()
    {
        if (_movesA)
        {
            _a->Velocity = Vector256.Create(LinearA.X, LinearA.Y, LinearA.Z, InverseMassA, AngularA.X, AngularA.Y, AngularA.Z, 0);
        }

        if (_movesB)
        {
            _b->Velocity = Vector256.Create(LinearB.X, LinearB.Y, LinearB.Z, InverseMassB, AngularB.X, AngularB.Y, AngularB.Z, 0);
        }
    }

    public readonly Vec3 PointSpeed(Vec3 rA, Vec3 rB) => LinearB + Vec3.Cross(AngularB, rB) - LinearA - Vec3.Cross(AngularA, rA);

    /// <summary>Applies an impulse on B at rB, and its opposite on A at rA.</summary>
    public void ApplyAt(Vec3 impulse, Vec3 rA, Vec3 rB)
    {
        LinearA -= impulse * InverseMassA;
        AngularA -= InverseInertiaA * Vec3.Cross(rA, impulse);
        LinearB += impulse * InverseMassB;
        AngularB += InverseInertiaB * Vec3.Cross(rB, impulse);
    }

    public void ApplyTurn(Vec3 impulse)
    {
        AngularA -= InverseInertiaA * impulse;
        AngularB += InverseInertiaB * impulse;
    }

    /// <summary>What a unit impulse at two points changes of their relative velocity: K, of which the inverse is the effective mass.</summary>
    public readonly SymMat3 PointResponse(Vec3 rA, Vec3 rB) =>
        SymMat3.Diagonal(new Vec3(InverseMassA + InverseMassB, InverseMassA + InverseMassB, InverseMassA + InverseMassB))
        + Lever(InverseInertiaA, rA) + Lever(InverseInertiaB, rB);

    /// <summary>[r] · I⁻¹ · [r]ᵀ, where [r] is the matrix of the cross product with r.</summary>
    private static SymMat3 Lever(in SymMat3 inertia, Vec3 r)
    {
        // Rows of [r]: (0, -z, y), (z, 0, -x), (-y, x, 0).
        Vec3 x = new(0, -r.Z, r.Y), y = new(r.Z, 0, -r.X), z = new(-r.Y, r.X, 0);
        Vec3 ix = inertia * x, iy = inertia * y, iz = inertia * z;
        return new SymMat3(Vec3.Dot(x, ix), Vec3.Dot(y, ix), Vec3.Dot(y, iy), Vec3.Dot(z, ix), Vec3.Dot(z, iy), Vec3.Dot(z, iz));
    }
}
