using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>
/// The way to one goal from everywhere: the cost of each cell, integrated outwards from the goal, from which any number of agents of one size read where to
/// go. After a
/// change of the grid only what led through the change is worked out again.
/// </summary>
/// <remarks>
/// A straight step over ground of one cost counts 70, a diagonal one 99 (their ratio is √2 to 5e-5); where costs differ, 12 and 17 times the sum of both
/// cells' eighths (0.2 %).
/// Directions follow from the costs alone, so a field that was repaired leads the same way as one made anew. Not thread-safe: one match's.
/// </remarks>
public sealed class FlowField
{
    internal const uint Unreached = uint.MaxValue;

    internal const int WeightedStepMin = 2 * (int)WeightedStraight;

    internal const int WeightedStepMax = 2 * 255 * (int)WeightedDiagonal;

    /// <summary>No way leads on from a cell of a higher cost; on plain ground no path is so long.</summary>
    internal const uint CostMax = uint.MaxValue - WeightedStepMax - 1;

    internal const uint PlainStraight = 70;
    internal const uint PlainDiagonal = 99;

    private const uint WeightedStraight = 12;
    private const uint WeightedDiagonal = 17;

    // Steps of the field that an agent looks ahead, for a straight line to where they lead.
    private const int LookAhead = 10;

    private const byte UnknownMove = 255;
    private const byte NoMove = 8;

    private readonly Grid _grid;
    private readonly AgentSpace _space;
    private readonly uint[] _costs;
    private readonly byte[] _moves; // towards the goal, worked out when first asked for
    private readonly int[] _steps = new int[Directions.Count];
    private readonly FlowRepair _repair;
    private readonly FlowSpread _spread;
    private readonly CellRect[] _changes = new CellRect[Limits.GridChangesMax];
    private List<Cell> _goals = [];
    private List<Cell> _goalsBefore = [];
    private bool _isUniform;
    private int _version = -1;

    internal FlowField(Grid grid, AgentSpace space, FlowSpread spread, Cell goal)
    {
        _spread = spread;
        _grid = grid;
        _space = space;
        Goal = goal;
        _costs = new uint[grid.Width * grid.Height];
        _moves = new byte[grid.Width * grid.Height];
        for (int direction = 0; direction < Directions.Count; direction++)
        {
            _steps[direction] = (Directions.StepY[direction] * grid.Width) + Directions.StepX[direction];
        }

        _repair = new FlowRepair(this);
    }

    /// <summary>Where it leads. If agents cannot stand there, it leads to the nearest cells where they can.</summary>
    public Cell Goal { get; internal set; }

    /// <summary>How often it was worked out as a whole, rather than in part or not at all.</summary>
    public int Builds { get; private set; }

    internal AgentSpace Space => _space;

    internal Grid Grid => _grid;

    internal uint[] Costs => _costs;

    internal byte[] Moves => _moves;

    internal ReadOnlySpan<int> Steps => _steps;

    internal bool IsUniform => _isUniform;

    /// <summary>The cost of the way from a cell to the goal; infinite where none leads there.</summary>
    public float CostFrom(Cell cell)
    {
        if (!_grid.IsInside(cell.X, cell.Y) || _costs[(cell.Y * _grid.Width) + cell.X] is Unreached)
        {
            return float.PositiveInfinity;
        }

        double scale = _isUniform ? _grid.LeastCostEighths * (double)Grid.CostStep / PlainStraight : Grid.CostStep / (2.0 * WeightedStraight);
        return (float)(_costs[(cell.Y * _grid.Width) + cell.X] * scale);
    }

    /// <summary>The direction to <see cref="TryNext">the next point</see>.</summary>
    /// <param name="direction">Of length 1; zero at the goal.</param>
    /// <returns>False if no way leads from there to the goal.</returns>
    public bool TryDirection(Vec2 at, out Vec2 direction)
    {
        bool leads = TryNext(at, out Vec2 next);
        direction = (next - at).Normalized();
        return leads;
    }

