using RealtimeServer.Foundation;
using RealtimeServer.Matches.Hosting;

namespace RealtimeServer.Matches.Simulated;

/// <summary>When a match is saved again, and where to. Matches take turns: each begins at a place of the period that follows from its id.</summary>
internal sealed class PeriodicCheckpoint
{
    private readonly MatchContext _context;
    private readonly CheckpointFile _file;
    private readonly Func<MatchInfo> _match;
    private readonly long _period;
    private long _due;
    private int _isFailing;

    private PeriodicCheckpoint(MatchContext context, string folder, MatchId id, Func<MatchInfo> match)
    {
        _context = context;
        _file = new CheckpointFile(folder, id);
        _match = match;
        _period = (long)(context.Options.CheckpointSeconds * context.Time.TimestampFrequency);
        _due = context.Time.GetTimestamp() + (long)(_period * (id.Key / (double)uint.MaxValue));
    }

    /// <summary>Null where the host keeps none, or the match wants none.</summary>
    /// <param name="match">The match as it is, to be named where a checkpoint fails.</param>
    public static PeriodicCheckpoint? For(MatchContext context, MatchId id, MatchRequest request, Func<MatchInfo> match) =>
        context.Options is { CheckpointFolder: { } folder, CheckpointSeconds: > 0 } && request.Checkpoints ? new PeriodicCheckpoint(context, folder, id, match) : null;

    /// <summary>True once it is time and the last checkpoint is written.</summary>
    public bool IsDue(long now) => now >= _due && _file.IsReady;

    /// <summary>Takes a checkpoint and hands it to the disk. What keeps it from being kept costs this checkpoint, never the match.</summary>
    /// <param name="now">When the tick began.</param>
    /// <param name="write">Writes the match.</param>
    /// <param name="to">Room for it.</param>
    public void Keep(long now, Action<StateWriter> write, StateWriter to)
    {
        _due = now + _period;
        try
        {
            write(to);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A component without a serializer, or a serializer of the game that throws.
            Tell(error.Message);
            return;
        }

        if (to.Length > Limits.CheckpointBytesMax)
        {
            Tell($"It takes {to.Length} bytes; at most {Limits.CheckpointBytesMax} are kept.");
            return;
        }

        _file.Write(to.Written, Tell);
        _context.Metrics.Checkpoints.Add(1);
    }

    public void End() => _file.Delete();

    /// <summary>Once for all that fail in a row, and once for the first that is kept again.</summary>
    private void Tell(string? failure)
    {
        if (failure is null)
        {
            if (Interlocked.Exchange(ref _isFailing, 0) != 0)
            {
                _context.Observer?.CheckpointsKeptAgain(_match());
            }

            return;
        }

        _context.Metrics.CheckpointsFailed.Add(1);
        if (Interlocked.Exchange(ref _isFailing, 1) == 0)
        {
            _context.Observer?.CheckpointFailed(_match(), failure);
        }
    }
}
