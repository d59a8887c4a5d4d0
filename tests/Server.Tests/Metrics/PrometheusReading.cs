using System.Globalization;
using System.Text.RegularExpressions;

namespace RealtimeServer.Server.Metrics;

/// <summary>A reader of Prometheus text, written from the format's description; it throws at anything that is not in it.</summary>
internal sealed partial class PrometheusReading
{
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>By name with labels, as written.</summary>
    public Dictionary<string, double> Samples { get; } = new(StringComparer.Ordinal);

    public static PrometheusReading Of(string text)
    {
        PrometheusReading reading = new();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (string line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                Assert.Equal(4, words.Length);
                Assert.Contains(words[3], new[] { "counter", "gauge", "histogram" });
                reading.Types.Add(words[2], words[3]);
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                reading.ReadSample(line);
            }
        }
        return reading;
    }

    private void ReadSample(string line)
    {
        Match match = SampleLine().Match(line);
        Assert.True(match.Success, $"no sample: {line}");
        string name = match.Groups["name"].Value;
        string family = Types.ContainsKey(name) ? name : HistogramSuffix().Replace(name, "");
        Assert.True(Types.ContainsKey(family), $"no TYPE before {line}");
        string value = match.Groups["value"].Value;
        Samples.Add(name + match.Groups["labels"].Value, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\.)*")*\})? (?<value>\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();
}
