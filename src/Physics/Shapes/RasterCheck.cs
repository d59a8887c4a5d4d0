namespace RealtimeServer.Physics.Shapes;

/// <summary>Refuses rasters of heights that cannot be.</summary>
internal static class RasterCheck
{
    public static void Check(string shape, int columns, int rows, int least, ReadOnlySpan<float> heights, float cellSize)
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
            if (!(Math.Abs(heights[i]) <= Limits.ShapeExtentMax))
            {
                throw new ShapeException(
                    $"Height ({i % columns}, {i / columns}) of the {shape} is {heights[i]}: it must be a number of at most {Limits.ShapeExtentMax} metres.");
            }
        }
    }
}
