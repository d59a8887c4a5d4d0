using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// What makes jump point search fast on a grid that is searched more often than it changes: for every cell and straight direction one bit, whether a jump that way
/// ends at a corner (and not at a wall), and for every cell and diagonal direction one bit, whether a diagonal move has to look round there.
/// Diagonals are stored as rows, so that 57 of their cells are read at once.
/// </summary>
/// <remarks>
/// It tells what the tables of JPS+ (S. Rabin and D. Harabor) tell, in ten bits a cell, and repairs after a change of one cell only the straight
/// runs beside it.
/// </remarks>
internal sealed class JumpStops
{
    private readonly CellBits _rows;
    private readonly CellBits _columns;
    private readonly CellBits _east;
    private readonly CellBits _west;
    private readonly CellBits _south; // by column
    private readonly CellBits _north; // by column
    private readonly CellBits[] _turns; // by diagonal; north-east, south-east, south-west, north-west
    private readonly CellBits[] _open; // by diagonal; rising and falling: whether the step from a cell to the next one to the right is open
    private readonly DiagonalRows _diagonals;
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
        _diagonals = new DiagonalRows(_width, _height);
        _east = new CellBits(_width, _height);
        _west = new CellBits(_width, _height);
        _south = new CellBits(_height, _width);
        _north = new CellBits(_height, _width);
        _turns = [.. Enumerable.Range(0, 4).Select(_ => new CellBits(_width, _height))];
        _open = [.. Enumerable.Range(0, 2).Select(_ => new CellBits(_width, _height))];
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
            for (int quadrant = 0; quadrant < 4; quadrant++)
            {
                CellBits along = quadrant < 2 ? _east : _west;
                Span<ulong> across = quadrant is 0 or 3 ? up : down;
                for (int y = 0; y < _height; y++)
                {
                    words[y] = along.Word(i, y) | across[y];
                }

                _diagonals.Store(_turns[quadrant], i, isRising: quadrant % 2 == 0, words, scratch);
            }

            for (int quadrant = 0; quadrant < 2; quadrant++)
            {
                for (int y = 0; y < _height; y++)
                {
                    words[y] = OpenSteps(i, y, quadrant == 0 ? y - 1 : y + 1);
                }

                _diagonals.Store(_open[quadrant], i, isRising: quadrant == 0, words, scratch);
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
                SetTurns(at - 1, y);
            }

            for (int x = left; x <= right; x++)
            {
                _open[0][x, _diagonals.Of(x, y, isRising: true)] = (OpenSteps((x + 1) / 64, y, y - 1) >> ((x + 1) % 64) & 1) != 0;
                _open[1][x, _diagonals.Of(x, y, isRising: false)] = (OpenSteps((x + 1) / 64, y, y + 1) >> ((x + 1) % 64) & 1) != 0;
            }
        }

        for (int x = left; x <= right; x++)
        {
            Span<ulong> words = _changed.AsSpan(0, _columns.RowWords);
            StraightStops.Find(_columns, _south, _north, x, words);
            for (int at = NextIn(words, 0); at >= 0; at = NextIn(words, at + 1))
            {
                SetTurns(x, at - 1);
            }
        }
    }

    /// <summary>True if a jump east or (by <paramref name="forward"/>) west from the cell ends at a corner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AlongRow(int x, int y, bool forward) => (forward ? _east : _west)[x, y];

    /// <summary>True if a jump south or (by <paramref name="forward"/>) north from the cell ends at a corner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AlongColumn(int x, int y, bool forward) => (forward ? _south : _north)[y, x];

    /// <summary>The row that <see cref="Turns"/> and <see cref="OpenDiagonals"/> keep the diagonal through a cell in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int DiagonalRow<TQuadrant>(int x, int y)
        where TQuadrant : struct, IQuadrant => _diagonals.Of(x, y, TQuadrant.StepX != TQuadrant.StepY);

    /// <summary>By diagonals, the cells at which a diagonal move has to look round.</summary>
    public CellBits Turns<TQuadrant>()
        where TQuadrant : struct, IQuadrant => _turns[TQuadrant.Index];

    /// <summary>By diagonals, the cells from which a step along the diagonal to the next cell to the right is open, and so the step back.</summary>
    public CellBits OpenDiagonals<TQuadrant>()
        where TQuadrant : struct, IQuadrant => _open[TQuadrant.Index % 2];

    /// <summary>True if so many diagonal steps to the right are open.</summary>
    /// <param name="stepY">-1 for those that rise, 1 for those that fall.</param>
    public bool IsDiagonalOpen(int x, int y, int stepY, int steps)
    {
        ref byte open = ref _open[stepY < 0 ? 0 : 1].RowStart(_diagonals.Of(x, y, stepY < 0));
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

    // The cells from which the diagonal step to the next column and another row is open: the four cells that it touches are.
    private ulong OpenSteps(int i, int y, int other)
    {
        ulong both = _rows.Word(i, y) & _rows.Word(i, other);
        return both & ((both >> 1) | ((_rows.Word(i + 1, y) & _rows.Word(i + 1, other)) << 63));
    }

    private void SetTurns(int x, int y)
    {
        bool east = _east[x, y];
        bool west = _west[x, y];
        bool north = _north[y, x];
        bool south = _south[y, x];
        int rising = _diagonals.Of(x, y, isRising: true);
        int falling = _diagonals.Of(x, y, isRising: false);
        _turns[0][x, rising] = north || east;
        _turns[1][x, falling] = south || east;
        _turns[2][x, rising] = south || west;
        _turns[3][x, falling] = north || west;
    }
}
