using System.Buffers.Binary;
using System.Numerics;

namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>
/// Bits from the last byte's highest down; the highest bit that is set only marks where they begin. Reading beyond the beginning gives zeros, and <see cref="Left"/> tells.
/// </summary>
internal ref struct BackwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <exception cref="InvalidDataException">There is no mark.</exception>
    public BackwardBits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] == 0)
        {
            throw new InvalidDataException("A stream of bits has no mark where it begins.");
        }

        _bytes = bytes;
        Left = ((bytes.Length - 1) * 8) + BitOperations.Log2(bytes[^1]);
    }

    /// <summary>Bits not read yet; negative when more were read than there are.</summary>
    public int Left { get; private set; }

    /// <param name="count">At most 31.</param>
    public uint Read(int count)
    {
        uint value = Peek(count);
        Left -= count;
        return value;
    }

    public void Skip(int count) => Left -= count;

    /// <inheritdoc cref="Read"/>
    public readonly uint Peek(int count)
    {
        int at = Left - count;
        ulong bits = at >= 0 ? Load(at >> 3) >> (at & 7) : at > -32 ? Load(0) << -at : 0;

        // Above the bits that are left lies the mark, and what was read before.
        int known = Math.Max(Math.Min(Left, count), 0);
        ulong mask = at >= 0 ? (1UL << count) - 1 : ((1UL << known) - 1) << (count - known);
        return (uint)(bits & mask);
    }

    private readonly ulong Load(int first)
    {
        if (first + sizeof(ulong) <= _bytes.Length)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[first..]);
        }

        ulong value = 0;
        for (int i = _bytes.Length - 1; i >= first; i--)
        {
            value = (value << 8) | _bytes[i];
        }

        return value;
    }
}
