using System.Globalization;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bench.Loss;

/// <summary>Command line of the transport-* benchmarks: names with values, each checked where it is read.</summary>
internal sealed class LossArguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="FormatException">Says what is wrong with the command line.</exception>
    public LossArguments(ReadOnlySpan<string> args, params ReadOnlySpan<string> known)
    {
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!known.Contains(args[i]))
            {
                throw new FormatException($"{args[i]} is not known; known are {string.Join(", ", known)}");
            }

            if (i + 1 == args.Length)
            {
                throw new FormatException($"{args[i]}: a value must follow it");
            }

            _values[args[i]] = args[i + 1];
        }
    }

    public int Port(string name) => Number(name, 0, 0, 65_535);

    /// <exception cref="FormatException">Not a whole number within the bounds.</exception>
    public int Number(string name, int otherwise, int min, int max)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return otherwise;
        }

        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
        return isNumber && value >= min && value <= max ? value : throw new FormatException($"{name}: '{text}' is not a number from {min} to {max}");
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <exception cref="FormatException">Names the word and what is allowed.</exception>
    public NetworkProfile Network(string name) => _values.TryGetValue(name, out string? text) ? NetworkProfile.Parse(text) : NetworkProfile.Perfect;
}