    /// <summary>Where an agent goes that stands at a point: straight to the middle of the farthest cell of its way, of the next few, that it can see.</summary>
    /// <param name="next">The point itself in the goal's cell, or if no way leads there.</param>
    /// <returns>False if no way leads from there to the goal.</returns>
    public bool TryNext(Vec2 at, out Vec2 next)
    {
        next = at;
        if (!at.IsFinite)
        {
            return false;
        }

        Cell cell = Cell.At(at);
        if (!_grid.IsInside(cell.X, cell.Y) || _costs[(cell.Y * _grid.Width) + cell.X] == Unreached)
        {
            return TryStepOut(cell, at, out next);
        }

        (int x, int y) = (cell.X, cell.Y);
        int index = (y * _grid.Width) + x;
        Span<Cell> ahead = stackalloc Cell[LookAhead];
        int count = 0;
        int equal = 0;
        int first = NoMove;
        while (count < LookAhead && MoveFrom(x, y, index) is < NoMove and int move)
        {
            first = count == 0 ? move : first;
            equal += equal == count && move == first ? 1 : 0;
            x += Directions.StepX[move];
            y += Directions.StepY[move];
            index += _steps[move];
            ahead[count++] = new Cell(x, y);
        }

        if (count == 0)
        {
            return true;
        }

        // Equal moves lie in sight of each other: all between them, and beside them if they are diagonal, is open.
        int seen = count;
        if (seen > equal && !IsInSight(at, ahead[seen - 1], cell))
        {
            seen = (equal + count) / 2;
            seen = seen > equal && IsInSight(at, ahead[seen - 1], cell) ? seen : equal;
        }

        next = ahead[seen - 1].Centre;
        return true;
    }

    /// <summary>Takes over what has changed in the grid.</summary>
    internal void Update()
    {
        _space.Update();
        if (_version == _grid.Version)
        {
            return;
        }

        int count = _version < 0 ? 0 : _grid.ChangedSince(_version, _changes);
        bool isFirst = _version < 0;
        _version = _grid.Version;
        (_goalsBefore, _goals) = (_goals, _goalsBefore);
        FindGoals();
        if (isFirst || _isUniform != _grid.IsUniform || !SameGoals())
        {
            Build();
            return;
        }

        for (int i = 0; i < count; i++)
        {
            if (!_repair.TryRun(_changes[i].GrownBy(_space.Reach.Out + 1).ClippedTo(_grid.Width, _grid.Height)))
            {
                Build();
                return;
            }
        }
    }

    /// <summary>Leads elsewhere from now on.</summary>
    internal void Retarget(Cell goal)
    {
        Goal = goal;
        _version = -1;
    }

    internal uint StepCost(int from, int to, int direction) => _isUniform
        ? (direction & 1) == 0 ? PlainStraight : PlainDiagonal
        : (uint)(_grid.CostEighths[from] + _grid.CostEighths[to]) * ((direction & 1) == 0 ? WeightedStraight : WeightedDiagonal);

    internal bool IsGoal(Cell cell) => _goals.Contains(cell);

    private bool SameGoals()
    {
        bool same = _goals.Count == _goalsBefore.Count;
        for (int i = 0; same && i < _goals.Count; i++)
        {
            same = _goals[i] == _goalsBefore[i];
        }

        return same;
    }

    private void FindGoals()
    {
        _goals.Clear();
        if (_space.Contains(Goal))
        {
            _goals.Add(Goal);
            return;
        }

        long best = long.MaxValue;
        for (int ring = 1; ring <= Limits.StartSnapCellsMax && (long)(ring - 1) * (ring - 1) <= best; ring++)
        {
            for (int y = Goal.Y - ring; y <= Goal.Y + ring; y++)
            {
                int step = Math.Abs(y - Goal.Y) == ring ? 1 : 2 * ring;
                for (int x = Goal.X - ring; x <= Goal.X + ring; x += step)
                {
                    long distance = ((long)(x - Goal.X) * (x - Goal.X)) + ((long)(y - Goal.Y) * (y - Goal.Y));
                    if (distance <= best && _space.Contains(new Cell(x, y)))
                    {
                        if (distance < best)
                        {
                            _goals.Clear();
                        }

                        best = distance;
                        _goals.Add(new Cell(x, y));
                    }
                }
            }
        }
    }

