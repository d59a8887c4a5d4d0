using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RealtimeServer.Transport.Simulator;

/// <summary>Reads the text of <see cref="NetworkConditions"/>, word by word.</summary>
internal sealed class ConditionsReader(string text)
{
    private const double MillisecondsMax = 10_000;
    private readonly string[] _words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    private readonly HashSet<string> _seen = [];
    private NetworkConditions _conditions = NetworkConditions.Perfect;
    private int _at;

    public NetworkConditions Read()
    {
        if (_words is ["perfect"])
        {
            return _conditions;
        }

        if (_words.Length == 0)
        {
            Fail("an empty text", "give conditions, for example \"100ms±20 2%\", or \"perfect\"");
        }

        while (_at < _words.Length)
        {
            ReadWord(_words[_at++]);
        }

        return _conditions;
    }

    private void ReadWord(string word)
    {
        switch (word.ToLowerInvariant())
        {
            case "burst":
                ReadBurst(Next(word));
                break;
            case "dup":
                _conditions = _conditions with { Duplication = Share(word, Next(word), 1) };
                break;
            case "reorder":
                _conditions = _conditions with { Reordering = Share(word, Next(word), 1) };
                break;
            case "corrupt":
                _conditions = _conditions with { Corruption = Share(word, Next(word), 1) };
                break;
            case "mtu":
                _conditions = _conditions with { MtuBytes = (int)Number(word, Next(word), 1, 65_535) };
                break;
            case "queue":
                _conditions = _conditions with { QueueBytes = ReadBytes(Next(word)) };
                break;
            case var lower when lower.EndsWith("kbit", StringComparison.Ordinal):
                Once("bandwidth");
                _conditions = _conditions with { BitsPerSecond = (long)(Number("bandwidth", word[..^4], 0.001, 1e9) * 1_000) };
                break;
            case var lower when lower.EndsWith("mbit", StringComparison.Ordinal):
                Once("bandwidth");
                _conditions = _conditions with { BitsPerSecond = (long)(Number("bandwidth", word[..^4], 0.001, 1e6) * 1_000_000) };
                break;
            case var lower when lower.EndsWith('%'):
                Once("loss");
                _conditions = _conditions with { Loss = Share("loss", word, 1) };
                break;
            case var lower when lower.Contains("ms", StringComparison.Ordinal):
                ReadLatency(word, lower);
                break;
            default:
                Fail($"'{word}'", "known are 100ms±20, 2%, burst 5%x20, dup 1%, reorder 3%, corrupt 0.1%, 256kbit, 10mbit, queue 32kB, mtu 1200");
                break;
        }
    }

    private void ReadLatency(string word, string lower)
    {
        Once("latency");
        int unit = lower.IndexOf("ms", StringComparison.Ordinal);
        string rest = lower[(unit + 2)..];
        double jitter = 0;
        if (rest.Length > 0)
        {
            string? amount = rest.StartsWith('±') ? rest[1..] : rest.StartsWith("+-", StringComparison.Ordinal) ? rest[2..] : null;
            if (amount is null)
            {
                Fail($"'{word}'", "latency with jitter is written 100ms±20 or 100ms+-20");
            }

            amount = amount.EndsWith("ms", StringComparison.Ordinal) ? amount[..^2] : amount;
            jitter = Number("jitter", amount, 0, MillisecondsMax);
        }

        _conditions = _conditions with { LatencyMilliseconds = Number("latency", lower[..unit], 0, MillisecondsMax), JitterMilliseconds = jitter };
    }

    private void ReadBurst(string word)
    {
        string[] parts = word.ToLowerInvariant().Split('x');
        if (parts.Length != 2)
        {
            Fail($"'burst {word}'", "a burst is written as its share and its mean length, burst 5%x20");
        }

        _conditions = _conditions with { BurstLoss = Share("burst", parts[0], 0.9), BurstLength = Number("burst length", parts[1], 1, 1_000) };
    }

    private int ReadBytes(string word)
    {
        string lower = word.ToLowerInvariant();
        bool kilo = lower.EndsWith("kb", StringComparison.Ordinal);
        return (int)(Number("queue", kilo ? lower[..^2] : lower, 1, kilo ? 65_536 : 67_108_864) * (kilo ? 1024 : 1));
    }

    private string Next(string word)
    {
        Once(word.ToLowerInvariant());
        if (_at == _words.Length)
        {
            Fail($"'{word}'", "a value must follow it");
        }

        return _words[_at++];
    }

    private void Once(string what)
    {
        if (!_seen.Add(what))
        {
            Fail(what, "it is given twice");
        }
    }

    private double Share(string what, string word, double max) => word.EndsWith('%')
        ? Number(what, word[..^1], 0, max * 100) / 100
        : Fail($"{what} '{word}'", $"a share is written with a percent sign, 0% to {max * 100}%");

    private double Number(string what, string word, double min, double max)
    {
        bool isNumber = double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        return isNumber && value >= min && value <= max
            ? value
            : Fail($"{what} '{word}'", string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max} is allowed"));
    }

    [DoesNotReturn]
    private double Fail(string what, string allowed) => throw new FormatException($"Network conditions \"{text}\": {what}: {allowed}.");
}
