using System.Buffers.Binary;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.DebugDraw;

/// <summary>What is drawn, as the first byte of a primitive; behind it one byte <see cref="DebugState"/>, then little-endian numbers, metres as floats.</summary>
public enum DebugKind : byte
{
    /// <summary>Centre, radius: 18 bytes in all.</summary>
    Sphere = 1,

    /// <summary>The two ends of its segment, radius: 30 bytes.</summary>
    Capsule = 2,

    /// <summary>Centre, rotation as four 16-bit parts of 32,767, half extents: 34 bytes.</summary>
    Box = 3,

    /// <summary>Centre, rotation, radius, half height along its own y: 30 bytes.</summary>
    Cylinder = 4,

    /// <summary>Two points: 26 bytes.</summary>
    Segment = 5,

    /// <summary>Least and greatest corner of a box along the axes: 26 bytes.</summary>
    Bounds = 6,

    /// <summary>Point, normal of length one, impulse of the last step in newton seconds: 30 bytes.</summary>
    Contact = 7,
}

/// <summary>What a primitive is a picture of.</summary>
public enum DebugState : byte
{
    Static = 0,
    Kinematic = 1,
    Awake = 2,
    Asleep = 3,
    Sensor = 4,
    Contact = 5,
    Joint = 6,

    /// <summary>A box of the broad phase.</summary>
    BroadPhase = 7,
    CharacterOnGround = 8,
    CharacterInAir = 9,
    CharacterAgainstWall = 10,
}

/// <summary>
/// A picture of bodies for people: <c>"RSDD", u16 version = 1, u16 0, u64 step, i32 primitives, i32 left out</c>, then the primitives. It never has more bytes than it
/// was made for: what comes first stays, what does not fit is counted. One buffer, used again by each picture.
/// </summary>
public sealed class DebugPicture
{
    internal const int HeaderBytes = 24;
    internal const uint Magic = 0x44445352;
    internal const ushort Version = 1;

    private readonly byte[] _bytes;
    private int _length = HeaderBytes;

    /// <param name="bytesMax">1,024 to <see cref="Limits.DebugPictureBytesMax"/>.</param>
    public DebugPicture(int bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytesMax, Limits.DebugPictureBytesMax);
        _bytes = new byte[bytesMax];
    }

    /// <summary>Primitives in the picture.</summary>
    public int Count { get; private set; }

    /// <summary>Primitives that did not fit.</summary>
    public int LeftOut { get; private set; }

    /// <summary>False once the largest primitive does not fit any more.</summary>
    internal bool HasRoom => _length + BytesOf(DebugKind.Box) <= _bytes.Length;

    /// <summary>Counts what its painter does not even try to draw.</summary>
    internal void LeaveOut(int count) => LeftOut += count;

    /// <summary>Bytes that a primitive of a kind takes; 0 for no kind.</summary>
    public static int BytesOf(DebugKind kind) => kind switch
    {
        DebugKind.Sphere => 18,
        DebugKind.Capsule or DebugKind.Cylinder or DebugKind.Contact => 30,
        DebugKind.Box => 34,
        DebugKind.Segment or DebugKind.Bounds => 26,
        _ => 0,
    };

    /// <summary>Begins another picture.</summary>
    public void Clear()
    {
        _length = HeaderBytes;
        Count = LeftOut = 0;
    }

    /// <summary>The picture as it can be sent, until the next change.</summary>
    /// <param name="step">When it was taken: steps of the world.</param>
    public ReadOnlySpan<byte> Bytes(ulong step)
    {
        Span<byte> header = _bytes;
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], step);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], LeftOut);
        return _bytes.AsSpan(0, _length);
    }

    public void Sphere(DebugState state, Vec3 centre, float radius)
    {
        if (Begin(DebugKind.Sphere, state))
        {
            Put(centre);
            Put(radius);
        }
    }

    public void Capsule(DebugState state, Vec3 a, Vec3 b, float radius)
    {
        if (Begin(DebugKind.Capsule, state))
        {
            Put(a);
            Put(b);
            Put(radius);
        }
    }

    public void Box(DebugState state, in Pose pose, Vec3 half)
    {
        if (Begin(DebugKind.Box, state))
        {
            Put(pose);
            Put(half);
        }
    }

    public void Cylinder(DebugState state, in Pose pose, float radius, float halfHeight)
    {
        if (Begin(DebugKind.Cylinder, state))
        {
            Put(pose);
            Put(radius);
            Put(halfHeight);
        }
    }

    public void Segment(DebugState state, Vec3 a, Vec3 b)
    {
        if (Begin(DebugKind.Segment, state))
        {
            Put(a);
            Put(b);
        }
    }

    public void Bounds(DebugState state, in Aabb box)
    {
        if (Begin(DebugKind.Bounds, state))
        {
            Put(box.Min);
            Put(box.Max);
        }
    }

    public void Contact(Vec3 point, Vec3 normal, float impulse)
    {
        if (Begin(DebugKind.Contact, DebugState.Contact))
        {
            Put(point);
            Put(normal);
            Put(impulse);
        }
    }

    private bool Begin(DebugKind kind, DebugState state)
    {
        if (_length + BytesOf(kind) > _bytes.Length)
        {
            LeftOut++;
            return false;
        }

        _bytes[_length++] = (byte)kind;
        _bytes[_length++] = (byte)state;
        Count++;
        return true;
    }

    private void Put(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.AsSpan(_length), value);
        _length += sizeof(float);
    }

    private void Put(Vec3 value)
    {
        Put(value.X);
        Put(value.Y);
        Put(value.Z);
    }

    private void Put(in Pose pose)
    {
        Put(pose.Position);
        foreach (float part in (ReadOnlySpan<float>)[pose.Rotation.X, pose.Rotation.Y, pose.Rotation.Z, pose.Rotation.W])
        {
            BinaryPrimitives.WriteInt16LittleEndian(_bytes.AsSpan(_length), (short)(Math.Clamp(part, -1f, 1f) * short.MaxValue));
            _length += sizeof(short);
        }
    }
}
