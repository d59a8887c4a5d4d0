using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RealtimeServer.Bench;

/// <summary>What the command line may set.</summary>
internal sealed record BenchArguments
{
    /// <summary>Live units in each match; one run for each number where a benchmark takes several.</summary>
    public IReadOnlyList<int> Units { get; init; } = [];

    /// <summary>Measured time of a level, after as much warm-up.</summary>
    public double Seconds { get; init; } = 4;

    /// <summary>Warm-up before the last row of capacity, which shows what a match costs that has seen its busiest moments.</summary>
    public double SteadySeconds { get; init; } = 30;

    public int MatchesMax { get; init; } = 4_096;

    public double LatenessMs { get; init; } = 5;

    /// <summary>Measured ticks.</summary>
    public int Ticks { get; init; } = 900;

    /// <summary>Keep the whole process on one core, garbage collector and compiler included.</summary>
    public bool Pin { get; init; } = true;

    /// <summary>Of the companion service: keep-alive connections, each with one request under way.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>Of the companion service: its setting; empty is SQLite.</summary>
    public string Database { get; init; } = "";

    /// <summary>Of paths: a folder of <c>.map</c> files with their <c>.map.scen</c> beside them, or one such file.</summary>
    public string Maps { get; init; } = "";

    /// <summary>Of paths: every how many scenarios one is taken.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Only scenarios or maps whose name holds this.</summary>
    public string Only { get; init; } = "";

    /// <summary>Of leaderboards: records of the board.</summary>
    public int Records { get; init; } = 10_000_000;

    /// <summary>Of a reset: requests a second of all connections together; 0: each sends the next when the last is answered.</summary>
    public double Rate { get; init; }

    /// <summary>Of a reset: whether there is one; without it the same seconds show the machine alone.</summary>
    public bool Reset { get; init; } = true;

    /// <summary>What a command takes for what it is not told.</summary>
    public static BenchArguments UsualOf(string command) => command switch
    {
        "boards" => new BenchArguments { Records = 100_000 },
        "boards-reset" => new BenchArguments { Records = 1_000_000, Seconds = 30, Connections = 8, Rate = 300 },
        _ => new BenchArguments(),
    };

    /// <param name="args">Behind the command.</param>
    /// <param name="usual">What they are unless said otherwise.</param>
    /// <param name="arguments">What they are.</param>
    public static bool TryParse(ReadOnlySpan<string> args, BenchArguments usual, [NotNullWhen(true)] out BenchArguments? arguments)
    {
        arguments = null;
        BenchArguments result = usual;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--no-pin")
            {
                result = result with { Pin = false };
                continue;
            }

            if (args[i] == "--no-reset")
            {
                result = result with { Reset = false };
                continue;
            }

            if (i + 1 == args.Length)
            {
                return false;
            }

            string value = args[++i];
            double number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && parsed > 0 ? parsed : 0;
            BenchArguments? next = args[i - 1] switch
            {
                "--units" => TryParseList(value, out IReadOnlyList<int> units) ? result with { Units = units } : null,
                "--seconds" when number > 0 => result with { Seconds = number },
                "--steady-seconds" when number > 0 => result with { SteadySeconds = number },
                "--matches-max" when number >= 1 => result with { MatchesMax = (int)number },
                "--lateness-ms" when number > 0 => result with { LatenessMs = number },
                "--connections" when number >= 1 => result with { Connections = (int)number },
                "--database" => result with { Database = value },
                "--only" => result with { Only = value },
                "--maps" => result with { Maps = value },
                "--stride" when number >= 1 => result with { Stride = (int)number },
                "--records" when number >= 1 => result with { Records = (int)number },
                "--rate" when number > 0 || value == "0" => result with { Rate = number },
                "--ticks" when number >= 1 => result with { Ticks = (int)number },
                _ => null,
            };
            if (next is null)
            {
                return false;
            }

            result = next;
        }

        arguments = result;
        return true;
    }

    private static bool TryParseList(string text, out IReadOnlyList<int> numbers)
    {
        List<int> list = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
            {
                numbers = [];
                return false;
            }

            list.Add(number);
        }

        numbers = list;
        return true;
    }
}
