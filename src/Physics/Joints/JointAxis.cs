using RealtimeServer.Foundation;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics.Joints;

/// <summary>One degree of freedom of a joint: how an impulse along it moves and turns the bodies. A hinge's has no linear part.</summary>
internal readonly struct JointAxis
{
    private readonly Vec3 _linear;
    private readonly Vec3 _angularA;
    private readonly Vec3 _angularB;
    private readonly float _mass;

    private JointAxis(in JointBodies bodies, Vec3 linear, Vec3 angularA, Vec3 angularB)
    {
        _linear = linear;
        _angularA = angularA;
        _angularB = angularB;
        float k = ((bodies.InverseMassA + bodies.InverseMassB) * linear.LengthSquared) + Vec3.Dot(angularA, bodies.InverseInertiaA * angularA)
            + Vec3.Dot(angularB, bodies.InverseInertiaB * angularB);
        _mass = k > float.Epsilon * 8 ? 1f / k : 0f;
    }

    /// <summary>Along a direction that turns with A.</summary>
    /// <param name="bodies">The two.</param>
    /// <param name="direction">Of length one.</param>
    /// <param name="reachA">From A's centre to B's point.</param>
    /// <param name="rB">From B's centre to its point.</param>
    public static JointAxis Along(in JointBodies bodies, Vec3 direction, Vec3 reachA, Vec3 rB) =>
        new(bodies, direction, Vec3.Cross(reachA, direction), Vec3.Cross(rB, direction));

    public static JointAxis About(in JointBodies bodies, Vec3 direction) => new(bodies, default, direction, direction);

    public void Apply(ref JointBodies bodies, float impulse)
    {
        bodies.LinearA -= _linear * (impulse * bodies.InverseMassA);
        bodies.AngularA -= bodies.InverseInertiaA * (_angularA * impulse);
        bodies.LinearB += _linear * (impulse * bodies.InverseMassB);
        bodies.AngularB += bodies.InverseInertiaB * (_angularB * impulse);
    }

    /// <summary>Holds an error at zero.</summary>
    public void Hold(ref JointBodies bodies, float error, Softness softness, ref float accumulated)
    {
        float impulse = (-_mass * softness.MassScale * (Speed(bodies) + (softness.BiasRate * error))) - (softness.ImpulseScale * accumulated);
        accumulated += impulse;
        Apply(ref bodies, impulse);
    }

    /// <summary>Drives at a speed with a bounded impulse.</summary>
    public void Drive(ref JointBodies bodies, float speed, float impulseMax, ref float accumulated)
    {
        float old = accumulated;
        accumulated = Math.Clamp(old - (_mass * (Speed(bodies) - speed)), -impulseMax, impulseMax);
        Apply(ref bodies, accumulated - old);
    }

    /// <summary>Keeps a room to move from falling below zero. It shrinks as the speed, times <paramref name="sign"/>, is negative.</summary>
    public void Limit(ref JointBodies bodies, float room, float sign, float inverseH, Softness softness, ref float accumulated)
    {
        float speed = sign * Speed(bodies);
        bool isFree = room > 0;
        float bias = isFree ? room * inverseH : softness.BiasRate * room;
        float massScale = isFree ? 1f : softness.MassScale;
        float impulseScale = isFree ? 0f : softness.ImpulseScale;
        float old = accumulated;
        float next = old - (_mass * massScale * (speed + bias)) - (impulseScale * old);
        accumulated = next > 0 ? next : 0;
        Apply(ref bodies, sign * (accumulated - old));
    }

    private float Speed(in JointBodies bodies) =>
        Vec3.Dot(_linear, bodies.LinearB - bodies.LinearA) + Vec3.Dot(_angularB, bodies.AngularB) - Vec3.Dot(_angularA, bodies.AngularA);
}
