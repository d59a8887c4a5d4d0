using System.Diagnostics;

namespace RealtimeServer.Foundation;

/// <summary>
/// Reads what <see cref="BitWriter"/> wrote. Foreign bytes are expected: reading past the end yields zeros and sets
/// <see cref="Failed"/>, which the caller checks once, at the end.
/// </summary>
public ref struct BitReader
{
    private readonly ReadOnlySpan<byte> _buffer;
    private ulong _scratch;
    private int _scratchBits;
    private int _byteIndex;

    public BitReader(ReadOnlySpan<byte> buffer)
    {
        _buffer = buffer;
        _scratch = 0;
        _scratchBits = 0;
        _byteIndex = 0;
        Failed = false;
    }

    public bool Failed { get; private set; }

    public readonly int BitsLeft => ((_buffer.Length - _byteIndex) * 8) + _scratchBits;

    /// <summary>Reads an unsigned value of 1 to 32 bits.</summary>
    public uint Read(int bits)
    {
        Debug.Assert(bits is >= 1 and <= 32, "1 to 32 bits at a time");
        if (Failed || bits > BitsLeft)
        {
            Failed = true;
            return 0;
        }

        while (_scratchBits < bits)
        {
            _scratch |= (ulong)_buffer[_byteIndex++] << _scratchBits;
            _scratchBits += 8;
        }

        uint value = (uint)(_scratch & ((1UL << bits) - 1));
        _scratch >>= bits;
        _scratchBits -= bits;
        return value;
    }

    public bool ReadBool() => Read(1) != 0;

    /// <summary>Reads an integer written by <see cref="BitWriter.WriteVariable"/>; more than 32 bits fail.</summary>
    public uint ReadVariable()
    {
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            uint group = Read(8);
            value |= (ulong)(group & 127) << shift;
            if (group < 128)
            {
                Failed |= value > uint.MaxValue;
                return Failed ? 0 : (uint)value;
            }
        }

        Failed = true;
        return 0;
    }
}
