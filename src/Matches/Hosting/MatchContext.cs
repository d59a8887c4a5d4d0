namespace RealtimeServer.Matches.Hosting;

/// <summary>What every match of a host shares: clock, settings, instruments, and the way out of the registry.</summary>
internal sealed record MatchContext(TimeProvider Time, MatchHostOptions Options, MatchMetrics Metrics, Action<Match> Forget)
{
    public IMatchObserver? Observer => Options.Observer;

    public double Seconds(long timestampUnits) => (double)timestampUnits / Time.TimestampFrequency;
}
