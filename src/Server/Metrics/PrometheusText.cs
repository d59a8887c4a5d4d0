using System.Globalization;
using System.Text;

namespace RealtimeServer.Server.Metrics;

/// <summary>
/// Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. Names follow OpenTelemetry's
/// rules for it: dots become underscores, the unit is spelt out, counters end in _total.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public static string Name(string instrument, string? unit, MetricKind kind)
    {
        StringBuilder name = new();
        foreach (char c in instrument)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c == ':' ? c : '_');
        }
        string? word = unit switch
        {
            "s" => "seconds",
            "By" => "bytes",
            "%" => "percent",
            _ => null,
        };
        if (word is not null && !instrument.EndsWith(word, StringComparison.Ordinal))
        {
            name.Append('_').Append(word);
        }
        return name.Append(kind == MetricKind.Counter ? "_total" : "").ToString();
    }

    public void Write(InstrumentState state)
    {
        Head(state.Name, state.Kind, state.Help);
        foreach (Series series in state.Series)
        {
            if (state.Kind == MetricKind.Histogram)
            {
                Histogram(state.Name, state.Bounds, series);
            }
            else
            {
                Sample(state.Name, "", Labels(series.Tags), series.Value);
            }
        }
    }

    public void Write(string name, MetricKind kind, string help, double value)
    {
        Head(name, kind, help);
        Sample(name, "", "", value);
    }

    /// <param name="labels">Names and values, <c>a="b"</c>, already escaped.</param>
    public void Sample(string name, string suffix, string labels, double value)
    {
        _text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public void Head(string name, MetricKind kind, string help)
    {
        string plain = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        string type = kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
        _text.Append("# HELP ").Append(name).Append(' ').Append(plain).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public static string Label(string name, string value)
    {
        StringBuilder label = new();
        foreach (char c in name)
        {
            label.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }
        label.Append("=\"");
        foreach (char c in value)
        {
            label.Append(c switch
            {
                '\\' => "\\\\",
                '"' => "\\\"",
                '\n' => "\\n",
                _ => c.ToString(),
            });
        }
        return label.Append('"').ToString();
    }

    /// <summary>The lines of one histogram. Its buckets are read one after the other while others record: the count is what they add up to.</summary>
    public void Histogram(string name, double[] bounds, Series series)
    {
        string labels = Labels(series.Tags);
        string prefix = labels.Length == 0 ? "" : labels + ",";
        long count = 0;
        for (int i = 0; i <= bounds.Length; i++)
        {
            count += series.Bucket(i);
            string bound = i < bounds.Length ? Number(bounds[i]) : "+Inf";
            Sample(name, "_bucket", prefix + Label("le", bound), count);
        }
        Sample(name, "_sum", labels, series.Value);
        Sample(name, "_count", labels, count);
    }

    public override string ToString() => _text.ToString();

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string name, object? value) in tags)
        {
            labels.Append(labels.Length == 0 ? "" : ",").Append(Label(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
        }
        return labels.ToString();
    }

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
