using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Joints;

/// <summary>
/// A joint to look at and change, as <see cref="PhysicsWorld.Joint"/> gives it: for the moment, not to be kept. Changes wake the two bodies.
/// </summary>
public readonly struct JointAccess
{
    private readonly PhysicsWorld _world;
    private readonly int _slot;

    internal JointAccess(PhysicsWorld world, int slot)
    {
        _world = world;
        _slot = slot;
    }

    public JointKind Kind => State.Kind;

    public BodyId A => _world.Bodies.IdOf(State.A);

    public BodyId B => _world.Bodies.IdOf(State.B);

    /// <summary>Radians or metres a second; a joint made without a motor gets one.</summary>
    public float MotorSpeed
    {
        get => State.MotorSpeed;
        set
        {
            Require(float.IsFinite(value), "motor speed", value);
            State.MotorSpeed = value;
            State.Flags |= JointFlags.HasMotor;
            Wake();
        }
    }

    /// <summary>Newton metres or newtons.</summary>
    public float MotorMax
    {
        get => State.MotorMax;
        set
        {
            Require(value >= 0, "motor maximum", value);
            State.MotorMax = value;
            Wake();
        }
    }

    /// <summary>Radians or metres that the spring pulls to.</summary>
    public float SpringTarget
    {
        get => State.SpringTarget;
        set
        {
            Require(float.IsFinite(value), "spring target", value);
            State.SpringTarget = value;
            Wake();
        }
    }

    /// <summary>Of a motor joint: the pose, seen from A, that B is pulled to.</summary>
    public Pose Target
    {
        get => State.FrameA;
        set
        {
            Require(value.IsFinite && value.Rotation.LengthSquared > 1e-6f, "target", value);
            State.FrameA = value with { Rotation = value.Rotation.Normalized() };
            Wake();
        }
    }

    /// <summary>Metres between the two points: of a slider along its axis, with sign.</summary>
    public float Way => State.Kind == JointKind.Slider ? Vec3.Dot(Apart, FrameOfA.Rotation.Rotate(Vec3.UnitX)) : Apart.Length;

    /// <summary>Radians that B has turned about A's x axis, -π to π.</summary>
    public float Angle
    {
        get
        {
            Quat q = FrameOfA.Rotation.Conjugate * FrameOfB.Rotation;
            float angle = 2f * DeterministicMath.Atan2(q.X, q.W);
            return angle > MathF.PI ? angle - (2f * MathF.PI) : angle < -MathF.PI ? angle + (2f * MathF.PI) : angle;
        }
    }

    private ref Joint State => ref _world.Joints.Joints[_slot];

    private Pose FrameOfA => _world.Bodies.States[State.A].Pose * State.FrameA;

    private Pose FrameOfB => _world.Bodies.States[State.B].Pose * State.FrameB;

    private Vec3 Apart => FrameOfB.Position - FrameOfA.Position;

    private void Wake()
    {
        _world.Wake(A);
        _world.Wake(B);
    }

    private void Require<T>(bool holds, string what, T value)
    {
        if (!holds)
        {
            throw new PhysicsException($"The {what} of a {State.Kind} joint of {A} and {B} cannot be {value}.");
        }
    }
}
