using System.Diagnostics.Metrics;

namespace RealtimeServer.Server.Metrics;

/// <summary>
/// Makes the meters of one server. They carry this factory as their scope, so that two servers in one process (tests) do not count
/// each other's matches.
/// </summary>
internal sealed class ScopedMeterFactory : IMeterFactory
{
    private readonly Lock _gate = new();
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        Meter meter = new(options);
        lock (_gate)
        {
            _meters.Add(meter);
        }
        return meter;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _meters.ForEach(m => m.Dispose());
            _meters.Clear();
        }
    }
}
