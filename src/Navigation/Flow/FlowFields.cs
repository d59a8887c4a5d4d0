using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>
/// Flow fields by goal and size of agents, shared by all who ask for the same. The least recently asked for gives its place to a new one, so there are never
/// more than
/// <see cref="Limits.FlowFieldsMax"/>, nor more cells in all than <see cref="Limits.FlowFieldCellsMax"/>.
/// </summary>
/// <remarks>Not thread-safe: one per match. What a field tells does not depend on which others there were.</remarks>
public sealed class FlowFields
{
    private readonly Grid _grid;
    private readonly AgentSpaces _spaces;
    private readonly FlowSpread _spread;
    private readonly List<Slot> _slots = [];
    private readonly int _most;
    private long _asked;

    public FlowFields(Grid grid)
        : this(grid, new AgentSpaces(grid))
    {
    }

    internal FlowFields(Grid grid, AgentSpaces spaces)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _spaces = spaces;
        _spread = new FlowSpread(grid);
        _most = Math.Clamp(Limits.FlowFieldCellsMax / (grid.Width * grid.Height), 1, Limits.FlowFieldsMax);
    }

    /// <summary>How many there are.</summary>
    public int Count => _slots.Count;

    /// <summary>How many there can be at a time on this grid.</summary>
    public int CountMax => _most;

    /// <summary>The field that leads to a cell, right for the grid as it is now.</summary>
    /// <param name="goal">A cell outside leads to the nearest one inside.</param>
    /// <param name="radius">Of the agents, in cells, 0 to <see cref="Limits.AgentRadiusMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Agents of more than <see cref="Limits.AgentSizesMax"/> sizes have been asked for.</exception>
    public FlowField To(Cell goal, float radius = 0f)
    {
        goal = new Cell(Math.Clamp(goal.X, 0, _grid.Width - 1), Math.Clamp(goal.Y, 0, _grid.Height - 1));
        AgentSpace space = _spaces.For(radius);
        int oldest = -1;
        for (int i = 0; i < _slots.Count; i++)
        {
            if (_slots[i].Field.Goal == goal && _slots[i].Field.Space == space)
            {
                _slots[i] = _slots[i] with { Asked = ++_asked };
                _slots[i].Field.Update();
                return _slots[i].Field;
            }

            bool isOlder = _slots[i].Field.Space == space && (oldest < 0 || _slots[i].Asked < _slots[oldest].Asked);
            oldest = isOlder ? i : oldest;
        }

        if (_slots.Count == _most && oldest < 0)
        {
            // None of this size to take over: the oldest of all goes.
            _slots.RemoveAt(Oldest());
        }

        FlowField field;
        if (_slots.Count == _most)
        {
            field = _slots[oldest].Field;
            field.Retarget(goal);
            _slots[oldest] = new Slot(field, ++_asked);
        }
        else
        {
            field = new FlowField(_grid, space, _spread, goal);
            _slots.Add(new Slot(field, ++_asked));
        }

        field.Update();
        return field;
    }

    private int Oldest()
    {
        int oldest = 0;
        for (int i = 1; i < _slots.Count; i++)
        {
            oldest = _slots[i].Asked < _slots[oldest].Asked ? i : oldest;
        }

        return oldest;
    }

    private readonly record struct Slot(FlowField Field, long Asked);
}
