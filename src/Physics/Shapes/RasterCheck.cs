namespace RealtimeServer.Physics.Shapes;

/// <summary>Refuses rasters of heights that cannot be.</summary>
internal static class RasterCheck
{
    public static void Check(string shape, int columns, int rows, int least, ReadOnlySpan<float> heights, float cellSize, bool mayBeNothing = false)
    {
        if (columns < least || rows < least || (long)columns * rows > Limits.RasterSamplesMax)
        {
            throw new ShapeException($"A {shape} of {columns} by {rows} heights cannot be: each side has at least {least}, all together are at most {Limits.RasterSamplesMax}.");
        }

        if (heights.Length != columns * rows)
        {
            throw new ShapeException($"A {shape} of {columns} by {rows} needs {columns * rows} heights; these are {heights.Length}.");
        }

        if (!(cellSize >= Limits.ShapeExtentMin) || !(cellSize * Math.Max(columns, rows) <= Limits.ShapeExtentMax))
        {
            throw new ShapeException($"The cell size of a {shape} is {cellSize}: at least {Limits.ShapeExtentMin}, and the whole at most {Limits.ShapeExtentMax} metres.");
        }

        for (int i = 0; i < heights.Length; i++)
        {
            CheckHeight(shape, i % columns, i / columns, heights[i], mayBeNothing);
        }
    }

    public static void CheckHeight(string shape, int column, int row, float height, bool mayBeNothing)
    {
        if (!(Math.Abs(height) <= Limits.ShapeExtentMax) && !(mayBeNothing && height == GridTerrain.Nothing))
        {
            throw new ShapeException($"Height ({column}, {row}) of the {shape} is {height}: it must be a number of at most {Limits.ShapeExtentMax} metres.");
        }
    }
}
