using RealtimeServer.Foundation;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics.Joints;

/// <summary>A joint of the step at hand: where its frames are when the step begins, seen from the world and from the centres of mass.</summary>
internal struct JointConstraint
{
    public int Joint;

    /// <summary>Solver bodies; below zero where constraints do not move the body.</summary>
    public int A;
    public int B;
    public JointKind Kind;

    /// <summary>Takes degrees of freedom for good, whatever impulse that needs.</summary>
    public bool IsRigid;

    /// <summary>Has a motor, a spring or limits along the one degree that it leaves.</summary>
    public bool IsFree;

    /// <summary>What it takes is solved with all others at once (<see cref="JointForest"/>).</summary>
    public bool IsExact;
    public float Length;

    /// <summary>From the centres of mass to the frames.</summary>
    public Vec3 OffsetA;
    public Vec3 OffsetB;
    public Quat RotationA;
    public Quat RotationB;

    /// <summary>From A's centre of mass to B's.</summary>
    public Vec3 Between;
    public Softness Spring;

    /// <summary>Where its frames are in the substep at hand, and the effective mass of the point they hold, where the kind holds one.</summary>
    public JointPlace Place;
    public SymMat3 PointMass;
}

/// <summary>Where a joint's frames are now, within a step.</summary>
internal readonly struct JointPlace
{
    public readonly Vec3 OffsetA;
    public readonly Vec3 OffsetB;
    public readonly Quat RotationA;
    public readonly Quat RotationB;

    /// <summary>From A's frame to B's.</summary>
    public readonly Vec3 Apart;

    public JointPlace(in JointConstraint joint, in JointBodies bodies)
    {
        Quat turnedA = bodies.TurnedA, turnedB = bodies.TurnedB;
        OffsetA = turnedA.Rotate(joint.OffsetA);
        OffsetB = turnedB.Rotate(joint.OffsetB);
        RotationA = turnedA * joint.RotationA;
        RotationB = turnedB * joint.RotationB;
        Apart = joint.Between + bodies.MovedApart + OffsetB - OffsetA;
    }

    /// <summary>The rotation that B's frame has too much, as a vector in the world. Exact in direction, and in length for small angles.</summary>
    public Vec3 Misturned
    {
        get
        {
            Quat q = RotationB * RotationA.Conjugate;
            float two = q.W < 0 ? -2f : 2f;
            return new Vec3(q.X * two, q.Y * two, q.Z * two);
        }
    }

    /// <summary>From A's point to B's, upwards if they are one, and how far it is.</summary>
    public Vec3 Direction(out float length)
    {
        length = Apart.Length;
        return length > Vec3.DirectionLengthMin ? Apart / length : Vec3.UnitY;
    }

    /// <summary>How far B's frame has turned about A's x axis, -π to π.</summary>
    public float Angle
    {
        get
        {
            Quat q = RotationA.Conjugate * RotationB;
            float angle = 2f * DeterministicMath.Atan2(q.X, q.W);
            return angle > MathF.PI ? angle - (2f * MathF.PI) : angle < -MathF.PI ? angle + (2f * MathF.PI) : angle;
        }
    }
}
