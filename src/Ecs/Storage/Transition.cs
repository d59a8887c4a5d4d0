using System.Numerics;

namespace RealtimeServer.Ecs.Storage;

/// <summary>Where a column of a transition's source begins in a row, and where in one of the target; the latter is negative if the target has none.</summary>
internal readonly record struct TransitionCell(int From, int To, int Bytes);

/// <summary>The step from one archetype to the one with one component more or less, and which cells go along.</summary>
internal sealed class Transition
{
    private readonly TransitionCell[] _cells;
    private readonly (int From, int To)[] _objects;

    public Transition(Archetype source, Archetype target)
    {
        Target = target;
        var cells = new List<TransitionCell>();
        foreach (Column column in source.Columns)
        {
            if (column.Component >= 0)
            {
                cells.Add(new TransitionCell(column.Prefix, target.Has(column.Component) ? target.Places[column.Component] & 0xFFFF : -1, column.Bytes));
            }
        }

        var objects = new List<(int, int)>();
        for (ulong both = source.ObjectMask & target.Mask; both != 0; both &= both - 1)
        {
            int component = BitOperations.TrailingZeroCount(both);
            objects.Add((source.Places[component] >> 16, target.Places[component] >> 16));
        }

        _cells = [.. cells];
        _objects = [.. objects];
    }

    public Archetype Target { get; }

    /// <summary>All columns of the source but the entities.</summary>
    public ReadOnlySpan<TransitionCell> Cells => _cells;

    /// <summary>Copies the managed components that both archetypes have.</summary>
    public void CopyObjects(ChunkStore from, int fromRow, ChunkStore to, int toRow)
    {
        foreach ((int fromColumn, int toColumn) in _objects)
        {
            to.Objects[(toColumn * to.Capacity) + toRow] = from.Objects[(fromColumn * from.Capacity) + fromRow];
        }
    }
}
