using RealtimeServer.Matches.Hosting;

namespace RealtimeServer.Matches.Simulated;

/// <summary>When a match is saved again, and where to. Matches take turns: each begins at a place of the period that follows from its id.</summary>
internal sealed class PeriodicCheckpoint
{
    private readonly MatchContext _context;
    private readonly CheckpointFile _file;
    private readonly long _period;
    private long _due;

    private PeriodicCheckpoint(MatchContext context, string folder, MatchId id)
    {
        _context = context;
        _file = new CheckpointFile(folder, id);
        _period = (long)(context.Options.CheckpointSeconds * context.Time.TimestampFrequency);
        _due = context.Time.GetTimestamp() + (long)(_period * (id.Key / (double)uint.MaxValue));
    }

    /// <summary>Null where the host keeps none, or the match wants none.</summary>
    public static PeriodicCheckpoint? For(MatchContext context, MatchId id, MatchRequest request) =>
        context.Options is { CheckpointFolder: { } folder, CheckpointSeconds: > 0 } && request.Checkpoints ? new PeriodicCheckpoint(context, folder, id) : null;

    /// <summary>True once it is time and the last checkpoint is written.</summary>
    public bool IsDue(long now) => now >= _due && _file.IsReady;

    public void Keep(long now, ReadOnlySpan<byte> match)
    {
        _due = now + _period;
        if (match.Length <= Limits.CheckpointBytesMax)
        {
            _file.Write(match);
            _context.Metrics.Checkpoints.Add(1);
        }
    }

    public void End() => _file.Delete();
}
