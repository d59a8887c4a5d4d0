using System.Diagnostics;

namespace RealtimeServer.Foundation;

/// <summary>
/// Packs values of 1 to 32 bits into a caller's buffer, least significant bit first, so that the first bit written is bit 0 of byte 0.
/// Running out of room sets <see cref="Overflowed"/> and drops the rest; nothing is written past the buffer.
/// </summary>
public ref struct BitWriter
{
    private readonly Span<byte> _buffer;
    private ulong _scratch;
    private int _scratchBits;
    private int _byteIndex;

    public BitWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        _scratch = 0;
        _scratchBits = 0;
        _byteIndex = 0;
        Overflowed = false;
    }

    public bool Overflowed { get; private set; }

    public readonly int BitCount => (_byteIndex * 8) + _scratchBits;

    public readonly int ByteCount => _byteIndex + ((_scratchBits + 7) / 8);

    /// <summary>Writes the lowest <paramref name="bits"/> (1 to 32) of a value, which must have no others set.</summary>
    public void Write(uint value, int bits)
    {
        Debug.Assert(bits is >= 1 and <= 32, "1 to 32 bits at a time");
        Debug.Assert(bits == 32 || value >> bits == 0, "the value has more bits than it was given");
        if (Overflowed || BitCount + bits > _buffer.Length * 8)
        {
            Overflowed = true;
            return;
        }

        _scratch |= (ulong)value << _scratchBits;
        _scratchBits += bits;
        while (_scratchBits >= 8)
        {
            _buffer[_byteIndex++] = (byte)_scratch;
            _scratch >>= 8;
            _scratchBits -= 8;
        }
    }

    public void Write(bool value) => Write(value ? 1u : 0u, 1);

    /// <summary>Writes an integer in groups of seven bits, least significant first, each followed by a bit that says whether more come.</summary>
    public void WriteVariable(uint value)
    {
        while (value >= 128)
        {
            Write((value & 127) | 128, 8);
            value >>= 7;
        }

        Write(value, 8);
    }

    /// <summary>Flushes the last, partly filled byte and returns how many bytes hold everything written. Call once, at the end.</summary>
    public int Finish()
    {
        if (_scratchBits > 0)
        {
            _buffer[_byteIndex++] = (byte)_scratch;
            _scratch = 0;
            _scratchBits = 0;
        }

        return _byteIndex;
    }
}
