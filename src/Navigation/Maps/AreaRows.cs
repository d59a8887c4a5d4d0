using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>The cells whose middle lies in an outline, as runs of columns row by row.</summary>
internal sealed class AreaRows
{
    private double[] _crossings = new double[16];

    /// <summary>What <see cref="Fill"/> costs, in steps.</summary>
    public static long Work(ReadOnlySpan<Vec2> corners, CellRect bounds) => ((long)bounds.Height * corners.Length) + ((long)bounds.Width * bounds.Height);

    /// <param name="bounds">The cells that are looked at.</param>
    /// <param name="run">Receives a row, the first column of a run and the column after its last.</param>
    public void Fill(ReadOnlySpan<Vec2> corners, CellRect bounds, Action<int, int, int> run)
    {
        if (_crossings.Length < corners.Length)
        {
            _crossings = new double[corners.Length];
        }

        for (int row = bounds.Y; row < bounds.Y + bounds.Height; row++)
        {
            int count = Cross(corners, row + 0.5);
            Array.Sort(_crossings, 0, count);
            for (int i = 0; i + 1 < count; i += 2)
            {
                int from = First(_crossings[i], bounds);
                int to = First(_crossings[i + 1], bounds);
                if (from < to)
                {
                    run(row, from, to);
                }
            }
        }
    }

    private int Cross(ReadOnlySpan<Vec2> corners, double y)
    {
        int count = 0;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            (double ax, double ay, double bx, double by) = (corners[i].X, corners[i].Y, corners[j].X, corners[j].Y);
            if ((ay > y) != (by > y))
            {
                _crossings[count++] = ((bx - ax) * (y - ay) / (by - ay)) + ax;
            }
        }

        return count;
    }

    // The first column whose middle is not left of a crossing.
    private static int First(double crossing, CellRect bounds) => (int)Math.Clamp(Math.Ceiling(crossing - 0.5), bounds.X, bounds.X + bounds.Width);
}
