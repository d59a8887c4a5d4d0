namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Bits of cells stored by diagonals: each is a row of its own, so that many of its cells are read at once. A cell keeps its column. Rising diagonals
/// (x + y) mod height and falling ones (x - y) mod height have one row each: the two pieces of a row never overlap.
/// </summary>
internal sealed class DiagonalRows
{
    private readonly int[] _rows; // of each sum of coordinates; saves a division
    private readonly int _height;

    public DiagonalRows(int width, int height)
    {
        _height = height;
        _rows = new int[width + height];
        for (int i = 0; i < _rows.Length; i++)
        {
            _rows[i] = i % height;
        }
    }

    /// <summary>The row of the diagonal that rises to the right through a cell.</summary>
    public int Rising(int x, int y) => _rows[x + y];

    /// <summary>The row of the diagonal that falls to the right through a cell.</summary>
    public int Falling(int x, int y) => _rows[x - y + _height];

    /// <summary>Stores one word of every row: bit b of all words goes to diagonals b rows apart.</summary>
    /// <param name="i">The index of the words in their rows.</param>
    /// <param name="words">Of all rows from the first on; lost afterwards.</param>
    /// <param name="scratch">As long as the words.</param>
    public void Store(CellBits diagonals, int i, bool isRising, Span<ulong> words, Span<ulong> scratch)
    {
        if (!isRising)
        {
            words[1..].Reverse();
        }

        for (int bit = 1; bit < 64; bit *= 2)
        {
            // The bits of all columns whose index has this bit set.
            ulong moved = ~(ulong.MaxValue / ((1UL << bit) + 1));
            Shift(words, scratch, bit % _height, moved);
            Span<ulong> done = scratch;
            scratch = words;
            words = done;
        }

        int first = ((i * 64) - 1 + _height) % _height;
        for (int row = 0; row < _height; row++)
        {
            diagonals.Word(i, first) = words[row];
            first = first + 1 == _height ? 0 : first + 1;
        }
    }

    // Moves some bits of all words so many rows on, round the end.
    private static void Shift(ReadOnlySpan<ulong> from, Span<ulong> to, int rows, ulong moved)
    {
        for (int row = 0; row < rows; row++)
        {
            to[row] = (from[row] & ~moved) | (from[row - rows + from.Length] & moved);
        }

        ReadOnlySpan<ulong> before = from[..^rows];
        from = from[rows..];
        to = to[rows..];
        for (int row = 0; row < to.Length; row++)
        {
            to[row] = (from[row] & ~moved) | (before[row] & moved);
        }
    }
}
