using System.Buffers.Binary;

namespace RealtimeServer.Physics.DebugDraw;

/// <summary>Walks the primitives of a picture from elsewhere. Bytes that are no picture have none; one that is cut off ends before the cut.</summary>
public ref struct DebugPictureReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;

    public DebugPictureReader(ReadOnlySpan<byte> picture)
    {
        IsPicture = picture.Length >= DebugPicture.HeaderBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(picture) == DebugPicture.Magic
            && BinaryPrimitives.ReadUInt16LittleEndian(picture[4..]) == DebugPicture.Version;
        _bytes = IsPicture ? picture : [];
        _next = IsPicture ? DebugPicture.HeaderBytes : 0;
    }

    /// <summary>False for bytes that are none, or of another version.</summary>
    public bool IsPicture { get; }

    /// <summary>Steps of the world when it was taken.</summary>
    public readonly ulong Step => IsPicture ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[8..]) : 0;

    /// <summary>Primitives that did not fit.</summary>
    public readonly int LeftOut => IsPicture ? BinaryPrimitives.ReadInt32LittleEndian(_bytes[20..]) : 0;

    public DebugKind Kind { get; private set; }

    public DebugState State { get; private set; }

    /// <summary>The numbers of the primitive, as <see cref="DebugKind"/> says.</summary>
    public ReadOnlySpan<byte> Numbers { get; private set; }

    /// <summary>Goes to the next primitive.</summary>
    public bool Read()
    {
        int length = _next < _bytes.Length ? DebugPicture.BytesOf((DebugKind)_bytes[_next]) : 0;
        if (length == 0 || length > _bytes.Length - _next)
        {
            return false;
        }

        Kind = (DebugKind)_bytes[_next];
        State = (DebugState)_bytes[_next + 1];
        Numbers = _bytes.Slice(_next + 2, length - 2);
        _next += length;
        return true;
    }
}
