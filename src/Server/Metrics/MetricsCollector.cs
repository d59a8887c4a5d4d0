using System.Diagnostics.Metrics;

namespace RealtimeServer.Server.Metrics;

/// <summary>Listens to the instruments of one server and keeps their sums. Recording runs on match workers: no lock, no allocation.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, InstrumentState> _states = new(StringComparer.Ordinal);

    private readonly List<Action<PrometheusText>> _further = [];

    /// <param name="scope">Whose meters to listen to: the factory that made them.</param>
    public MetricsCollector(IMeterFactory scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument, StateOf(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((InstrumentState)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Has <paramref name="write"/> called for each rendering: what is measured without instruments.</summary>
    public void Add(Action<PrometheusText> write)
    {
        lock (_gate)
        {
            _further.Add(write);
        }
    }

    /// <summary>Everything measured so far as Prometheus text, by name.</summary>
    public string Render()
    {
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            PrometheusText text = new();
            foreach (InstrumentState state in _states.Values)
            {
                text.Write(state);
            }
            _further.ForEach(write => write(text));
            ProcessMetrics.Write(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    // Two instruments of one name share their sums: a second meter of the same room continues the first.
    private InstrumentState StateOf(Instrument instrument)
    {
        lock (_gate)
        {
            InstrumentState state = new(instrument);
            return _states.TryAdd(state.Name, state) ? state : _states[state.Name];
        }
    }
}
