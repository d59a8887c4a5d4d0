using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Bodies;

/// <summary>Which contacts of a body are told as events.</summary>
public enum ContactReports : byte
{
    None = 0,

    /// <summary>When two bodies begin and cease to touch.</summary>
    Changes = 1,

    /// <summary>Changes, and every step in between.</summary>
    All = 2,
}

/// <summary>All that a new body is given. Start from Dynamic, Kinematic or Static and change what differs.</summary>
public record struct BodyDescription
{
    public BodyDescription()
    {
    }

    public BodyKind Kind { get; set; }

    public ShapeId Shape { get; set; }

    /// <summary>Of the shape's origin. The rotation is brought to length one.</summary>
    public Pose Pose { get; set; } = Pose.Identity;

    /// <summary>Metres a second, of the centre of mass.</summary>
    public Vec3 LinearVelocity { get; set; }

    /// <summary>Radians a second, about the world's axes.</summary>
    public Vec3 AngularVelocity { get; set; }

    /// <summary>Kilograms, centre and inertia of a dynamic body; without it, those of the shape at <see cref="Density"/>.</summary>
    public MassProperties? Mass { get; set; }

    /// <summary>Kilograms a cubic metre, where <see cref="Mass"/> is not given.</summary>
    public float Density { get; set; } = 1000f;

    /// <summary>How much of the world's gravity acts; negative rises.</summary>
    public float GravityScale { get; set; } = 1f;

    /// <summary>Share of the linear velocity lost a second, for small values; zero or more.</summary>
    public float LinearDamping { get; set; }

    /// <summary>Share of the angular velocity lost a second, for small values; zero or more.</summary>
    public float AngularDamping { get; set; }

    public AxisLocks Locks { get; set; }

    public Material Material { get; set; } = Material.Default;

    /// <summary>The layers the body is in, a bit each.</summary>
    public uint Layers { get; set; } = 1;

    /// <summary>The layers it meets. Two bodies meet if each mask has a layer of the other.</summary>
    public uint Mask { get; set; } = uint.MaxValue;

    /// <summary>Notices what overlaps it and touches nothing.</summary>
    public bool IsSensor { get; set; }

    /// <summary>Never passes through a body, moving or not, however fast. All dynamic bodies are kept from passing through static ones.</summary>
    public bool IsBullet { get; set; }

    /// <summary>May fall asleep when all it is connected to rests.</summary>
    public bool MaySleep { get; set; } = true;

    /// <summary>Begins asleep, if nothing it touches is awake.</summary>
    public bool StartsAsleep { get; set; }

    public ContactReports Reports { get; set; } = ContactReports.Changes;

    /// <summary>The user's own number, such as an entity; told back with the body.</summary>
    public ulong Tag { get; set; }

    public static BodyDescription Static(ShapeId shape, in Pose pose) => new() { Kind = BodyKind.Static, Shape = shape, Pose = pose };

    public static BodyDescription Kinematic(ShapeId shape, in Pose pose) => new() { Kind = BodyKind.Kinematic, Shape = shape, Pose = pose };

    public static BodyDescription Dynamic(ShapeId shape, in Pose pose) => new() { Kind = BodyKind.Dynamic, Shape = shape, Pose = pose };

    /// <summary>A dynamic body with the shape's distribution of mass, scaled to <paramref name="mass"/> kilograms.</summary>
    public static BodyDescription Dynamic(ShapeSet shapes, ShapeId shape, in Pose pose, float mass) =>
        new() { Kind = BodyKind.Dynamic, Shape = shape, Pose = pose, Mass = shapes.Mass(shape, 1f).WithMass(mass) };
}
