using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealtimeServer.Navigation.Search;

/// <summary>The cells of a path that jump point search has found, written in pieces, because a path can be as long as a map has cells.</summary>
/// <param name="nodes">The cells that the search has met. From the one that another has as its parent a path runs diagonally first, then straight.</param>
internal sealed class JumpPath(NodeTable nodes)
{
    // Cells that are written at once.
    private const int Lanes = 4;

    private Cell[] _cells = new Cell[64]; // with room for some before the path
    private int _end; // the node before the last cell
    private Cell _last;
    private int _traced;
    private Cell _at;
    private int _left;
    private bool _isWriting;

    /// <summary>Start and end included.</summary>
    public ReadOnlySpan<Cell> Cells => _cells.AsSpan(Lanes, Length);

    public int Length { get; private set; }

    public void Clear() => Length = 0;

    /// <summary>Begins to write the path to a cell; <see cref="Continue"/> does the work.</summary>
    /// <param name="node">The last node of the path, or none if it is one cell.</param>
    /// <param name="end">The cell it leads to.</param>
    public void Begin(int node, Cell end)
    {
        (_end, _last) = (node, end);
        (_traced, _at, _left) = (node, end, 1);
        _isWriting = false;
    }

    /// <summary>Goes on until the path is written or the units are used up: its cells are counted, then written from the last one on.</summary>
    /// <param name="units">Of work; what was used is taken off.</param>
    public SearchProgress Continue(ref int units)
    {
        int work = 0;
        while (work < units)
        {
            if (_traced == NodeTable.NoParent)
            {
                if (_isWriting)
                {
                    _cells[_left - 1] = _at;
                    units -= work;
                    return SearchProgress.Found;
                }

                (_traced, _at, _left) = (_end, _last, Make(_left));
                _isWriting = true;
                continue;
            }

            ref NodeTable.Node node = ref nodes[_traced];
            (int x, int y) = (CellPosition.X(node.Position), CellPosition.Y(node.Position));
            work++;
            if (_isWriting)
            {
                int left = WriteBack(_at.X, _at.Y, x, y, _left);
                work += (Length > WorkUnits.NearCells ? WorkUnits.Far : 1) * (_left - left) / WorkUnits.WrittenCells;
                _left = left;
            }
            else
            {
                _left += Math.Max(StepCosts.Magnitude(_at.X - x), StepCosts.Magnitude(_at.Y - y));
            }

            _at = new Cell(x, y);
            _traced = node.Parent;
        }

        units -= work;
        return SearchProgress.Running;
    }

    /// <summary>The path from a cell to one that it sees, at once.</summary>
    /// <returns>Its length in cells.</returns>
    public int GoStraight(Cell from, Cell to)
    {
        int left = Make(Math.Max(StepCosts.Magnitude(to.X - from.X), StepCosts.Magnitude(to.Y - from.Y)) + 1);
        _cells[WriteBack(to.X, to.Y, from.X, from.Y, left) - 1] = from;
        return Length;
    }

    // Returns the place after the path's last cell.
    private int Make(int length)
    {
        if (length > _cells.Length - Lanes)
        {
            _cells = GC.AllocateUninitializedArray<Cell>(Math.Max(length, _cells.Length * 2) + Lanes);
        }

        Length = length;
        return Lanes + length;
    }

    // A cell and those before it in the path, back to another but without that, which come to lie before the first that is written.
    private int WriteBack(int x, int y, int toX, int toY, int written)
    {
        int right = toX - x;
        int down = toY - y;
        int diagonal = Math.Min(StepCosts.Magnitude(right), StepCosts.Magnitude(down));
        int straight = Math.Max(StepCosts.Magnitude(right), StepCosts.Magnitude(down)) - diagonal;
        (int stepX, int stepY) = (Math.Sign(right), Math.Sign(down));
        (int straightX, int straightY) = StepCosts.Magnitude(right) > diagonal ? (stepX, 0) : (0, stepY);
        Fill(x, y, straightX, straightY, straight, written);
        Fill(x + (straightX * straight), y + (straightY * straight), stepX, stepY, diagonal, written - straight);
        return written - straight - diagonal;
    }

    // So many cells from one on, each a step on from the one that comes after it, before a place of the path. Whole vectors are written: what they hold too much
    // lies before those cells, where others come or nothing is read.
    private void Fill(int x, int y, int stepX, int stepY, int cells, int written)
    {
        ref int to = ref Unsafe.As<Cell, int>(ref MemoryMarshal.GetArrayDataReference(_cells));
        Vector256<int> step = Vector256.Create(Vector128.Create(stepX, stepY, stepX, stepY));
        Vector256<int> at = Vector256.Create(x, y, x, y, x, y, x, y) + (step * Vector256.Create(3, 3, 2, 2, 1, 1, 0, 0));
        for (; cells > 0; cells -= Lanes, written -= Lanes)
        {
            at.StoreUnsafe(ref to, (nuint)(written - Lanes) * 2);
            at += step * Lanes;
        }
    }
}
