using System.Numerics;

namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>Huffman codes of literals: a table that is looked up with the next bits (RFC 8878, section 4.2).</summary>
internal sealed class HuffmanTable
{
    private const int BitsMax = 11;
    private const int SymbolsMax = 256;
    private const int WeightAccuracyMax = 6;

    private readonly byte[] _symbols = new byte[1 << BitsMax];
    private readonly byte[] _lengths = new byte[1 << BitsMax];
    private readonly FseTable _weightTable = new(WeightAccuracyMax);
    private int _bits;

    /// <summary>Reads a tree.</summary>
    /// <returns>How many bytes it takes.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public int Read(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            throw Damaged();
        }

        Span<byte> weights = stackalloc byte[SymbolsMax];
        int header = content[0];
        int count = header < 128 ? ReadCoded(content, header, weights) : ReadPlain(content, header - 127, weights);
        Build(weights, count);
        return header < 128 ? 1 + header : 1 + ((header - 127 + 1) / 2);
    }

    /// <summary>Decodes a stream that must hold exactly so many symbols.</summary>
    /// <exception cref="InvalidDataException">It does not, or no tree was read.</exception>
    public void Decode(ReadOnlySpan<byte> stream, Span<byte> symbols)
    {
        if (_bits == 0)
        {
            throw new InvalidDataException("Literals refer to a Huffman tree that no block before them has.");
        }

        BackwardBits bits = new(stream);
        foreach (ref byte symbol in symbols)
        {
            int at = (int)bits.Peek(_bits);
            symbol = _symbols[at];
            bits.Skip(_lengths[at]);
        }

        if (bits.Left != 0)
        {
            throw new InvalidDataException("A stream of literals does not end with the last of them.");
        }
    }

    private static int ReadPlain(ReadOnlySpan<byte> content, int count, Span<byte> weights)
    {
        if ((count + 1) / 2 > content.Length - 1)
        {
            throw Damaged();
        }

        for (int i = 0; i < count; i++)
        {
            int pair = content[1 + (i / 2)];
            weights[i] = (byte)((i & 1) == 0 ? pair >> 4 : pair & 15);
        }

        return count;
    }

    // Two states take turns until the bits are used up; then each tells one more weight.
    private int ReadCoded(ReadOnlySpan<byte> content, int length, Span<byte> weights)
    {
        if (length > content.Length - 1)
        {
            throw Damaged();
        }

        ReadOnlySpan<byte> coded = content.Slice(1, length);
        BackwardBits bits = new(coded[_weightTable.Read(coded)..]);
        int one = _weightTable.Begin(ref bits);
        int other = _weightTable.Begin(ref bits);
        if (bits.Left < 0)
        {
            throw Damaged();
        }

        int count = 0;
        while (true)
        {
            if (count >= SymbolsMax - 2)
            {
                throw Damaged();
            }

            weights[count++] = _weightTable.Symbol(one);
            one = _weightTable.Next(one, ref bits);
            if (bits.Left < 0)
            {
                weights[count++] = _weightTable.Symbol(other);
                return count;
            }

            (one, other) = (other, one);
        }
    }

    // The last symbol's weight is not told: it is what makes the sum a power of two.
    private void Build(Span<byte> weights, int count)
    {
        int sum = 0;
        foreach (byte weight in weights[..count])
        {
            if (weight > BitsMax)
            {
                throw Damaged();
            }

            sum += weight > 0 ? 1 << (weight - 1) : 0;
        }

        int bits = sum == 0 ? 0 : BitOperations.Log2((uint)sum) + 1;
        int left = (1 << bits) - sum;
        if (bits is 0 or > BitsMax || count >= SymbolsMax || !BitOperations.IsPow2(left))
        {
            throw Damaged();
        }

        weights[count++] = (byte)(BitOperations.Log2((uint)left) + 1);
        _bits = bits;
        int at = 0;
        for (int weight = 1; weight <= bits; weight++)
        {
            for (int symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] == weight)
                {
                    int places = 1 << (weight - 1);
                    _symbols.AsSpan(at, places).Fill((byte)symbol);
                    _lengths.AsSpan(at, places).Fill((byte)(bits + 1 - weight));
                    at += places;
                }
            }
        }
    }

    private static InvalidDataException Damaged() => new("A Huffman tree is damaged.");
}
