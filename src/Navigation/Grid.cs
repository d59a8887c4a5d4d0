using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation;

/// <summary>
/// Where agents can walk in one match, and how dear each cell is. One bit a cell says whether it is open (the map's walls and all
/// blocks taken together), one byte its cost.
/// </summary>
/// <remarks>
/// Not thread-safe: it belongs to its match.
/// </remarks>
public sealed partial class Grid
{
    /// <summary>Costs are stored in eighths.</summary>
    public const float CostStep = 0.125f;

    /// <summary>The least cost a cell can have.</summary>
    public const float CostMin = CostStep;

    /// <summary>The highest cost a cell can have.</summary>
    public const float CostMax = 255 * CostStep;

    /// <summary>The cost 1 in eighths.</summary>
    internal const byte CostOne = 8;

    /// <summary>What four cells take: two bits, a byte and two bytes each.</summary>
    internal const int BytesPerFourCells = 13;

    private readonly CellBits _open;
    private readonly CellBits _mapOpen;
    private readonly byte[] _costs;
    private readonly ushort[] _blocks;
    private readonly int[] _openCellsByCost;
    private readonly CellRect[] _changes;
    private byte _leastCost;

    /// <summary>A grid with every cell open and of cost 1.</summary>
    /// <param name="width">Columns, 1 to <see cref="Limits.GridSideMax"/>.</param>
    /// <param name="height">Rows, 1 to <see cref="Limits.GridSideMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side or their product is beyond its limit.</exception>
    public Grid(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Limits.GridSideMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Limits.GridSideMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width * height, Limits.GridCellsMax);
        Width = width;
        Height = height;
        _open = new CellBits(width, height);
        for (int y = 0; y < height; y++)
        {
            _open.Fill(y, 0, width - 1, true);
        }