    private void Build()
    {
        Builds++;
        _isUniform = _grid.IsUniform;
        Array.Fill(_costs, Unreached);
        Array.Fill(_moves, UnknownMove);
        foreach (Cell goal in _goals)
        {
            _costs[(goal.Y * _grid.Width) + goal.X] = 0;
        }

        _spread.Run(this, _goals);
    }

    // The move to the neighbour from which the rest is cheapest; of equal ones the first clockwise from north.
    private int MoveFrom(int x, int y, int index)
    {
        if (_moves[index] != UnknownMove)
        {
            return _moves[index];
        }

        int best = NoMove;
        uint least = _costs[index];
        for (int moves = least == 0 ? 0 : Directions.All(_space.Rows.Window(x, y)); moves != 0; moves &= moves - 1)
        {
            int direction = BitOperations.TrailingZeroCount(moves);
            int next = index + _steps[direction];
            if (_costs[next] != Unreached && _costs[next] + StepCost(index, next, direction) <= least && (best == NoMove || _costs[next] < _costs[index + _steps[best]]))
            {
                best = direction;
            }
        }

        _moves[index] = (byte)best;
        return best;
    }

    // Whether all cells between lie where the agent can stand, at no higher cost than its own.
    private bool IsInSight(Vec2 at, Cell end, Cell start)
    {
        byte most = _grid.CostEighths[(start.Y * _grid.Width) + start.X];
        Vec2 way = end.Centre - at;
        (int x, int y) = (start.X, start.Y);
        int stepX = way.X > 0 ? 1 : -1;
        int stepY = way.Y > 0 ? 1 : -1;
        float deltaX = way.X == 0 ? float.PositiveInfinity : 1 / MathF.Abs(way.X);
        float deltaY = way.Y == 0 ? float.PositiveInfinity : 1 / MathF.Abs(way.Y);
        float leaveX = way.X == 0 ? float.PositiveInfinity : (way.X > 0 ? x + 1 - at.X : at.X - x) * deltaX;
        float leaveY = way.Y == 0 ? float.PositiveInfinity : (way.Y > 0 ? y + 1 - at.Y : at.Y - y) * deltaY;
        for (int guard = 0; (x != end.X || y != end.Y) && guard < 4 * LookAhead; guard++)
        {
            if (leaveX == leaveY)
            {
                // Through a corner: both cells beside it are met.
                if (!_space.Rows[x + stepX, y] || !_space.Rows[x, y + stepY])
                {
                    return false;
                }

                x += stepX;
                y += stepY;
                leaveX += deltaX;
                leaveY += deltaY;
            }
            else if (leaveX < leaveY)
            {
                x += stepX;
                leaveX += deltaX;
            }
            else
            {
                y += stepY;
                leaveY += deltaY;
            }

            if (!_space.Rows[x, y] || (!_isUniform && _grid.CostEighths[(y * _grid.Width) + x] > most))
            {
                return false;
            }
        }

        return x == end.X && y == end.Y;
    }

    // From a cell where the agent should not be, to the neighbour with the cheapest way.
    private bool TryStepOut(Cell cell, Vec2 at, out Vec2 next)
    {
        uint least = Unreached;
        next = at;
        if (_space.Contains(cell))
        {
            return false;
        }

        for (int move = 0; move < Directions.Count; move++)
        {
            (int x, int y) = (cell.X + Directions.StepX[move], cell.Y + Directions.StepY[move]);
            if (_grid.IsInside(x, y) && _costs[(y * _grid.Width) + x] < least)
            {
                least = _costs[(y * _grid.Width) + x];
                next = new Cell(x, y).Centre;
            }
        }

        return least != Unreached;
    }
}
