namespace RealtimeServer.Matches.Harness;

/// <summary>A clock that only moves when told; nanoseconds.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private long _now = 1_000_000_007;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void Advance(double seconds) => Interlocked.Add(ref _now, (long)(seconds * TimestampFrequency));

    public void AdvanceTo(long timestamp) => Volatile.Write(ref _now, Math.Max(timestamp, _now));
}
