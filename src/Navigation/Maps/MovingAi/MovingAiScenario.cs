using System.Globalization;

namespace RealtimeServer.Navigation.Maps.MovingAi;

/// <summary>One question of a <c>.scen</c> file and its answer.</summary>
/// <param name="From">Where the path starts.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Length">Of the shortest path, a diagonal step counted as the square root of 2; rounded as the file has it.</param>
/// <param name="Tolerance">Half a unit of the last digit of <paramref name="Length"/>, and a ten-thousandth.</param>
public readonly record struct MovingAiScenario(Cell From, Cell To, double Length, double Tolerance)
{
    private const int ScenariosMax = 1_000_000;

    /// <summary>
    /// Reads a scenario file: a line <c>version 1</c>, then lines of bucket, map, width, height, start x and y, goal x and y, optimal length,
    /// separated by tabs or spaces.
    /// </summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="file">For errors.</param>
    /// <exception cref="MapException">A line is not of this form.</exception>
    public static IReadOnlyList<MovingAiScenario> ReadAll(IEnumerable<string> lines, string file)
    {
        ArgumentNullException.ThrowIfNull(lines);
        List<MovingAiScenario> scenarios = [];
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("version", StringComparison.Ordinal)))
            {
                continue;
            }

            if (scenarios.Count == ScenariosMax || !TryRead(line, out MovingAiScenario scenario))
            {
                throw new MapException(file, "", $"line {number}", "Expected are bucket, map, width, height, start x, start y, goal x, goal y and length.");
            }

            scenarios.Add(scenario);
        }

        return scenarios;
    }

    private static bool TryRead(string line, out MovingAiScenario scenario)
    {
        scenario = default;
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Span<int> numbers = stackalloc int[4];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (parts.Length != 9 || !int.TryParse(parts[4 + i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        if (!double.TryParse(parts[8], NumberStyles.Float, CultureInfo.InvariantCulture, out double length) || !double.IsFinite(length))
        {
            return false;
        }

        // All files give two decimals or more, but leave zeros at the end out: 1016 may be 1015.997.
        int whole = parts[8].IndexOf('.', StringComparison.Ordinal) is int point && point >= 0 ? point : parts[8].Length;
        double unit = 1;
        for (int decimals = Math.Max(parts[8].Length - whole - 1, 2); decimals > 0; decimals--)
        {
            unit /= 10;
        }

        scenario = new MovingAiScenario(new Cell(numbers[0], numbers[1]), new Cell(numbers[2], numbers[3]), length, 1e-4 + (unit / 2));
        return true;
    }
}
