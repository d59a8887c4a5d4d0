using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// What makes jump point search fast on a grid that is searched more often than it changes: for every cell and straight direction one bit, whether a jump that way
/// ends at a corner (and not at a wall). These bits are kept by diagonals, too: so 57 cells of a diagonal are read at once, and a diagonal move looks
/// round only where there is something to see.
/// </summary>
/// <remarks>
/// It tells what the tables of JPS+ (S. Rabin and D. Harabor) tell, in 14 bits a cell, and repairs after a change of one cell only the straight
/// runs beside it.
/// </remarks>
internal sealed class JumpStops
{
    private readonly CellBits _rows;
    private readonly CellBits _columns;
    private readonly CellBits _north; // by column
    private readonly CellBits _east;
    private readonly CellBits _south; // by column
    private readonly CellBits _west;
    private readonly DiagonalRows _diagonals;
    private readonly DiagonalStops _rising;
    private readonly DiagonalStops _falling;
    private readonly int _width;
    private readonly int _height;
    private readonly ulong[] _changed;

    /// <param name="rows">Open cells; whoever changes them calls <see cref="Repair"/>.</param>
    /// <param name="columns">The same, transposed.</param>
    public JumpStops(CellBits rows, CellBits columns)
    {
        _rows = rows;
        _columns = columns;
        _width = rows.Width;
        _height = rows.Height;
        _north = new CellBits(_height, _width);
        _east = new CellBits(_width, _height);
        _south = new CellBits(_height, _width);
        _west = new CellBits(_width, _height);
        _diagonals = new DiagonalRows(_width, _height);
        _rising = new DiagonalStops(_width, _height);
        _falling = new DiagonalStops(_width, _height);
        _changed = new ulong[Math.Max(rows.RowWords, columns.RowWords)];
    }

    /// <summary>Works all of it out.</summary>
    public void Build()
    {
        for (int y = 0; y < _height; y++)
        {
            StraightStops.Find(_rows, _east, _west, y, _changed);
        }

        for (int x = 0; x < _width; x++)
        {
            StraightStops.Find(_columns, _south, _north, x, _changed);
        }

        ulong[] buffer = new ulong[_height * 4];
        Span<ulong> up = buffer.AsSpan(0, _height);
        Span<ulong> down = buffer.AsSpan(_height, _height);
        Span<ulong> words = buffer.AsSpan(2 * _height, _height);
        Span<ulong> scratch = buffer.AsSpan(3 * _height, _height);
        for (int i = 0; i < _rows.RowWords; i++)
        {
            StraightStops.FindAcross(_rows, i, up, down);
            foreach (bool isRising in new ReadOnlySpan<bool>([true, false]))
            {
                DiagonalStops stops = isRising ? _rising : _falling;
                up.CopyTo(words);
                _diagonals.Store(stops.North, i, isRising, words, scratch);
                down.CopyTo(words);
                _diagonals.Store(stops.South, i, isRising, words, scratch);
                Gather(_east, i, words);
                _diagonals.Store(stops.East, i, isRising, words, scratch);
                Gather(_west, i, words);
                _diagonals.Store(stops.West, i, isRising, words, scratch);
                for (int y = 0; y < _height; y++)
                {
                    words[y] = OpenSteps(i, y, isRising ? y - 1 : y + 1);
                }

                _diagonals.Store(stops.Steps, i, isRising, words, scratch);
            }
        }
    }

    /// <summary>Works out what follows from changed cells.</summary>
    /// <param name="changed">Inside of the grid.</param>
    public void Repair(CellRect changed)
    {
        (int left, int right) = (Math.Max(changed.X - 1, 0), Math.Min(changed.X + changed.Width, _width - 1));
        (int top, int bottom) = (Math.Max(changed.Y - 1, 0), Math.Min(changed.Y + changed.Height, _height - 1));
        for (int y = top; y <= bottom; y++)
        {
            Span<ulong> words = _changed.AsSpan(0, _rows.RowWords);
            StraightStops.Find(_rows, _east, _west, y, words);
            for (int at = NextIn(words, 0); at >= 0; at = NextIn(words, at + 1))
            {
                Set(_rising.East, _falling.East, at - 1, y, _east[at - 1, y]);
                Set(_rising.West, _falling.West, at - 1, y, _west[at - 1, y]);
            }

            for (int x = left; x <= right; x++)
            {
                (int word, int bit) = ((x + 1) / 64, (x + 1) % 64);
                _rising.Steps[x, _diagonals.Rising(x, y)] = (OpenSteps(word, y, y - 1) >> bit & 1) != 0;
                _falling.Steps[x, _diagonals.Falling(x, y)] = (OpenSteps(word, y, y + 1) >> bit & 1) != 0;
            }
        }

        for (int x = left; x <= right; x++)
        {
            Span<ulong> words = _changed.AsSpan(0, _columns.RowWords);
            StraightStops.Find(_columns, _south, _north, x, words);
            for (int at = NextIn(words, 0); at >= 0; at = NextIn(words, at + 1))
            {
                Set(_rising.North, _falling.North, x, at - 1, _north[at - 1, x]);
                Set(_rising.South, _falling.South, x, at - 1, _south[at - 1, x]);
            }
        }
    }

