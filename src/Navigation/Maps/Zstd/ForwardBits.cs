namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>Bits from the first byte's lowest on.</summary>
internal ref struct ForwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    public ForwardBits(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Bytes of which at least one bit was read.</summary>
    public readonly int BytesRead => (_at + 7) / 8;

    /// <param name="count">At most 16.</param>
    /// <exception cref="InvalidDataException">There are not so many.</exception>
    public uint Read(int count)
    {
        if (_at + count > _bytes.Length * 8)
        {
            throw new InvalidDataException("An entropy table ends too early.");
        }

        uint value = 0;
        int first = _at >> 3;
        for (int i = Math.Min(first + 3, _bytes.Length - 1); i >= first; i--)
        {
            value = (value << 8) | _bytes[i];
        }

        value = (value >> (_at & 7)) & ((1u << count) - 1);
        _at += count;
        return value;
    }
}
