using System.Collections.Concurrent;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>Something on a board is over.</summary>
/// <param name="Board">On which.</param>
/// <param name="Period">Of which period.</param>
/// <param name="IsReset">The period itself, whose records are now found under its expiry; false: a tournament has stopped taking scores.</param>
public sealed record LeaderboardEvent(Leaderboard Board, LeaderboardPeriod Period, bool IsReset);

/// <summary>
/// Tells server code of ends and resets when they come, in their order. What was told is written down, so that a server that was away
/// tells the rest at its start; after a crash the last may be told again.
/// </summary>
internal sealed class LeaderboardCalendar
{
    private readonly ConcurrentDictionary<string, Leaderboard> _boards;
    private readonly LeaderboardRanks _ranks;
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    private readonly List<Func<LeaderboardEvent, Task>> _told = [];

    public LeaderboardCalendar(
        ConcurrentDictionary<string, Leaderboard> boards, LeaderboardRanks ranks, Database database, TimeProvider time, Action<string, Exception> fault)
    {
        _boards = boards;
        _ranks = ranks;
        _database = database;
        _time = time;
        _fault = fault;
    }

    public void Tell(Func<LeaderboardEvent, Task> callback) => _told.Add(callback);

    /// <summary>What is over between two times (the second included), in order.</summary>
    public static IEnumerable<LeaderboardEvent> Between(Leaderboard board, long after, long until)
    {
        LeaderboardPeriod period = board.PeriodAt(after);
        while (true)
        {
            if (board.Definition.Entry is not null && period.EndActive > after && period.EndActive <= until)
            {
                yield return new LeaderboardEvent(board, period, IsReset: false);
            }
            if (period.Expiry == 0 || period.Expiry > until)
            {
                yield break;
            }
            if (period.Expiry > after)
            {
                yield return new LeaderboardEvent(board, period, IsReset: true);
            }
            LeaderboardPeriod next = board.PeriodAt(period.Expiry);
            if (next.Expiry == period.Expiry)
            {
                yield break;
            }
            period = next;
        }
    }

    /// <summary>When something is over next, in seconds since 1970; null: never.</summary>
    public static long? Next(Leaderboard board, long after)
    {
        LeaderboardPeriod period = board.PeriodAt(after);
        return board.Definition.Entry is not null && period.EndActive > after ? period.EndActive : period.Expiry > after ? period.Expiry : null;
    }

    /// <summary>Tells of all that is over and has not been told.</summary>
    /// <returns>Whether a period ended.</returns>
    public async Task<bool> RunDueAsync(long now)
    {
        bool reset = false;
        foreach (Leaderboard board in _boards.Values)
        {
            _ranks.Prepare(board, now);
            List<LeaderboardEvent> due = [.. Between(board, board.ToldUntil, now).TakeLast(Limits.LeaderboardEventsMax)];
            if (due.Count == 0)
            {
                continue;
            }
            foreach (LeaderboardEvent one in due)
            {
                reset |= one.IsReset;
                await TellAsync(one).ConfigureAwait(false);
            }
            LeaderboardRanks.Forget(board, now);
            board.ToldUntil = now;
            SqlBatch batch = new();
            batch.Execute(LeaderboardSql.Told, new { Until = now, board.Number }, rows: null);
            await _database.WriteAsync(batch).ConfigureAwait(false);
        }
        return reset;
    }

    /// <summary>How long nothing is over.</summary>
    public TimeSpan UntilNext()
    {
        DateTimeOffset now = _time.GetUtcNow();
        long next = _boards.Values.Min(b => Next(b, now.ToUnixTimeSeconds())) ?? long.MaxValue;
        // Not long, since clocks are set and boards are made.
        double seconds = next - (now.ToUnixTimeMilliseconds() / 1000.0);
        // A look ahead of it, to prepare.
        seconds = seconds > Limits.LeaderboardAheadSeconds ? Math.Min(seconds - (Limits.LeaderboardAheadSeconds / 2.0), Limits.LeaderboardLookSeconds) : seconds;
        return TimeSpan.FromSeconds(Math.Max(seconds, 0.01));
    }

    private async Task TellAsync(LeaderboardEvent one)
    {
        foreach (Func<LeaderboardEvent, Task> callback in _told)
        {
            try
            {
                await callback(one).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Server code's fault is its own: the next callback and the next board are told all the same.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _fault($"{(one.IsReset ? "reset" : "end")} of leaderboard {one.Board.Id}", exception);
            }
        }
    }
}
