using System.Numerics;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Jump point search over cells that all cost the same (D. Harabor and A. Grastien, AAAI 2011 and ICAPS 2014; without corner cutting), with
/// pruning of intermediate points: only cells where a path may have to turn round a corner enter the queue. With <see cref="JumpStops"/> diagonal moves
/// leap from one cell that has something to look at to the next; without, they look round at every step.
/// </summary>
internal sealed class JumpPointSearch
{
    private readonly CellBits _rows;
    private readonly CellBits _columns;
    private readonly JumpStops? _stops;
    private readonly NodeTable _nodes = new();
    private SearchQueue _queue = new();
    private Cell[] _path = new Cell[64];
    private int _goalX;
    private int _goalY;
    private int _expanding;
    private int _work;
    private int _nearest;
    private long _leastLeft;

    /// <param name="rows">Open cells.</param>
    /// <param name="columns">The same, transposed.</param>
    /// <param name="stops">Of the same cells, or null to do without.</param>
    public JumpPointSearch(CellBits rows, CellBits columns, JumpStops? stops)
    {
        _rows = rows;
        _columns = columns;
        _stops = stops;
    }

    /// <summary>The cells of the last path that was found, start and end included.</summary>
    public ReadOnlySpan<Cell> Path => _path.AsSpan(0, PathLength);

    public int PathLength { get; private set; }

    /// <summary>Length of the path, in units of <see cref="StepCosts.Straight"/>.</summary>
    public long Length { get; private set; }

    /// <summary>Cells taken from the queue.</summary>
    public int Expanded { get; private set; }

    /// <summary>Searches from one open cell to another. False if no path leads there.</summary>
    public bool Run(Cell from, Cell goal)
    {
        int units = int.MaxValue;
        Begin(from, goal);
        return Continue(ref units) == SearchProgress.Found;
    }

    /// <summary>Begins to search from one open cell to another; <see cref="Continue"/> does the work.</summary>
    public void Begin(Cell from, Cell goal)
    {
        PathLength = 0;
        Expanded = 0;
        Length = 0;
        _goalX = goal.X;
        _goalY = goal.Y;
        _nodes.Clear();
        _queue.Clear();
        _expanding = NodeTable.NoParent;
        _nearest = 0;
        _leastLeft = long.MaxValue;
        Reach(from.X, from.Y, 0, Directions.None);
    }

    /// <summary>Goes on until the path is found, there is nothing left to look at, or the units are used up.</summary>
    /// <param name="units">Of work; what was used is taken off, a little more than there was at most.</param>
    public SearchProgress Continue(ref int units)
    {
        uint target = CellPosition.Pack(_goalX, _goalY);
        _work = 0;
        while (_queue.Count > 0)
        {
            if (_work >= units)
            {
                units -= _work;
                return SearchProgress.Running;
            }

            int index = (int)_queue.Take();
            ref NodeTable.Node node = ref _nodes[index];
            if (node.IsSettled)
            {
                continue;
            }

            Expanded++;
            _work += WorkUnits.Jump;
            node.IsSettled = true;
            if (node.Position == target)
            {
                units -= _work;
                Length = node.Cost;
                Retrace(index);
                return SearchProgress.Found;
            }

            Expand(index, CellPosition.X(node.Position), CellPosition.Y(node.Position), node.Cost, node.CameBy);
        }

        units -= _work;
        return SearchProgress.Failed;
    }

    /// <summary>Takes the path to whatever was looked at so far and is nearest to the goal.</summary>
    public void TakeNearest()
    {
        for (int i = 0; i < _nodes.Count; i++)
        {
            long left = StepCosts.Octile(CellPosition.X(_nodes[i].Position) - _goalX, CellPosition.Y(_nodes[i].Position) - _goalY);
            if (left < _leastLeft)
            {
                (_leastLeft, _nearest) = (left, i);
            }
        }

        Length = _nodes[_nearest].Cost;
        Retrace(_nearest);
    }

    private void Expand(int index, int x, int y, long cost, int cameBy)
    {
        _expanding = index;
        for (int moves = Directions.Canonical(_rows.Window(x, y), cameBy); moves != 0; moves &= moves - 1)
        {
            int direction = BitOperations.TrailingZeroCount(moves);
            switch (direction)
            {
                case 0 or 4:
                    AlongColumn(x, y, cost, direction == 4);
                    break;
                case 2 or 6:
                    AlongRow(x, y, cost, direction == 2);
                    break;
                default:
                    AlongDiagonal(x, y, cost, direction);
                    break;
            }
        }
    }

    private void AlongRow(int x, int y, long cost, bool forward)
    {
        if (y == _goalY && forward == _goalX > x && x != _goalX && IsClear(_rows, x, _goalX, y))
        {
            Reach(_goalX, _goalY, cost + (StepCosts.Straight * Math.Abs(_goalX - x)), forward ? 2 : 6);
        }

        CornerAlongRow(x, y, cost, forward);
    }

    private void AlongColumn(int x, int y, long cost, bool forward)
    {
        if (x == _goalX && forward == _goalY > y && y != _goalY && IsClear(_columns, y, _goalY, x))
        {
            Reach(_goalX, _goalY, cost + (StepCosts.Straight * Math.Abs(_goalY - y)), forward ? 4 : 0);
        }

        CornerAlongColumn(x, y, cost, forward);
    }

