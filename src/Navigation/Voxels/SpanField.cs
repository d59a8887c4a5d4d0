using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Voxels;

/// <summary>A piece of a column that is solid, in steps of the field's height; agents may stand on its top.</summary>
internal struct Span
{
    public int Bottom;
    public int Top;

    /// <summary>The span above it in its column, or -1.</summary>
    public int Next;

    public bool IsWalkable;
}

/// <summary>
/// The solid parts of a scene, column by column from the lowest up: what is made of triangles before a grid, or a navigation mesh, is made of it.
/// </summary>
internal sealed class SpanField
{
    private readonly int[] _first;
    private Span[] _spans = new Span[1024];
    private int _free = -1;

    /// <param name="width">Columns along x.</param>
    /// <param name="depth">Columns along z.</param>
    /// <param name="origin">The lowest corner.</param>
    /// <param name="cellSize">Side of a column.</param>
    /// <param name="cellHeight">Height of a step.</param>
    public SpanField(int width, int depth, Vec3 origin, float cellSize, float cellHeight)
    {
        (Width, Depth, Origin, CellSize, CellHeight) = (width, depth, origin, cellSize, cellHeight);
        _first = new int[width * depth];
        Array.Fill(_first, -1);
    }

    public int Width { get; }

    public int Depth { get; }

    public Vec3 Origin { get; }

    public float CellSize { get; }

    public float CellHeight { get; }

    public int Count { get; private set; }

    /// <summary>The lowest span of a column, or -1.</summary>
    public int First(int x, int z) => _first[(z * Width) + x];

    public ref Span this[int index] => ref _spans[index];

    /// <summary>The height of a span's top.</summary>
    public float TopOf(int index) => Origin.Y + (_spans[index].Top * CellHeight);

    /// <summary>Adds a solid piece; it is joined with those it touches. The topmost of joined pieces decides whether the whole is walkable.</summary>
    /// <param name="flush">How far, in steps, tops may lie apart and count as equally high.</param>
    /// <returns>False if there are too many spans already, in all or in this column.</returns>
    public bool Add(int x, int z, int bottom, int top, bool isWalkable, int flush)
    {
        ref int head = ref _first[(z * Width) + x];
        Span added = new() { Bottom = bottom, Top = top, IsWalkable = isWalkable, Next = -1 };
        int previous = -1;
        int at = head;
        for (int passed = 0; at >= 0 && _spans[at].Bottom <= added.Top; passed++)
        {
            if (passed == Limits.VoxelFloorsMax)
            {
                return false;
            }

            int next = _spans[at].Next;
            if (_spans[at].Top < added.Bottom)
            {
                previous = at;
            }
            else
            {
                ref readonly Span met = ref _spans[at];
                added.IsWalkable = Math.Abs(met.Top - added.Top) <= flush ? met.IsWalkable | added.IsWalkable : met.Top > added.Top ? met.IsWalkable : added.IsWalkable;
                added.Bottom = Math.Min(added.Bottom, met.Bottom);
                added.Top = Math.Max(added.Top, met.Top);
                Unlink(ref head, previous, next, at);
            }

            at = next;
        }

        int slot = Take();
        if (slot < 0)
        {
            return false;
        }

        added.Next = at;
        _spans[slot] = added;
        if (previous < 0)
        {
            _first[(z * Width) + x] = slot;
        }
        else
        {
            _spans[previous].Next = slot;
        }

        return true;
    }

    private void Unlink(ref int head, int previous, int next, int gone)
    {
        if (previous < 0)
        {
            head = next;
        }
        else
        {
            _spans[previous].Next = next;
        }

        _spans[gone].Next = _free;
        _free = gone;
    }

    private int Take()
    {
        if (_free >= 0)
        {
            int slot = _free;
            _free = _spans[slot].Next;
            return slot;
        }

        if (Count == Limits.VoxelSpansMax)
        {
            return -1;
        }

        if (Count == _spans.Length)
        {
            Array.Resize(ref _spans, Math.Min(2 * Count, Limits.VoxelSpansMax));
        }

        return Count++;
    }
}
