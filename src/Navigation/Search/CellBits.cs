using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// One bit a cell, in rows that are read many columns at once. Round the cells lies a border of zeros, one cell wide at least, so that whoever
/// reads neighbours or scans along a row needs not ask for the edge.
/// </summary>
internal sealed class CellBits
{
    /// <summary>How many columns one read tells, whatever the column it starts at.</summary>
    public const int Span = 57;

    /// <summary>The bits of <see cref="From(int, int)"/> that are right.</summary>
    public const ulong LowMask = (1UL << Span) - 1;

    /// <summary>The bits of <see cref="UpTo(int, int)"/> that are right.</summary>
    public const ulong HighMask = LowMask << (64 - Span);

    // A read that ends in the first column of the first border row begins before it.
    private const int FrontBytes = 8;

    private readonly byte[] _bits;
    private readonly int _rowBytes;

    public CellBits(int width, int height)
    {
        Width = width;
        Height = height;
        _rowBytes = (width + 2 + 63) / 64 * 8;
        _bits = new byte[FrontBytes + (_rowBytes * (height + 2)) + 8];
    }

    private CellBits(CellBits other)
    {
        Width = other.Width;
        Height = other.Height;
        _rowBytes = other._rowBytes;
        _bits = (byte[])other._bits.Clone();
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<byte> Bytes => _bits.AsSpan(FrontBytes);

    /// <summary>How many bytes lie between the starts of two rows.</summary>
    public int RowBytes => _rowBytes;

    /// <summary>How many words of 64 bits a row has.</summary>
    public int RowWords => _rowBytes / sizeof(ulong);

    /// <summary>The bit of a cell that lies inside or next to the border.</summary>
    public bool this[int x, int y]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Read<byte>(ByteOf(x, y)) >> ((x + 1) & 7) & 1) != 0;
        set
        {
            Debug.Assert((uint)x < (uint)Width && (uint)y < (uint)Height, "only cells inside have bits to set");
            ref byte b = ref _bits[ByteOf(x, y)];
            int mask = 1 << ((x + 1) & 7);
            b = (byte)(value ? b | mask : b & ~mask);
        }
    }

    /// <summary>The bits from a column on of the row that begins at <paramref name="start"/>; see <see cref="From(int, int)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong From(ref byte start, int x) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, (nint)((x + 1) >> 3))) >> ((x + 1) & 7);

    /// <summary>The bits up to a column of the row that begins at <paramref name="start"/>; see <see cref="UpTo(int, int)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UpTo(ref byte start, int x) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, (nint)((x + 1) >> 3) - 7)) << (7 - ((x + 1) & 7));

    /// <summary>How many bytes <see cref="Bytes"/> has.</summary>
    public static int ByteCount(int width, int height) => ((width + 2 + 63) / 64 * 8 * (height + 2)) + 8;

    /// <summary>Takes over what <see cref="Bytes"/> gave.</summary>
    /// <returns>False, and nothing is right then, if a bit of the border is set.</returns>
    public bool TryLoad(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bits.AsSpan(FrontBytes));
        int cells = 0;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x += Span)
            {
                cells += BitOperations.PopCount(From(x, y) & ((1UL << Math.Min(Span, Width - x)) - 1));
            }
        }

        int all = 0;
        foreach (byte b in _bits)
        {
            all += BitOperations.PopCount(b);
        }

        return all == cells;
    }

    public CellBits Clone() => new(this);

    public void CopyFrom(CellBits other) => other._bits.CopyTo(_bits, 0);

    public void Clear() => Array.Clear(_bits);

    /// <summary>Takes over the bits of others, as many columns as these have rows and the other way round: each row becomes a column.</summary>
    public void CopyTransposed(CellBits other)
    {
        Span<ulong> square = stackalloc ulong[64];
        for (int i = 0; i < other.RowWords; i++)
        {
            for (int j = 0; j < RowWords; j++)
            {
                // With the border, so that words lie on words.
                for (int k = 0; k < 64; k++)
                {
                    int y = (j * 64) + k - 1;
                    square[k] = y <= other.Height ? other.Word(i, y) : 0;
                }

                Transpose(square);
                for (int k = 0; k < 64 && (i * 64) + k - 1 <= Height; k++)
                {
                    Word(j, (i * 64) + k - 1) = square[k];
                }
            }
        }
    }

    /// <summary>Sets the bits of columns <paramref name="from"/> to <paramref name="to"/> (both included) of a row.</summary>
    public void Fill(int y, int from, int to, bool value)
    {
        int x = from;
        for (; x <= to && ((x + 1) & 7) != 0; x++)
        {
            this[x, y] = value;
        }

        int bytes = (to + 1 - x) >> 3;
        if (bytes > 0)
        {
            _bits.AsSpan(ByteOf(x, y), bytes).Fill(value ? (byte)0xFF : (byte)0);
            x += bytes * 8;
        }

        for (; x <= to; x++)
        {
            this[x, y] = value;
        }
    }

    /// <summary>The bits from a column on: bit 0 is column x. The lowest <see cref="Span"/> are right, those above are anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong From(int x, int y) => Read<ulong>(ByteOf(x, y)) >> ((x + 1) & 7);

    /// <summary>The bits up to a column: bit 63 is column x. The highest <see cref="Span"/> are right, those below are anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong UpTo(int x, int y) => Read<ulong>(ByteOf(x, y) - 7) << (7 - ((x + 1) & 7));

    /// <summary>Where a row begins, border rows included: for those who read many columns of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte RowStart(int y) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bits), FrontBytes + ((y + 1) * _rowBytes));

    /// <summary>One word of a row, border rows included: its bit b is column 64 i + b - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref ulong Word(int i, int y)
    {
        int at = FrontBytes + ((y + 1) * _rowBytes) + (i * sizeof(ulong));
        Debug.Assert(at >= 0 && at + sizeof(ulong) <= _bits.Length, "a word outside of the bits");
        return ref Unsafe.As<byte, ulong>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bits), at));
    }

    /// <summary>The nine bits round a cell inside: bit 0 is the upper left neighbour, bit 4 the cell itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Window(int x, int y)
    {
        int at = FrontBytes + (y * _rowBytes) + (x >> 3);
        int shift = x & 7;
        return ((uint)Read<ushort>(at) >> shift & 7)
            | (((uint)Read<ushort>(at + _rowBytes) >> shift & 7) << 3)
            | (((uint)Read<ushort>(at + (2 * _rowBytes)) >> shift & 7) << 6);
    }

    /// <summary>The first column after x whose bit is not set: at most <see cref="Width"/>, the border.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FirstClearAfter(int x, int y)
    {
        for (; ; x += Span - 1)
        {
            ulong clear = ~From(x, y) & LowMask & ~1UL;
            if (clear != 0)
            {
                return x + BitOperations.TrailingZeroCount(clear);
            }
        }
    }

    /// <summary>The last column before x whose bit is not set: at least -1, the border.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LastClearBefore(int x, int y)
    {
        for (; ; x -= Span - 1)
        {
            ulong clear = ~UpTo(x, y) & HighMask & ~(1UL << 63);
            if (clear != 0)
            {
                return x - BitOperations.LeadingZeroCount(clear);
            }
        }
    }

    /// <summary>The first and the last column of the run of set bits that a cell belongs to; the last before the first if its bit is not set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int First, int Last) Run(int x, int y) => this[x, y] ? (LastClearBefore(x, y) + 1, FirstClearAfter(x, y) - 1) : (x + 1, x);

    /// <summary>The first cell whose bit is set, row by row.</summary>
    public bool TryFindFirst(out Cell cell)
    {
        for (int y = 0; y < Height; y++)
        {
            for (int i = 0; i < RowWords; i++)
            {
                if (Word(i, y) != 0)
                {
                    cell = new Cell((i * 64) + BitOperations.TrailingZeroCount(Word(i, y)) - 1, y);
                    return true;
                }
            }
        }

        cell = default;
        return false;
    }

    /// <summary>The last one.</summary>
    public bool TryFindLast(out Cell cell)
    {
        for (int y = Height - 1; y >= 0; y--)
        {
            for (int i = RowWords - 1; i >= 0; i--)
            {
                if (Word(i, y) != 0)
                {
                    cell = new Cell((i * 64) + 63 - BitOperations.LeadingZeroCount(Word(i, y)) - 1, y);
                    return true;
                }
            }
        }

        cell = default;
        return false;
    }

    // Swaps the upper right and the lower left quarter, then those of each quarter, and so on (H. Warren, "Hacker's Delight", 7-3).
    private static void Transpose(Span<ulong> square)
    {
        ulong mask = uint.MaxValue;
        for (int half = 32; half > 0; half >>= 1, mask ^= mask << half)
        {
            for (int k = 0; k < 64; k = ((k | half) + 1) & ~half)
            {
                ulong swapped = ((square[k] >> half) ^ square[k | half]) & mask;
                square[k] ^= swapped << half;
                square[k | half] ^= swapped;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ByteOf(int x, int y) => FrontBytes + ((y + 1) * _rowBytes) + ((x + 1) >> 3);

    // Without a bounds check: every caller's column is at most one beyond the cells, or a scan that the border has ended.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Read<T>(int at)
        where T : unmanaged
    {
        Debug.Assert(at >= 0 && at + Unsafe.SizeOf<T>() <= _bits.Length, "a read outside of the bits");
        return Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bits), at));
    }
}
