using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Joints;

/// <summary>
/// All that a new joint is given. Frames say where the joint is on each body, from the body's origin; hinges turn about and sliders move
/// along their x axes. The functions make frames from points and axes in the world, where the bodies are now.
/// </summary>
public record struct JointDescription
{
    public JointDescription()
    {
    }

    public JointKind Kind { get; set; }

    public BodyId A { get; set; }

    public BodyId B { get; set; }

    public Pose FrameA { get; set; } = Pose.Identity;

    public Pose FrameB { get; set; } = Pose.Identity;

    /// <summary>The two bodies meet each other though they are joined.</summary>
    public bool BodiesMeet { get; set; }

    /// <summary>Holds the angle (hinge, -π to π), the way (slider) or the distance between <see cref="Lower"/> and <see cref="Upper"/>.</summary>
    public bool HasLimits { get; set; }

    public float Lower { get; set; }

    public float Upper { get; set; }

    /// <summary>Drives the angle or way at <see cref="MotorSpeed"/> with at most <see cref="MotorMax"/>.</summary>
    public bool HasMotor { get; set; }

    /// <summary>Radians or metres a second, of B seen from A.</summary>
    public float MotorSpeed { get; set; }

    /// <summary>Newton metres (hinge) or newtons (slider).</summary>
    public float MotorMax { get; set; }

    /// <summary>Pulls the angle, way or distance to <see cref="SpringTarget"/> as a spring of this many hertz; zero is none.</summary>
    public float SpringHertz { get; set; }

    /// <summary>One is critical.</summary>
    public float SpringDampingRatio { get; set; } = 1f;

    /// <summary>Radians or metres.</summary>
    public float SpringTarget { get; set; }

    /// <summary>Metres between the two points of a distance joint without a spring.</summary>
    public float Length { get; set; }

    /// <summary>Newtons that a motor joint pulls with at most.</summary>
    public float ForceMax { get; set; }

    /// <summary>Newton metres that a motor joint turns with at most.</summary>
    public float TorqueMax { get; set; }

    /// <summary>Two bodies that share a point of the world.</summary>
    public static JointDescription Ball(PhysicsWorld world, BodyId a, BodyId b, Vec3 point) =>
        At(JointKind.Ball, world, a, b, new Pose(point));

    /// <summary>Two bodies that turn about an axis through a point of the world.</summary>
    public static JointDescription Hinge(PhysicsWorld world, BodyId a, BodyId b, Vec3 point, Vec3 axis) =>
        At(JointKind.Hinge, world, a, b, new Pose(point, Facing(axis)));

    /// <summary>B slides along an axis of the world, as A turns; the way is zero where they are now.</summary>
    public static JointDescription Slider(PhysicsWorld world, BodyId a, BodyId b, Vec3 point, Vec3 axis) =>
        At(JointKind.Slider, world, a, b, new Pose(point, Facing(axis)));

    /// <summary>Two bodies that stay to each other as they are now.</summary>
    public static JointDescription Fixed(PhysicsWorld world, BodyId a, BodyId b) =>
        At(JointKind.Fixed, world, a, b, new Pose(world.Body(b).Pose.Position));

    /// <summary>Two points, one on each body, that keep the distance they have now.</summary>
    public static JointDescription Distance(PhysicsWorld world, BodyId a, BodyId b, Vec3 pointA, Vec3 pointB) => new()
    {
        Kind = JointKind.Distance,
        A = a,
        B = b,
        FrameA = new Pose(world.Body(a).Pose.InverseTransform(pointA)),
        FrameB = new Pose(world.Body(b).Pose.InverseTransform(pointB)),
        Length = Vec3.Distance(pointA, pointB),
    };

    /// <summary>Pulls B to <paramref name="target"/>, a pose seen from A.</summary>
    public static JointDescription Motor(BodyId a, BodyId b, in Pose target, float forceMax, float torqueMax) =>
        new() { Kind = JointKind.Motor, A = a, B = b, FrameA = target, ForceMax = forceMax, TorqueMax = torqueMax, BodiesMeet = true };

    private static JointDescription At(JointKind kind, PhysicsWorld world, BodyId a, BodyId b, in Pose frame) => new()
    {
        Kind = kind,
        A = a,
        B = b,
        FrameA = world.Body(a).Pose.InverseTransform(frame),
        FrameB = world.Body(b).Pose.InverseTransform(frame),
    };

    /// <summary>A rotation that takes x to the axis.</summary>
    private static Quat Facing(Vec3 axis)
    {
        Vec3 x = axis.Normalized();
        Vec3 y = x.Across();
        return x == Vec3.Zero ? Quat.Identity : Quat.FromMatrix(new Mat3(x, y, Vec3.Cross(x, y)));
    }
}
