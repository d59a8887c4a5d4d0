using System.Globalization;

namespace RealtimeServer.Navigation;

/// <summary>The benchmark's own scenarios (N. Sturtevant, 2012), with the optimal lengths it gives.</summary>
public sealed class MovingAiTests
{
    [SharedDataTheory("movingai")]
    [InlineData("arena", 130)]
    [InlineData("arena2", 40)]
    [InlineData("brc202d", 25)]
    [InlineData("den520d", 40)]
    [InlineData("lak303d", 40)]
    [InlineData("AR0011SR", 30)]
    [InlineData("Aftershock", 25)]
    [InlineData("16room_000", 20)]
    [InlineData("maze512-8-0", 15)]
    [InlineData("random512-10-0", 20)]
    public void Scenarios_have_their_optimal_length(string map, int sample)
    {
        string file = Path.Combine(TestData.FindShared("movingai")!, map + ".map");
        Grid grid = ReadGrid(File.ReadAllLines(file));
        PathFinder finder = new(grid);
        Cell[] cells = new Cell[grid.Width * grid.Height];
        string[] scenarios = [.. File.ReadLines(file + ".scen").Skip(1).Where(line => line.Length > 0)];
        int step = Math.Max(1, scenarios.Length / sample);
        for (int i = step - 1; i < scenarios.Length; i += step)
        {
            string[] parts = scenarios[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            int[] numbers = [.. parts[4..8].Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
            PathResult result = finder.FindCells(new Cell(numbers[0], numbers[1]), new Cell(numbers[2], numbers[3]), cells);
            Assert.Equal(PathStatus.Found, result.Status);
            Assert.Equal(double.Parse(parts[8], CultureInfo.InvariantCulture), result.Cost, Tolerance(parts[8]));
        }
    }

    // Lengths are rounded, some to two decimals: half a unit of the last one may be missing.
    private static double Tolerance(string length)
    {
        int point = length.IndexOf('.', StringComparison.Ordinal);
        double unit = 1;
        for (int i = point < 0 ? length.Length : point + 1; i < length.Length; i++)
        {
            unit /= 10;
        }

        return 1e-4 + (point < 0 ? 0 : unit / 2);
    }

    private static Grid ReadGrid(string[] lines)
    {
        int height = int.Parse(lines[1].Split(' ')[1], CultureInfo.InvariantCulture);
        int width = int.Parse(lines[2].Split(' ')[1], CultureInfo.InvariantCulture);
        Grid grid = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                grid.SetOpen(x, y, lines[4 + y][x] is '.' or 'G' or 'S');
            }
        }

        return grid;
    }
}
