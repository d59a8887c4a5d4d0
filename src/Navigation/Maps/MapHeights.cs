namespace RealtimeServer.Navigation.Maps;

/// <summary>How high the ground of a map is, in world units: at the middle of each cell, and at each corner between cells.</summary>
public sealed class MapHeights
{
    private readonly float[] _cells;
    private readonly float[] _corners;

    private MapHeights(int width, int height, float[] cells, float[] corners)
    {
        Width = width;
        Height = height;
        _cells = cells;
        _corners = corners;
        (Lowest, Highest) = (cells.Min(), cells.Max());
    }

    /// <summary>Cells beside each other; there is one corner more.</summary>
    public int Width { get; }

    /// <summary>Rows of cells; there is one row of corners more.</summary>
    public int Height { get; }

    /// <summary>Of all cells.</summary>
    public float Lowest { get; }

    /// <inheritdoc cref="Lowest"/>
    public float Highest { get; }

    /// <summary>Row by row, a height a cell: what a terrain of flat columns is made of.</summary>
    public ReadOnlySpan<float> Cells => _cells;

    /// <summary>Row by row, a height a corner, one more each way than there are cells: what a heightfield is made of.</summary>
    public ReadOnlySpan<float> Corners => _corners;

    /// <exception cref="ArgumentOutOfRangeException">The cell is outside.</exception>
    public float At(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return _cells[(y * Width) + x];
    }

    /// <summary>Known at the cells: a corner has the mean of the cells round it.</summary>
    internal static MapHeights OfCells(int width, int height, float[] cells)
    {
        float[] corners = new float[(width + 1) * (height + 1)];
        for (int y = 0; y <= height; y++)
        {
            for (int x = 0; x <= width; x++)
            {
                (int left, int right) = (Math.Max(x - 1, 0), Math.Min(x, width - 1));
                (int top, int bottom) = (Math.Max(y - 1, 0) * width, Math.Min(y, height - 1) * width);
                corners[(y * (width + 1)) + x] = (cells[top + left] + cells[top + right] + cells[bottom + left] + cells[bottom + right]) * 0.25f;
            }
        }

        return new MapHeights(width, height, cells, corners);
    }

    /// <summary>Known at the corners: a cell has the mean of its four.</summary>
    internal static MapHeights OfCorners(int width, int height, float[] corners)
    {
        float[] cells = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = (y * (width + 1)) + x;
                cells[(y * width) + x] = (corners[at] + corners[at + 1] + corners[at + width + 1] + corners[at + width + 2]) * 0.25f;
            }
        }

        return new MapHeights(width, height, cells, corners);
    }

    /// <summary>Both as they were kept.</summary>
    internal static MapHeights Of(int width, int height, float[] cells, float[] corners) => new(width, height, cells, corners);
}
