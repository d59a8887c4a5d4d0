using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Something that stands on a mesh: a box along the axes, or an upright cylinder.</summary>
public readonly record struct MeshObstacle
{
    private MeshObstacle(Vec3 low, Vec3 high, bool isRound) => (Low, High, IsRound) = (low, high, isRound);

    /// <summary>The lowest corner of it, or of the box round it.</summary>
    public Vec3 Low { get; }

    public Vec3 High { get; }

    public bool IsRound { get; }

    public static MeshObstacle Box(Vec3 low, Vec3 high) => new(low, high, isRound: false);

    /// <param name="foot">The middle of its lower end.</param>
    public static MeshObstacle Cylinder(Vec3 foot, float radius, float height) =>
        new(foot - new Vec3(radius, 0, radius), foot + new Vec3(radius, height, radius), isRound: true);

    /// <summary>An obstacle by what is known of it: <see cref="Low"/>, <see cref="High"/>, <see cref="IsRound"/>.</summary>
    public static MeshObstacle Of(Vec3 low, Vec3 high, bool isRound) => new(low, high, isRound);

    internal void Check()
    {
        if (!Low.IsFinite || !High.IsFinite || !(Low.X <= High.X && Low.Y <= High.Y && Low.Z <= High.Z))
        {
            throw new ArgumentOutOfRangeException(nameof(Low), $"An obstacle from {Low} to {High} has a size that is not a number, or below 0.");
        }
    }

    /// <summary>True if a point, as seen from above, is nearer than a distance.</summary>
    internal bool IsNear(float x, float z, float distance)
    {
        float dx = x - Math.Clamp(x, Low.X, High.X);
        float dz = z - Math.Clamp(z, Low.Z, High.Z);
        if (IsRound)
        {
            dx = x - ((Low.X + High.X) * 0.5f);
            dz = z - ((Low.Z + High.Z) * 0.5f);
            distance += (High.X - Low.X) * 0.5f;
        }

        return (dx * dx) + (dz * dz) <= distance * distance;
    }
}