    private void AlongDiagonal(int x, int y, long cost, int direction)
    {
        int dx = Directions.StepX[direction];
        int dy = Directions.StepY[direction];

        // Where the diagonal comes level with the goal, 0 if it does not.
        int level = Math.Max(Math.Min((_goalX - x) * dx, (_goalY - y) * dy), 0);
        int steps = 1;
        int row = _stops?.DiagonalRow(x, y, direction >> 1) ?? 0;
        while (true)
        {
            _work++;
            int stop = _stops is null ? steps : steps + _stops.StepsToStop(x + (dx * steps), row, direction >> 1);
            if (level >= steps && level <= stop)
            {
                (int atX, int atY) = (x + (dx * level), y + (dy * level));
                bool isGoal = atX == _goalX && atY == _goalY;
                if (isGoal || (atY == _goalY ? IsClear(_rows, atX, _goalX, atY) : IsClear(_columns, atY, _goalY, atX)))
                {
                    int last = isGoal ? direction : atY == _goalY ? 4 - (dx * 2) : 2 + (dy * 2);
                    Reach(_goalX, _goalY, cost + (StepCosts.Diagonal * level) + (StepCosts.Straight * (Math.Abs(_goalX - atX) + Math.Abs(_goalY - atY))), last);
                    if (isGoal)
                    {
                        return;
                    }
                }
            }

            steps = stop;
            (int stopX, int stopY) = (x + (dx * steps), y + (dy * steps));
            long there = cost + (StepCosts.Diagonal * steps);
            CornerAlongRow(stopX, stopY, there, dx > 0);
            CornerAlongColumn(stopX, stopY, there, dy > 0);
            if ((Directions.All(_rows.Window(stopX, stopY)) >> direction & 1) == 0)
            {
                return;
            }

            steps++;
        }
    }

    private void CornerAlongRow(int x, int y, long cost, bool forward)
    {
        if (_stops is null || _stops.AlongRow(x, y, forward))
        {
            _work++;
            int stop = forward ? JumpScan.Forward(_rows, x, y) : JumpScan.Backward(_rows, x, y);
            if (_stops is not null || _rows[stop, y])
            {
                Reach(stop, y, cost + (StepCosts.Straight * Math.Abs(stop - x)), forward ? 2 : 6);
            }
        }
    }

    private void CornerAlongColumn(int x, int y, long cost, bool forward)
    {
        if (_stops is null || _stops.AlongColumn(x, y, forward))
        {
            _work++;
            int stop = forward ? JumpScan.Forward(_columns, y, x) : JumpScan.Backward(_columns, y, x);
            if (_stops is not null || _columns[stop, x])
            {
                Reach(x, stop, cost + (StepCosts.Straight * Math.Abs(stop - y)), forward ? 4 : 0);
            }
        }
    }

    // From one column to another of a row, both open: nothing closed between them.
    private static bool IsClear(CellBits open, int from, int to, int y) =>
        from == to || (from < to ? open.FirstClearAfter(from, y) > to : open.LastClearBefore(from, y) < to);

    private void Reach(int x, int y, long cost, int cameBy)
    {
        int index = _nodes.Touch(CellPosition.Pack(x, y), cost, _expanding, cameBy);
        if (index >= 0)
        {
            long left = StepCosts.Octile(x - _goalX, y - _goalY);
            _queue.Add(cost + left, StepCosts.Tie(left), (uint)index);
        }
    }

    // From a parent a path runs diagonally first, then straight.
    private void Retrace(int index)
    {
        int length = 1;
        for (int at = index; _nodes[at].Parent != NodeTable.NoParent; at = _nodes[at].Parent)
        {
            uint here = _nodes[at].Position;
            uint before = _nodes[_nodes[at].Parent].Position;
            length += Math.Max(
                Math.Abs(CellPosition.X(here) - CellPosition.X(before)),
                Math.Abs(CellPosition.Y(here) - CellPosition.Y(before)));
        }

        if (length > _path.Length)
        {
            _path = new Cell[Math.Max(length, _path.Length * 2)];
        }

        PathLength = length;
        uint end = _nodes[index].Position;
        (int x, int y) = (CellPosition.X(end), CellPosition.Y(end));
        _path[--length] = new Cell(x, y);
        for (int at = index; _nodes[at].Parent != NodeTable.NoParent; at = _nodes[at].Parent)
        {
            uint before = _nodes[_nodes[at].Parent].Position;
            (int dx, int dy) = (CellPosition.X(before) - x, CellPosition.Y(before) - y);
            int diagonal = Math.Min(Math.Abs(dx), Math.Abs(dy));
            for (int straight = Math.Max(Math.Abs(dx), Math.Abs(dy)) - diagonal; straight > 0; straight--)
            {
                x += Math.Abs(dx) > diagonal ? Math.Sign(dx) : 0;
                y += Math.Abs(dy) > diagonal ? Math.Sign(dy) : 0;
                _path[--length] = new Cell(x, y);
            }

            for (; diagonal > 0; diagonal--)
            {
                x += Math.Sign(dx);
                y += Math.Sign(dy);
                _path[--length] = new Cell(x, y);
            }
        }
    }
}
