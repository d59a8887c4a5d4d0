using System.Diagnostics.Metrics;

namespace RealtimeServer.Matches.Hosting;

/// <summary>The instruments of meter "RealtimeServer.Matches". Durations in seconds.</summary>
internal sealed class MatchMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private long _matchCount;
    private long _memberCount;

    public MatchMetrics(IMeterFactory? meters)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(new MeterOptions(MatchHost.MeterName)) ?? new Meter(MatchHost.MeterName);
        TickDuration = _meter.CreateHistogram<double>("match.tick.duration", "s", "Simulation time of a tick.");
        TickJitter = _meter.CreateHistogram<double>("match.tick.jitter", "s", "Distance between two tick starts, less one period.");
        TickLateness = _meter.CreateHistogram<double>("match.tick.lateness", "s", "How late a tick began against its schedule.");
        TicksSlipped = _meter.CreateCounter<long>("match.ticks.slipped", "{tick}", "Ticks given up because a match was too late.");
        TicksStalled = _meter.CreateCounter<long>("match.ticks.stalled", "{tick}", "Ticks longer than the limit.");
        InboxDropped = _meter.CreateCounter<long>("match.inbox.dropped", "{message}", "Member data refused because an inbox was full.");
        InputsRefused = _meter.CreateCounter<long>("match.inputs.refused", "{input}", "Inputs of unknown op code, wrong size or no player.");
        Failed = _meter.CreateCounter<long>("match.failed", "{match}", "Matches ended because their game threw or stalled.");
        Checkpoints = _meter.CreateCounter<long>("match.checkpoints", "{checkpoint}", "Checkpoints of running matches handed to the disk.");
        CheckpointsFailed = _meter.CreateCounter<long>("match.checkpoints.failed", "{checkpoint}", "Checkpoints of running matches that were not kept.");
        _meter.CreateObservableUpDownCounter("match.count", () => MatchCount, "{match}", "Matches of both kinds.");
        _meter.CreateObservableUpDownCounter("match.members", () => MemberCount, "{member}", "Members of all matches.");
    }

    public Histogram<double> TickDuration { get; }

    public Histogram<double> TickJitter { get; }

    public Histogram<double> TickLateness { get; }

    public Counter<long> TicksSlipped { get; }

    public Counter<long> TicksStalled { get; }

    public Counter<long> InboxDropped { get; }

    public Counter<long> InputsRefused { get; }

    public Counter<long> Failed { get; }

    public Counter<long> Checkpoints { get; }

    public Counter<long> CheckpointsFailed { get; }

    public long MatchCount => Interlocked.Read(ref _matchCount);

    public long MemberCount => Interlocked.Read(ref _memberCount);

    public long AddMatches(int change) => Interlocked.Add(ref _matchCount, change);

    public void AddMembers(int change) => Interlocked.Add(ref _memberCount, change);

    public void Dispose()
    {
        // A factory disposes of the meters it made.
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
