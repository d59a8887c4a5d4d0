using System.Diagnostics.Metrics;

namespace RealtimeServer.Server.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One instrument and its series.</summary>
internal sealed class InstrumentState
{
    // Around a tick period of 33 ms and a jitter bound of 3 ms; seconds.
    private static readonly double[] SecondsBounds =
        [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.033, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly double[] OtherBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];

    private readonly Lock _gate = new();
    private readonly bool _sets;
    private Series[] _series = [];

    public InstrumentState(Instrument instrument)
    {
        Type type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        // Observable instruments and gauges tell their value, the others what to add to it.
        _sets = instrument.IsObservable || type == typeof(Gauge<>);
        Bounds = Kind != MetricKind.Histogram ? [] : instrument.Unit == "s" ? SecondsBounds : OtherBounds;
        Name = PrometheusText.Name(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? instrument.Name;
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    public double[] Bounds { get; }

    public ReadOnlySpan<Series> Series => Volatile.Read(ref _series);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Series? series = Find(tags);
        if (series is null)
        {
            return;
        }
        if (Kind == MetricKind.Histogram)
        {
            series.Observe(value);
        }
        else if (_sets)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (Series known in Series)
        {
            if (known.HasTags(tags))
            {
                return known;
            }
        }
        lock (_gate)
        {
            foreach (Series known in _series)
            {
                if (known.HasTags(tags))
                {
                    return known;
                }
            }
            if (_series.Length >= Limits.SeriesMax)
            {
                return null;
            }
            Series added = new(tags, Bounds);
            Volatile.Write(ref _series, [.. _series, added]);
            return added;
        }
    }
}
