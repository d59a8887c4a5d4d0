using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>A rotation as a unit quaternion: x, y, z the axis times the sine of half the angle, w its cosine.</summary>
public readonly record struct Quat(float X, float Y, float Z, float W)
{
    public static readonly Quat Identity = new(0, 0, 0, 1);

    public float LengthSquared
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (X * X) + (Y * Y) + (Z * Z) + (W * W);
    }

    /// <summary>True if all parts are ordinary numbers: neither NaN nor infinite.</summary>
    public bool IsFinite => float.IsFinite(X) && float.IsFinite(Y) && float.IsFinite(Z) && float.IsFinite(W);

    /// <summary>The same rotation backwards, for a unit quaternion.</summary>
    public Quat Conjugate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(-X, -Y, -Z, W);
    }

    /// <summary>First <paramref name="b"/>, then <paramref name="a"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quat operator *(Quat a, Quat b) => new(
        (a.W * b.X) + (a.X * b.W) + (a.Y * b.Z) - (a.Z * b.Y),
        (a.W * b.Y) + (a.Y * b.W) + (a.Z * b.X) - (a.X * b.Z),
        (a.W * b.Z) + (a.Z * b.W) + (a.X * b.Y) - (a.Y * b.X),
        (a.W * b.W) - (a.X * b.X) - (a.Y * b.Y) - (a.Z * b.Z));

    /// <summary>The rotation by <paramref name="angle"/> radians about an axis of length one, right-handed.</summary>
    public static Quat FromAxisAngle(Vec3 axis, float angle)
    {
        (float sin, float cos) = DeterministicMath.SinCos(angle * 0.5f);
        return new Quat(axis.X * sin, axis.Y * sin, axis.Z * sin, cos);
    }

    /// <summary>
    /// The rotation about a vector's direction by its length in radians. Within 1e-6 for lengths up to π; longer ones are not for this
    /// polynomial, which needs no square root and no branch: use <see cref="FromAxisAngle"/>.
    /// </summary>
    public static Quat FromRotationVector(Vec3 radians)
    {
        float x2 = radians.LengthSquared * 0.25f;
        float half = 0.5f * DeterministicMath.SincOfSquare(x2);
        return new Quat(radians.X * half, radians.Y * half, radians.Z * half, DeterministicMath.CosOfSquare(x2)).Normalized();
    }

    /// <summary>The rotation whose columns the matrix holds; they must be right-handed and of length one (Shepperd's method).</summary>
    public static Quat FromMatrix(in Mat3 m)
    {
        float trace = m.X.X + m.Y.Y + m.Z.Z;
        if (trace > 0)
        {
            float s = 2f * MathF.Sqrt(1f + trace);
            return new Quat((m.Y.Z - m.Z.Y) / s, (m.Z.X - m.X.Z) / s, (m.X.Y - m.Y.X) / s, 0.25f * s).Normalized();
        }

        if (m.X.X >= m.Y.Y && m.X.X >= m.Z.Z)
        {
            float s = 2f * MathF.Sqrt(1f + m.X.X - m.Y.Y - m.Z.Z);
            return new Quat(0.25f * s, (m.X.Y + m.Y.X) / s, (m.X.Z + m.Z.X) / s, (m.Y.Z - m.Z.Y) / s).Normalized();
        }

        if (m.Y.Y >= m.Z.Z)
        {
            float s = 2f * MathF.Sqrt(1f + m.Y.Y - m.X.X - m.Z.Z);
            return new Quat((m.X.Y + m.Y.X) / s, 0.25f * s, (m.Y.Z + m.Z.Y) / s, (m.Z.X - m.X.Z) / s).Normalized();
        }

        float t = 2f * MathF.Sqrt(1f + m.Z.Z - m.X.X - m.Y.Y);
        return new Quat((m.X.Z + m.Z.X) / t, (m.Y.Z + m.Z.Y) / t, 0.25f * t, (m.X.Y - m.Y.X) / t).Normalized();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(Quat a, Quat b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z) + (a.W * b.W);

    /// <summary>Along the shorter arc, straight through and brought back to length one.</summary>
    public static Quat Lerp(Quat a, Quat b, float t)
    {
        float sign = Dot(a, b) < 0 ? -t : t;
        float keep = 1f - t;
        return new Quat(
            (a.X * keep) + (b.X * sign), (a.Y * keep) + (b.Y * sign), (a.Z * keep) + (b.Z * sign), (a.W * keep) + (b.W * sign)).Normalized();
    }

    /// <summary>With length one, or no rotation if this is too short to be one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quat Normalized()
    {
        float length = MathF.Sqrt(LengthSquared);
        return length > Vec3.DirectionLengthMin ? new Quat(X / length, Y / length, Z / length, W / length) : Identity;
    }

    /// <summary>The vector, rotated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 Rotate(Vec3 v)
    {
        var axis = new Vec3(X, Y, Z);
        Vec3 t = 2f * Vec3.Cross(axis, v);
        return v + (W * t) + Vec3.Cross(axis, t);
    }

    /// <summary>The vector, rotated backwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 InverseRotate(Vec3 v)
    {
        var axis = new Vec3(X, Y, Z);
        Vec3 t = 2f * Vec3.Cross(axis, v);
        return v - (W * t) + Vec3.Cross(axis, t);
    }

    /// <summary>The rotation as a vector: its direction the axis, its length the angle in radians, at most π.</summary>
    public Vec3 ToRotationVector()
    {
        Quat q = W < 0 ? new Quat(-X, -Y, -Z, -W) : this;
        var axis = new Vec3(q.X, q.Y, q.Z);
        float sin = axis.Length;
        return sin > 1e-6f ? axis * (2f * DeterministicMath.Atan2(sin, q.W) / sin) : axis * 2f;
    }

    // The one the compiler writes would print Conjugate, which is a Quat too, without end.
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"({X}, {Y}, {Z}, {W})");
}
