using System.Collections.Concurrent;
using RealtimeServer.Services.Data;

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
            while (await DeleteSliceAsync(board, period).ConfigureAwait(false))
            {
                // The disk is others' too.
                await Task.Delay(TimeSpan.FromMilliseconds(Limits.LeaderboardSliceMilliseconds), _time, cancellation).ConfigureAwait(false);
            }
        }
        SqlBatch batch = new();
        batch.Execute(LeaderboardSql.DeleteSizes, new { Board = board, After = after, Before = before }, rows: null);
        await _database.WriteAsync(batch).ConfigureAwait(false);
    }

    private async Task<bool> DeleteSliceAsync(long board, long expiry)
    {
        SqlBatch batch = new();
        SqlBatchRows<long> deleted = batch.Query<long>(
            LeaderboardSql.DeleteSlice, new { Board = board, Expiry = expiry, Limit = Limits.LeaderboardSlice }, rows: null);
        await _database.WriteAsync(batch).ConfigureAwait(false);
        return deleted.Rows.Count == Limits.LeaderboardSlice;
    }
}
