using System.Diagnostics.Metrics;

namespace RealtimeServer.Server.Metrics;

/// <summary>What the doors count.</summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "RealtimeServer.Server";

    private readonly Meter _meter;
    private readonly Counter<long> _snapshotsDropped;
    private readonly Counter<long> _socketMessages;

    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(new MeterOptions(MeterName));
        _snapshotsDropped = _meter.CreateCounter<long>("socket.snapshots.dropped", null, "Snapshot parts dropped because a WebSocket lagged.");
        _socketMessages = _meter.CreateCounter<long>("socket.messages.received", null, "Messages received over WebSocket.");
    }

    public void SnapshotDropped() => _snapshotsDropped.Add(1);

    public void SocketMessage() => _socketMessages.Add(1);

    public void Watch(string name, string? unit, string help, Func<long> read) => _meter.CreateObservableGauge(name, read, unit, help);

    public void WatchTotal(string name, string? unit, string help, Func<long> read) => _meter.CreateObservableCounter(name, read, unit, help);
}
