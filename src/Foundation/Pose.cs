using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>Where a rigid thing is and how it is turned, 28 bytes: first rotate, then move.</summary>
public readonly record struct Pose(Vec3 Position, Quat Rotation)
{
    public static readonly Pose Identity = new(Vec3.Zero, Quat.Identity);

    public Pose(Vec3 position)
        : this(position, Quat.Identity)
    {
    }

    /// <summary>True if all parts are ordinary numbers: neither NaN nor infinite.</summary>
    public bool IsFinite => Position.IsFinite && Rotation.IsFinite;

    /// <summary>The pose <paramref name="b"/>, told in the frame of <paramref name="a"/>, as seen from outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pose operator *(in Pose a, in Pose b) => new(a.Position + a.Rotation.Rotate(b.Position), a.Rotation * b.Rotation);

    /// <summary>A point of this frame, seen from outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 Transform(Vec3 point) => Position + Rotation.Rotate(point);

    /// <summary>A point outside, seen from this frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 InverseTransform(Vec3 point) => Rotation.InverseRotate(point - Position);

    /// <summary>The pose <paramref name="b"/>, seen from the frame of this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pose InverseTransform(in Pose b) => new(Rotation.InverseRotate(b.Position - Position), Rotation.Conjugate * b.Rotation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pose Inverse() => new(Rotation.InverseRotate(-Position), Rotation.Conjugate);
}
