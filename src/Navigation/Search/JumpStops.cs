using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// What makes jump point search fast on a grid that is searched more often than it changes: for every cell and straight direction one bit, whether a jump that way
/// ends at a corner (and not at a wall), and for every cell and diagonal direction one bit, whether a diagonal move has to look round there.
/// Diagonals are stored as rows, so that the next such cell of a diagonal is found 57 cells at a time.
/// </summary>
/// <remarks>
/// It tells what the tables of JPS+ (S. Rabin and D. Harabor) tell, in one byte a cell, and repairs after a change of one cell only the straight
/// runs beside it. Diagonal (x + y) mod height and (x - y) mod height have one row each: the two pieces of a row never overlap.
/// </remarks>
internal sealed class JumpStops
{
    private readonly CellBits _rows;
    private readonly CellBits _columns;
    private readonly CellBits _east;
    private readonly CellBits _west;
    private readonly CellBits _south; // by column
    private readonly CellBits _north; // by column
    private readonly CellBits[] _diagonals; // north-east, south-east, south-west, north-west
    private readonly int _width;
    private readonly int _height;

    /// <param name="rows">Open cells; whoever changes them calls <see cref="Repair"/>.</param>
    /// <param name="columns">The same, transposed.</param>
    public JumpStops(CellBits rows, CellBits columns)
    {
        _rows = rows;
        _columns = columns;
        _width = rows.Width;
        _height = rows.Height;
        _east = new CellBits(_width, _height);
        _west = new CellBits(_width, _height);
        _south = new CellBits(_height, _width);
        _north = new CellBits(_height, _width);
        _diagonals = [.. Enumerable.Range(0, 4).Select(_ => new CellBits(_width, _height))];
    }

    /// <summary>Works all of it out.</summary>
    public void Build()
    {
        for (int y = 0; y < _height; y++)
        {
            Straights(_rows, _east, _west, y, 0, _width - 1);
        }

        for (int x = 0; x < _width; x++)
        {
            Straights(_columns, _south, _north, x, 0, _height - 1);
        }

        // In squares, because neighbours in a row lie in different rows of the diagonals: so those rows stay in the cache.
        const int Square = 64;
        for (int top = 0; top < _height; top += Square)
        {
            for (int left = 0; left < _width; left += Square)
            {
                Diagonals(left, top, Math.Min(left + Square, _width) - 1, Math.Min(top + Square, _height) - 1);
            }
        }
    }

    /// <summary>Works out what follows from changed cells.</summary>
    /// <param name="changed">Inside of the grid.</param>
    public void Repair(CellRect changed)
    {
        (int left, int right) = (changed.X - 1, changed.X + changed.Width);
        (int top, int bottom) = (changed.Y - 1, changed.Y + changed.Height);
        for (int y = Math.Max(top, 0); y <= Math.Min(bottom, _height - 1); y++)
        {
            (int from, int to) = Extent(_rows, y, left, right, _width);
            Straights(_rows, _east, _west, y, from, to);
            Diagonals(from, y, to, y);
        }

        for (int x = Math.Max(left, 0); x <= Math.Min(right, _width - 1); x++)
        {
            (int from, int to) = Extent(_columns, x, top, bottom, _height);
            Straights(_columns, _south, _north, x, from, to);
            Diagonals(x, from, x, to);
        }
    }

    /// <summary>True if a jump east or (by <paramref name="forward"/>) west from the cell ends at a corner.</summary>
    public bool AlongRow(int x, int y, bool forward) => (forward ? _east : _west)[x, y];

    /// <summary>True if a jump south or (by <paramref name="forward"/>) north from the cell ends at a corner.</summary>
    public bool AlongColumn(int x, int y, bool forward) => (forward ? _south : _north)[y, x];

    /// <summary>The row in which the diagonal through a cell is stored; the same for all cells of the diagonal.</summary>
    /// <param name="quadrant">0 north-east, 1 south-east, 2 south-west, 3 north-west.</param>
    public int DiagonalRow(int x, int y, int quadrant) => (int)((uint)((quadrant & 1) == 0 ? x + y : x - y + _height) % (uint)_height);

    /// <summary>How many steps a diagonal move can go on from an open cell before it has to look round; 0 if it has to at once.</summary>
    /// <param name="row">The cell's <see cref="DiagonalRow"/>.</param>
    /// <param name="quadrant">0 north-east, 1 south-east, 2 south-west, 3 north-west.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int StepsToStop(int x, int row, int quadrant)
    {
        CellBits stops = _diagonals[quadrant];
        int steps = 0;
        if (quadrant < 2)
        {
            for (; ; steps += CellBits.Span)
            {
                ulong ahead = stops.From(x + steps, row) & CellBits.LowMask;
                if (ahead != 0)
                {
                    return steps + BitOperations.TrailingZeroCount(ahead);
                }
            }
        }

        for (; ; steps += CellBits.Span)
        {
            ulong ahead = stops.UpTo(x - steps, row) & CellBits.HighMask;
            if (ahead != 0)
            {
                return steps + BitOperations.LeadingZeroCount(ahead);
            }
        }
    }

    // The columns of a range, and the open runs that its ends belong to.
    private static (int From, int To) Extent(CellBits open, int y, int from, int to, int width)
    {
        int start = from < 0 ? 0 : open[from, y] ? open.LastClearBefore(from, y) + 1 : from;
        int end = to >= width ? width - 1 : open[to, y] ? open.FirstClearAfter(to, y) - 1 : to;
        return (start, end);
    }

    private static void Straights(CellBits open, CellBits forward, CellBits backward, int y, int from, int to)
    {
        forward.Fill(y, from, to, false);
        backward.Fill(y, from, to, false);
        for (int start = from; start <= to;)
        {
            if (!open[start, y])
            {
                start++;
                continue;
            }

            int end = open.FirstClearAfter(start, y) - 1;
            int last = JumpScan.LastForwardCorner(open, start, end, y);
            forward.Fill(y, start, last - 1, true);
            int first = JumpScan.FirstBackwardCorner(open, start, end, y);
            backward.Fill(y, first + 1, end, true);
            start = end + 2;
        }
    }

    private void Diagonals(int left, int top, int right, int bottom)
    {
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                uint window = _rows.Window(x, y);
                int moves = (window & 16) != 0 ? Directions.All(window) : 0;
                bool east = _east[x, y];
                bool west = _west[x, y];
                bool north = _north[y, x];
                bool south = _south[y, x];
                int sum = (int)((uint)(x + y) % (uint)_height);
                int difference = (int)((uint)(x - y + _height) % (uint)_height);
                _diagonals[0][x, sum] = north || east || (moves & 2) == 0;
                _diagonals[1][x, difference] = south || east || (moves & 8) == 0;
                _diagonals[2][x, sum] = south || west || (moves & 32) == 0;
                _diagonals[3][x, difference] = north || west || (moves & 128) == 0;
            }
        }
    }
}
