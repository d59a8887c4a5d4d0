using System.Diagnostics.Metrics;
using RealtimeServer.Matches;

namespace RealtimeServer.Bench;

/// <summary>Collects the match host's own measurements while switched on. The measuring thread is the worker; there is one.</summary>
internal sealed class TickMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private volatile bool _on;
    private long _slipped;
    private long _allocatedAtFirst = -1;
    private long _allocatedAtLast = -1;

    public TickMeter(int samplesMax)
    {
        Duration = new Samples(samplesMax);
        Lateness = new Samples(samplesMax);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == MatchHost.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            if (_on)
            {
                Add(instrument.Name, value);
            }
        });
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (_on && instrument.Name == "match.ticks.slipped")
            {
                Interlocked.Add(ref _slipped, value);
            }
        });
        _listener.Start();
    }

    /// <summary>Seconds.</summary>
    public Samples Duration { get; }

    /// <summary>Seconds.</summary>
    public Samples Lateness { get; }

    public long Slipped => Interlocked.Read(ref _slipped);

    /// <summary>What the worker's thread allocated from the first measured tick to the last.</summary>
    public long AllocatedBytes => _allocatedAtLast - _allocatedAtFirst;

    public void Switch(bool on) => _on = on;

    public void Dispose() => _listener.Dispose();

    private void Add(string instrument, double value)
    {
        switch (instrument)
        {
            case "match.tick.duration":
                Duration.Add(value);
                break;
            case "match.tick.lateness":
                Lateness.Add(value);

                // Told on the worker's thread at the start of a tick.
                _allocatedAtLast = GC.GetAllocatedBytesForCurrentThread();
                _allocatedAtFirst = _allocatedAtFirst < 0 ? _allocatedAtLast : _allocatedAtFirst;
                break;
        }
    }
}
