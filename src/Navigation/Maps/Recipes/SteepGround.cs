using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Closes the cells of a picture of heights that are too steep to walk on, or higher than a step above a neighbour.</summary>
internal static class SteepGround
{
    public static void Close(MapHeights heights, MapRecipe recipe, uint[] cells, uint closed)
    {
        float rise = recipe.SlopeMax is float degrees ? Tangent(degrees) : float.PositiveInfinity;
        float step = recipe.StepMax ?? float.PositiveInfinity;
        if (float.IsPositiveInfinity(rise) && float.IsPositiveInfinity(step))
        {
            return;
        }

        ReadOnlySpan<float> ground = heights.Cells;
        for (int y = 0; y < heights.Height; y++)
        {
            for (int x = 0; x < heights.Width; x++)
            {
                if (Steepness(heights, x, y) > rise * rise || StandsOver(ground, heights.Width, heights.Height, x, y) > step)
                {
                    cells[(y * heights.Width) + x] = closed;
                }
            }
        }
    }

    // The square of how much the ground rises on a unit's way straight up, by the corners of the cell.
    private static float Steepness(MapHeights heights, int x, int y)
    {
        int at = (y * (heights.Width + 1)) + x;
        ReadOnlySpan<float> corners = heights.Corners;
        (float a, float b, float c, float d) = (corners[at], corners[at + 1], corners[at + heights.Width + 1], corners[at + heights.Width + 2]);
        (float across, float down) = (((b - a) + (d - c)) * 0.5f, ((c - a) + (d - b)) * 0.5f);
        return (across * across) + (down * down);
    }

    private static float StandsOver(ReadOnlySpan<float> ground, int width, int height, int x, int y)
    {
        float most = 0;
        for (int row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, height - 1); row++)
        {
            for (int column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, width - 1); column++)
            {
                most = Math.Max(most, ground[(y * width) + x] - ground[(row * width) + column]);
            }
        }

        return most;
    }

    private static float Tangent(float degrees)
    {
        (float sin, float cos) = DeterministicMath.SinCos(degrees * (MathF.PI / 180f));
        return sin / cos;
    }
}
