using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>Where B is in A's frame: everything of a pair is worked out there, close to the origin, where floats are fine.</summary>
internal readonly struct Relative
{
    /// <summary>B's axes in A's frame.</summary>
    public readonly Mat3 Rotation;

    /// <summary>B's origin in A's frame.</summary>
    public readonly Vec3 Offset;

    public Relative(in Pose a, in Pose b)
    {
        var frame = Mat3.FromQuat(a.Rotation);
        var other = Mat3.FromQuat(b.Rotation);
        Rotation = new Mat3(frame.TransposeTimes(other.X), frame.TransposeTimes(other.Y), frame.TransposeTimes(other.Z));
        Offset = frame.TransposeTimes(b.Position - a.Position);
    }

    public Relative(in Mat3 rotation, Vec3 offset)
    {
        Rotation = rotation;
        Offset = offset;
    }

    /// <summary>False for what is no place in space: parts that are not numbers, or so large that distances would not be.</summary>
    public bool IsSane => Offset.LengthSquared < 1e16f && Math.Abs(Rotation.X.X + Rotation.Y.Y + Rotation.Z.Z) < 4;

    /// <summary>A in B's frame.</summary>
    public Relative Inverse() => new(Rotation.Transposed(), -Rotation.TransposeTimes(Offset));

    /// <summary>A point of B, in A's frame.</summary>
    public Vec3 ToA(Vec3 point) => (Rotation * point) + Offset;

    /// <summary>A point of A, in B's frame.</summary>
    public Vec3 ToB(Vec3 point) => Rotation.TransposeTimes(point - Offset);
}
