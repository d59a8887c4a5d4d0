using System.Collections.Concurrent;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>Deletes the records of boards that are gone and of periods no longer kept, a few at a time, so that no request waits for it.</summary>
internal sealed class LeaderboardCleaner
{
    private readonly ConcurrentDictionary<string, Leaderboard> _boards;
    private readonly Database _database;
    private readonly TimeProvider _time;

    public LeaderboardCleaner(ConcurrentDictionary<string, Leaderboard> boards, Database database, TimeProvider time)
    {
        _boards = boards;
        _database = database;
        _time = time;
    }

    /// <summary>The oldest period that is kept, by its expiry.</summary>
    public static long OldestKept(Leaderboard board, long now)
    {
        long expiry = board.PeriodAt(now).Expiry;
        for (int i = 1; i < board.Definition.KeepPeriods; i++)
        {
            expiry = board.Schedule?.Last(expiry - 1) ?? 0;
        }
        return expiry;
    }

    public async Task CleanAsync(CancellationToken cancellation)
    {
        IReadOnlyList<long> leftovers = await _database.ReadAsync(
            static s => s.QueryAsync<long>(LeaderboardSql.Leftovers), cancellation).ConfigureAwait(false);
        foreach (long board in leftovers)
        {
            await CleanAsync(board, -1, long.MaxValue, _ => { }, cancellation).ConfigureAwait(false);
            SqlBatch batch = new();
            batch.Execute(LeaderboardSql.DeleteLeftover, new { Board = board }, rows: null);
            await _database.WriteAsync(batch).ConfigureAwait(false);
        }
        foreach (Leaderboard board in _boards.Values.Where(b => b.Definition.KeepPeriods > 0))
        {
            long oldest = OldestKept(board, _time.GetUtcNow().ToUnixTimeSeconds());
            await CleanAsync(board.Number, 0, oldest, expiry => board.Ranks.TryRemove(expiry, out _), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes the periods of a board between two, both excluded.</summary>
    private async Task CleanAsync(long board, long after, long before, Action<long> forget, CancellationToken cancellation)
    {
        while (true)
        {
            long? expiry = await _database.ReadAsync(
                s => s.QuerySingleOrDefaultAsync<long?>(LeaderboardSql.FirstPeriod, new { Board = board, After = after }), cancellation).ConfigureAwait(false);
            if (expiry is not long period || period >= before)
            {
                break;
            }
            forget(period);
            await DeleteAsync(board, period, cancellation).ConfigureAwait(false);
        }
        SqlBatch batch = new();
        batch.Execute(LeaderboardSql.DeleteSizes, new { Board = board, After = after, Before = before }, rows: null);
        await _database.WriteAsync(batch).ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes a period from its best record on, as many at a time as take a few milliseconds, and leaves the disk to others for longer than
    /// that. Not as a batch: those travel and commit together, and every score would wait for it.
    /// </summary>
    private async Task DeleteAsync(long board, long expiry, CancellationToken cancellation)
    {
        RankRow after = RankRow.First;
        int size = Limits.LeaderboardSliceMin;
        while (true)
        {
            long started = _time.GetTimestamp();
            IReadOnlyList<RankRow> ends = await _database.ReadAsync(
                s => s.QueryAsync<RankRow>(LeaderboardSql.KeyAhead, new Slice(board, expiry, after, default, size - 1)), cancellation).ConfigureAwait(false);
            RankRow last = ends.Count == 0 ? RankRow.Last : ends[0];
            TimeSpan deleting = await DeleteAsync(new Slice(board, expiry, after, last, 0)).ConfigureAwait(false);
            if (ends.Count == 0)
            {
                return;
            }
            after = last;
            size = deleting.TotalMilliseconds > Limits.LeaderboardSliceMilliseconds
                ? Math.Max(size / 2, Limits.LeaderboardSliceMin)
                : Math.Min(size * 2, Limits.LeaderboardSliceMax);
            TimeSpan pause = (2 * _time.GetElapsedTime(started)) + TimeSpan.FromMilliseconds(Limits.LeaderboardSlicePauseMilliseconds);
            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>How long the statement took; how long its commit takes says nothing of its size.</returns>
    private Task<TimeSpan> DeleteAsync(Slice slice) => _database.WriteAsync(async s =>
    {
        long started = _time.GetTimestamp();
        await s.ExecuteAsync(LeaderboardSql.DeleteSlice, slice).ConfigureAwait(false);
        return _time.GetElapsedTime(started);
    });

    /// <summary>Records of a period behind one, up to another.</summary>
    private sealed record Slice(
        long Board, long Expiry, long Score, long Subscore, long Sequence, Guid OwnerId, long LastScore, long LastSubscore, long LastSequence, Guid LastOwnerId, int Skip)
    {
        public Slice(long board, long expiry, RankRow after, RankRow last, int skip)
            : this(
                board, expiry, after.RankScore, after.RankSubscore, after.Sequence, after.OwnerId,
                last.RankScore, last.RankSubscore, last.Sequence, last.OwnerId, skip)
        {
        }
    }
}