        _mapOpen = _open.Clone();
        _costs = new byte[width * height];
        Array.Fill(_costs, CostOne);
        _blocks = new ushort[width * height];
        _openCellsByCost = new int[256];
        _openCellsByCost[CostOne] = width * height;
        OpenCells = width * height;
        _leastCost = CostOne;
        _changes = new CellRect[Limits.GridChangesMax];
    }

    private Grid(Grid other)
    {
        Width = other.Width;
        Height = other.Height;
        Version = other.Version;
        _open = other._open.Clone();
        _mapOpen = other._mapOpen.Clone();
        _costs = (byte[])other._costs.Clone();
        _blocks = (ushort[])other._blocks.Clone();
        _openCellsByCost = (int[])other._openCellsByCost.Clone();
        OpenCells = other.OpenCells;
        _leastCost = other._leastCost;
        _changes = (CellRect[])other._changes.Clone();
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>How often the grid changed; grows by one at every change.</summary>
    public int Version { get; private set; }

    /// <summary>The least cost, in eighths, of a cell that the map leaves open; scales the heuristic of the search.</summary>
    internal int LeastCostEighths => _leastCost;

    /// <summary>True if all cells that the map leaves open cost the same.</summary>
    internal bool IsUniform => _openCellsByCost[_leastCost] == OpenCells;

    /// <summary>Which cells are open.</summary>
    internal CellBits Open => _open;

    /// <summary>Which cells the map itself leaves open, whatever blocks lie on them.</summary>
    internal CellBits MapOpen => _mapOpen;

    internal ReadOnlySpan<byte> CostEighths => _costs;

    private int OpenCells { get; set; }

    /// <summary>True if agents can stand there; outside the grid they cannot.</summary>
    public bool IsOpen(int x, int y) => IsInside(x, y) && _open[x, y];

    /// <inheritdoc cref="IsOpen(int, int)"/>
    public bool IsOpen(Cell cell) => IsOpen(cell.X, cell.Y);

    /// <summary>True if the cell that holds the point is open. A point that is not a number is nowhere.</summary>
    public bool IsOpen(Vec2 point) => point.IsFinite && IsOpen(Cell.At(point));

    public bool IsInside(int x, int y) => (uint)x < (uint)Width && (uint)y < (uint)Height;

    /// <summary>How much dearer than plain ground a step over the cell is, <see cref="CostMin"/> to <see cref="CostMax"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cell is outside.</exception>
    public float Cost(int x, int y) => _costs[Index(x, y)] * CostStep;

    /// <summary>Opens or closes a cell of the map itself. A block that lies on it keeps it closed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cell is outside.</exception>
    public void SetOpen(int x, int y, bool open)
    {
        if (ChangeOpen(x, y, Index(x, y), open))
        {
            Remember(new CellRect(x, y, 1, 1));
        }
    }

    /// <summary>Sets a cell's cost, rounded to the nearest eighth.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cell is outside, or the cost is not within its range.</exception>
    public void SetCost(int x, int y, float cost)
    {
        if (ChangeCost(x, y, Index(x, y), Eighths(cost)))
        {
            Remember(new CellRect(x, y, 1, 1));
        }
    }

    /// <summary>Opens or closes cells of the map itself and sets their cost, as one change. A block that lies on one keeps it closed.</summary>
    /// <param name="rect">Cells outside the grid are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cost is not within its range.</exception>
    public void SetGround(CellRect rect, bool open, float cost)
    {
        CellRect inside = rect.ClippedTo(Width, Height);
        byte eighths = Eighths(cost);
        bool differs = false;
        for (int y = inside.Y; y < inside.Y + inside.Height; y++)
        {
            for (int x = inside.X; x < inside.X + inside.Width; x++)
            {
                int index = (y * Width) + x;
                differs |= ChangeOpen(x, y, index, open) | ChangeCost(x, y, index, eighths);
            }
        }

        if (differs)
        {
            Remember(inside);
        }
    }

    /// <summary>Closes the cells of a building. Blocks are counted: where two overlap, both must go before the cell opens.</summary>
    /// <param name="rect">Cells outside the grid are left out.</param>
    /// <exception cref="InvalidOperationException">More than 65,535 blocks lie on one cell.</exception>
    public void Block(CellRect rect)
    {
        CellRect inside = rect.ClippedTo(Width, Height);
        if (inside.IsEmpty)
        {
            return;
        }

        RequireBlocks(inside, ushort.MaxValue, "holds 65,535 blocks already");
        for (int y = inside.Y; y < inside.Y + inside.Height; y++)
        {
            for (int x = inside.X; x < inside.X + inside.Width; x++)
            {
                _blocks[(y * Width) + x]++;
                _open[x, y] = false;
            }
        }

        Remember(inside);
    }

    /// <summary>Takes back one <see cref="Block"/> of the same rectangle. Never opens a wall of the map.</summary>
    /// <param name="rect">Cells outside the grid are left out.</param>
    /// <exception cref="InvalidOperationException">A cell of it is not blocked; nothing has changed.</exception>
    public void Unblock(CellRect rect)
    {
        CellRect inside = rect.ClippedTo(Width, Height);
        if (inside.IsEmpty)
        {
            return;
        }

        RequireBlocks(inside, 0, "is not blocked");
        for (int y = inside.Y; y < inside.Y + inside.Height; y++)
        {
            for (int x = inside.X; x < inside.X + inside.Width; x++)
            {
                int left = --_blocks[(y * Width) + x];
                _open[x, y] = left == 0 && _mapOpen[x, y];
            }
        }

        Remember(inside);
    }

    /// <summary>
    /// The rectangles that changed after the grid had the given version, oldest first. If there were more than the log or the
    /// span holds, it is one rectangle: the whole grid. So a change is never missed.
    /// </summary>
    /// <param name="version">A value <see cref="Version"/> had when the caller looked last.</param>
    /// <param name="changes">Room for at least one rectangle.</param>
    /// <returns>How many rectangles were written; 0 if nothing changed.</returns>
    public int ChangedSince(int version, Span<CellRect> changes)
    {
        long count = (long)Version - version;
        if (count <= 0)
        {
            return 0;
        }

        if (count > Limits.GridChangesMax || count > changes.Length)
        {
            changes[0] = new CellRect(0, 0, Width, Height);
            return 1;
        }

        for (int i = 0; i < count; i++)
        {
            changes[i] = _changes[(version + i) % Limits.GridChangesMax];
        }

        return (int)count;
    }

    /// <summary>An equal grid that changes on its own, versions and their changes included.</summary>
    public Grid Clone() => new(this);

    /// <summary>Counts versions from 0 again, and forgets its changes: nobody has looked at it yet.</summary>
    internal void StartLog()
    {
        Version = 0;
        Array.Clear(_changes);
    }

    /// <summary>True if the map itself leaves the cell open, whatever blocks lie on it.</summary>
    internal bool IsMapOpen(int x, int y) => _mapOpen[x, y];

    internal int BlocksOn(int x, int y) => _blocks[Index(x, y)];

    internal void SetBlocks(int x, int y, int count)
    {
        _blocks[Index(x, y)] = checked((ushort)count);
        _open[x, y] = count == 0 && _mapOpen[x, y];
    }

    internal ReadOnlySpan<CellRect> ChangeLog => _changes;

    /// <summary>Takes over a version and its log.</summary>
    internal void SetLog(int version, ReadOnlySpan<CellRect> changes)
    {
        changes.CopyTo(_changes);
        Version = version;
    }

    /// <summary>Adds walls, costs and blocks. The version is left out: it counts how the grid came to be, not what it is.</summary>
    public void Hash(ref StateHash hash)
    {
        hash.Add(((ulong)(uint)Width << 32) | (uint)Height);
        hash.Add(_mapOpen.Bytes);
        hash.Add(_costs);
        hash.Add<ushort>(_blocks);
    }

    /// <summary>The first closed cell of columns <paramref name="from"/> to <paramref name="to"/> of a row, or -1 if all are open.</summary>
    internal int FirstClosed(int y, int from, int to)
    {
        if (from > to)
        {
            return -1;
        }

        int closed = _open.FirstClearAfter(from - 1, y);
        return closed <= to ? closed : -1;
    }

    private int Index(int x, int y)
    {
        if (!IsInside(x, y))
        {
            ThrowOutside(x, y);
        }

        return (y * Width) + x;
    }

    private bool ChangeOpen(int x, int y, int index, bool open)
    {
        if (_mapOpen[x, y] == open)
        {
            return false;
        }

        _mapOpen[x, y] = open;
        _open[x, y] = open && _blocks[index] == 0;
        CountCost(_costs[index], open ? 1 : -1);
        return true;
    }

    private bool ChangeCost(int x, int y, int index, byte eighths)
    {
        if (_costs[index] == eighths)
        {
            return false;
        }

        if (_mapOpen[x, y])
        {
            CountCost(eighths, 1);
            CountCost(_costs[index], -1);
        }

        _costs[index] = eighths;
        return true;
    }

    internal static byte Eighths(float cost)
    {
        if (!(cost >= CostMin && cost <= CostMax))
        {
            ThrowCost(cost);
        }

        return (byte)((cost * 8f) + 0.5f);
    }

    private void CountCost(byte eighths, int change)
    {
        _openCellsByCost[eighths] += change;
        OpenCells += change;
        if (change > 0)
        {
            _leastCost = Math.Min(_leastCost, eighths);
        }
        else
        {
            // With no open cell left the search never asks; 255 ends the walk.
            while (_leastCost < 255 && _openCellsByCost[_leastCost] == 0)
            {
                _leastCost++;
            }
        }
    }

    private void RequireBlocks(CellRect rect, ushort refused, string reason)
    {
        for (int y = rect.Y; y < rect.Y + rect.Height; y++)
        {
            for (int x = rect.X; x < rect.X + rect.Width; x++)
            {
                if (_blocks[(y * Width) + x] == refused)
                {
                    ThrowBlocks(x, y, reason);
                }
            }
        }
    }

    private void Remember(CellRect changed)
    {
        _changes[Version % Limits.GridChangesMax] = changed;
        Version = checked(Version + 1);
    }

    [DoesNotReturn]
    private void ThrowOutside(int x, int y) =>
        throw new ArgumentOutOfRangeException(nameof(x), $"The cell ({x}, {y}) is outside of the grid of {Width} by {Height} cells.");

    [DoesNotReturn]
    private static void ThrowCost(float cost) =>
        throw new ArgumentOutOfRangeException(nameof(cost), $"The cost {cost} is not between {CostMin} and {CostMax}.");

    [DoesNotReturn]
    private static void ThrowBlocks(int x, int y, string reason) => throw new InvalidOperationException($"The cell ({x}, {y}) {reason}.");
}
