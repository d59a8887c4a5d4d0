using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Solver;

/// <summary>
/// Eight manifolds that share no moving body, a lane each; <see cref="ContactPointWide"/>s follow it in memory. Angular parts are what an
/// impulse of one turns: with the lever's cross product and after the inertia.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ContactBundle
{
    public fixed int A[WideMath.Lanes];
    public fixed int B[WideMath.Lanes];

    /// <summary>Manifold of each lane, or -1.</summary>
    public fixed int Manifold[WideMath.Lanes];
    public Vec3Wide Normal;
    public Vec3Wide Tangent1;
    public Vec3Wide Tangent2;
    public Vector256<float> Friction;
    public Vector256<float> Restitution;
    public Vector256<float> BiasRate;
    public Vector256<float> MassScale;
    public Vector256<float> ImpulseScale;
    public FrictionRow Slide1;
    public FrictionRow Slide2;

    /// <summary>Inverse of the 2 × 2 matrix that both tangents make.</summary>
    public Vector256<float> SlideMass11;
    public Vector256<float> SlideMass12;
    public Vector256<float> SlideMass22;
    public Vec3Wide TwistA;
    public Vec3Wide TwistB;
    public Vector256<float> TwistMass;
    public Vector256<float> Impulse1;
    public Vector256<float> Impulse2;
    public Vector256<float> TwistImpulse;

    /// <summary>Metres: the lever with which the pressure of a single point resists turning; zero for lanes of more points.</summary>
    public Vector256<float> RollLever;

    /// <summary>The angular mass that both bodies have against each other, and the share of an angular impulse that turns each.</summary>
    public Vector256<float> RollMass;
    public Vector256<float> RollA;
    public Vector256<float> RollB;
    public Vec3Wide RollImpulse;
}

/// <summary>Friction along one tangent at the middle of the points.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FrictionRow
{
    public Vec3Wide LeverA;
    public Vec3Wide LeverB;
    public Vec3Wide TurnA;
    public Vec3Wide TurnB;
}

/// <summary>One point of eight manifolds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ContactPointWide
{
    public Vec3Wide LeverA;
    public Vec3Wide LeverB;
    public Vec3Wide TurnA;
    public Vec3Wide TurnB;
    public Vector256<float> Mass;

    /// <summary>Separation when the step began, and now.</summary>
    public Vector256<float> Separation0;
    public Vector256<float> Separation;
    public Vector256<float> Impulse;
    public Vector256<float> StepImpulse;
    public Vector256<float> MaxImpulse;

    /// <summary>Relative velocity along the normal when the step began.</summary>
    public Vector256<float> ApproachVelocity;

    /// <summary>Distance from the middle of the points: the lever of twisting friction.</summary>
    public Vector256<float> Radius;
}
