using System.Numerics;

namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>A decoding table of finite state entropy (RFC 8878, section 4.1): each state tells a symbol, and from which states the next bits choose.</summary>
internal sealed class FseTable
{
    private const int SymbolsMax = 256;

    private readonly int _accuracyMax;
    private readonly byte[] _symbols;
    private readonly byte[] _bits;
    private readonly ushort[] _bases;
    private readonly short[] _counts = new short[SymbolsMax];
    private readonly ushort[] _next = new ushort[SymbolsMax];
    private int _accuracy;

    public FseTable(int accuracyMax)
    {
        _accuracyMax = accuracyMax;
        _symbols = new byte[1 << accuracyMax];
        _bits = new byte[1 << accuracyMax];
        _bases = new ushort[1 << accuracyMax];
    }

    /// <summary>A table of known counts; -1 stands for less than one.</summary>
    public static FseTable Of(int accuracy, ReadOnlySpan<short> counts)
    {
        FseTable table = new(accuracy) { _accuracy = accuracy };
        counts.CopyTo(table._counts);
        table.Build(counts.Length);
        return table;
    }

    /// <summary>Every state tells the same symbol, and no bits are read.</summary>
    public void SetSingle(byte symbol)
    {
        _accuracy = 0;
        (_symbols[0], _bits[0], _bases[0]) = (symbol, 0, 0);
    }

    /// <summary>Reads a table's counts and builds it.</summary>
    /// <returns>How many bytes it takes.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public int Read(ReadOnlySpan<byte> content)
    {
        ForwardBits bits = new(content);
        _accuracy = (int)bits.Read(4) + 5;
        if (_accuracy > _accuracyMax)
        {
            throw Damaged();
        }

        int remaining = 1 << _accuracy;
        int symbol = 0;
        Array.Clear(_counts);
        while (remaining > 0)
        {
            if (symbol >= SymbolsMax)
            {
                throw Damaged();
            }

            int count = ReadCount(ref bits, remaining) - 1;
            remaining -= Math.Abs(count);
            _counts[symbol++] = (short)count;
            for (int zeros = count == 0 ? 3 : 0; zeros == 3;)
            {
                zeros = (int)bits.Read(2);
                symbol += zeros;
            }
        }

        if (remaining < 0 || symbol > SymbolsMax)
        {
            throw Damaged();
        }

        Build(symbol);
        return bits.BytesRead;
    }

    public int Begin(ref BackwardBits bits) => (int)bits.Read(_accuracy);

    public byte Symbol(int state) => _symbols[state];

    public int Next(int state, ref BackwardBits bits) => _bases[state] + (int)bits.Read(_bits[state]);

    // A number up to remaining + 1 in as few bits as possible: the lowest of them take one bit less.
    private static int ReadCount(ref ForwardBits bits, int remaining)
    {
        int width = BitOperations.Log2((uint)(remaining + 1)) + 1;
        int low = (int)bits.Read(width - 1);
        int spare = (1 << width) - 1 - (remaining + 1);
        if (low < spare)
        {
            return low;
        }

        int value = low | ((int)bits.Read(1) << (width - 1));
        return value >= 1 << (width - 1) ? value - spare : value;
    }

    private void Build(int symbols)
    {
        int size = 1 << _accuracy;
        int high = size;
        for (int symbol = 0; symbol < symbols; symbol++)
        {
            _next[symbol] = (ushort)Math.Abs((int)_counts[symbol]);
            if (_counts[symbol] < 0)
            {
                _symbols[--high] = (byte)symbol;
            }
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < symbols; symbol++)
        {
            for (int i = 0; i < _counts[symbol]; i++)
            {
                _symbols[at] = (byte)symbol;
                do
                {
                    at = (at + step) & (size - 1);
                }
                while (at >= high);
            }
        }

        for (int state = 0; state < size; state++)
        {
            int next = _next[_symbols[state]]++;
            _bits[state] = (byte)(_accuracy - BitOperations.Log2((uint)next));
            _bases[state] = (ushort)((next << _bits[state]) - size);
        }
    }

    private static InvalidDataException Damaged() => new("An entropy table is damaged.");
}
