namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>The literals of a block: as they are, one repeated, or Huffman-coded in one stream or four (RFC 8878, section 3.1.1.3.1).</summary>
internal sealed class ZstdLiterals
{
    private readonly HuffmanTable _huffman = new();
    private byte[] _bytes = [];
    private int _count;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _count);

    /// <returns>How many bytes of the block they take.</returns>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public int Read(ReadOnlySpan<byte> block, int countMax)
    {
        if (block.IsEmpty)
        {
            throw TooShort();
        }

        int kind = block[0] & 3;
        int format = (block[0] >> 2) & 3;
        return kind < 2 ? ReadPlain(block, isRepeated: kind == 1, format, countMax) : ReadCoded(block, hasTree: kind == 2, format, countMax);
    }

    private int ReadPlain(ReadOnlySpan<byte> block, bool isRepeated, int format, int countMax)
    {
        int header = format switch { 1 => 2, 3 => 3, _ => 1 };
        int count = (int)(Number(block, header) >> (header == 1 ? 3 : 4));
        Reserve(count, countMax);
        int stored = isRepeated ? 1 : count;
        if (stored > block.Length - header)
        {
            throw TooShort();
        }

        if (isRepeated)
        {
            _bytes.AsSpan(0, count).Fill(block[header]);
        }
        else
        {
            block.Slice(header, count).CopyTo(_bytes);
        }

        return header + stored;
    }

    private int ReadCoded(ReadOnlySpan<byte> block, bool hasTree, int format, int countMax)
    {
        (int header, int bits) = format switch { 2 => (4, 14), 3 => (5, 18), _ => (3, 10) };
        ulong sizes = Number(block, header) >> 4;
        int mask = (1 << bits) - 1;
        int count = (int)sizes & mask;
        int packed = (int)(sizes >> bits) & mask;
        Reserve(count, countMax);
        if (packed > block.Length - header)
        {
            throw TooShort();
        }

        ReadOnlySpan<byte> content = block.Slice(header, packed);
        content = hasTree ? content[_huffman.Read(content)..] : content;
        if (format == 0)
        {
            _huffman.Decode(content, _bytes.AsSpan(0, count));
        }
        else
        {
            DecodeFour(content, count);
        }

        return header + packed;
    }

    private void DecodeFour(ReadOnlySpan<byte> content, int count)
    {
        const int Jumps = 6;
        int each = (count + 3) / 4;
        if (content.Length < Jumps || each * 3 > count)
        {
            throw TooShort();
        }

        ReadOnlySpan<byte> streams = content[Jumps..];
        for (int i = 0; i < 4; i++)
        {
            int length = i < 3 ? content[i * 2] | (content[(i * 2) + 1] << 8) : streams.Length;
            if (length > streams.Length)
            {
                throw TooShort();
            }

            _huffman.Decode(streams[..length], _bytes.AsSpan(i * each, i < 3 ? each : count - (3 * each)));
            streams = streams[length..];
        }
    }

    private void Reserve(int count, int countMax)
    {
        if (count > countMax)
        {
            throw new InvalidDataException($"A block has {count} literals, more than is allowed.");
        }

        _count = count;
        if (_bytes.Length < count)
        {
            _bytes = new byte[Math.Max(count, Math.Min(2 * _bytes.Length, countMax))];
        }
    }

    private static ulong Number(ReadOnlySpan<byte> block, int bytes)
    {
        if (bytes > block.Length)
        {
            throw TooShort();
        }

        ulong number = 0;
        for (int i = bytes - 1; i >= 0; i--)
        {
            number = (number << 8) | block[i];
        }

        return number;
    }

    private static InvalidDataException TooShort() => new("The literals of a block end too early.");
}
