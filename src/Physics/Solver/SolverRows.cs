using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Solver;

/// <summary>Bodies that are solved together, and the row of the solver that each has. Row zero is the world, which does not move.</summary>
internal readonly ref struct SolverRows
{
    /// <summary>Of a dynamic body that is solved in the other group.</summary>
    public const int Absent = 0;

    /// <summary>The bodies in the order of their rows, which begin with one.</summary>
    public readonly ReadOnlySpan<int> Slots;

    /// <summary>For each body awake its row; empty where rows follow the list of those awake.</summary>
    private readonly ReadOnlySpan<int> _rows;

    public SolverRows(ReadOnlySpan<int> slots, ReadOnlySpan<int> rows)
    {
        Slots = slots;
        _rows = rows;
    }

    /// <summary>The row of a body; marked as read only if constraints do not move it.</summary>
    public int Of(in BodyState body)
    {
        if (!body.IsAwake)
        {
            return BodyGather.ReadOnly(0);
        }

        int row = _rows.IsEmpty ? body.AwakeIndex + 1 : _rows[body.AwakeIndex];
        return body.IsDynamic ? row : BodyGather.ReadOnly(row);
    }
}