    /// <summary>True if a jump north from the cell ends at a corner.</summary>
    public bool North(int x, int y) => _north[y, x];

    /// <summary>True if a jump east from the cell ends at a corner.</summary>
    public bool East(int x, int y) => _east[x, y];

    /// <summary>True if a jump south from the cell ends at a corner.</summary>
    public bool South(int x, int y) => _south[y, x];

    /// <summary>True if a jump west from the cell ends at a corner.</summary>
    public bool West(int x, int y) => _west[x, y];

    /// <summary>What there is to know of the diagonal through a cell for those who move along it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Diagonal Along<TQuadrant>(int x, int y)
        where TQuadrant : struct, IQuadrant
    {
        bool isRising = TQuadrant.StepX != TQuadrant.StepY;
        int row = isRising ? _diagonals.Rising(x, y) : _diagonals.Falling(x, y);
        DiagonalStops stops = isRising ? _rising : _falling;
        return new Diagonal(
            ref stops.Steps.RowStart(row),
            ref (TQuadrant.StepX > 0 ? stops.East : stops.West).RowStart(row),
            ref (TQuadrant.StepY > 0 ? stops.South : stops.North).RowStart(row));
    }

    /// <summary>True if so many diagonal steps to the right are open.</summary>
    /// <param name="stepY">-1 for those that rise, 1 for those that fall.</param>
    public bool IsDiagonalOpen(int x, int y, int stepY, int steps)
    {
        ref byte open = ref stepY < 0
            ? ref _rising.Steps.RowStart(_diagonals.Rising(x, y))
            : ref _falling.Steps.RowStart(_diagonals.Falling(x, y));
        for (; ; x += CellBits.Span, steps -= CellBits.Span)
        {
            int clear = BitOperations.TrailingZeroCount(~CellBits.From(ref open, x) | (1UL << CellBits.Span));
            if (clear >= steps || clear < CellBits.Span)
            {
                return clear >= steps;
            }
        }
    }

    private static int NextIn(ReadOnlySpan<ulong> words, int at)
    {
        for (int i = at / 64; i < words.Length; i++)
        {
            ulong rest = i == at / 64 ? words[i] >> (at % 64) << (at % 64) : words[i];
            if (rest != 0)
            {
                return (i * 64) + BitOperations.TrailingZeroCount(rest);
            }
        }

        return -1;
    }

    private static void Gather(CellBits bits, int i, Span<ulong> words)
    {
        for (int y = 0; y < words.Length; y++)
        {
            words[y] = bits.Word(i, y);
        }
    }

    // The cells from which the diagonal step to the next column and another row is open: the four cells that it touches are.
    private ulong OpenSteps(int i, int y, int other)
    {
        ulong both = _rows.Word(i, y) & _rows.Word(i, other);
        return both & ((both >> 1) | ((_rows.Word(i + 1, y) & _rows.Word(i + 1, other)) << 63));
    }

    private void Set(CellBits rising, CellBits falling, int x, int y, bool value)
    {
        rising[x, _diagonals.Rising(x, y)] = value;
        falling[x, _diagonals.Falling(x, y)] = value;
    }

    /// <summary>Rows of bits, one a column, of the cells of one diagonal.</summary>
    internal readonly ref struct Diagonal(ref byte steps, ref byte alongRow, ref byte alongColumn)
    {
        /// <summary>From which cells the diagonal step to the next cell to the right is open, and so the step back.</summary>
        public readonly ref byte Steps = ref steps;

        /// <summary>From which cells a jump along the row, forward as the diagonal move, ends at a corner.</summary>
        public readonly ref byte AlongRow = ref alongRow;

        /// <summary>From which cells a jump along the column, forward as the diagonal move, ends at a corner.</summary>
        public readonly ref byte AlongColumn = ref alongColumn;
    }

    private sealed class DiagonalStops(int width, int height)
    {
        public CellBits Steps { get; } = new(width, height);

        public CellBits North { get; } = new(width, height);

        public CellBits East { get; } = new(width, height);

        public CellBits South { get; } = new(width, height);

        public CellBits West { get; } = new(width, height);
    }
}
