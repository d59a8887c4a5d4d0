using System.Buffers;
using System.Collections.Concurrent;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>
/// The ranks of all boards in memory. A committed batch changes them in the order of commits; a start reads them from the database,
/// all small boards before the large ones, while the server already serves. Kept are the running period of a board and the one before.
/// </summary>
internal sealed class LeaderboardRanks
{
    private readonly Database _database;
    private readonly Func<Guid, bool> _isHidden;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    // Each has a connection of its own.
    private readonly SemaphoreSlim _scans = new(Limits.RankScansMax);
    private long _sequence;

    /// <param name="database">Where records are.</param>
    /// <param name="isHidden">Whose records nobody else is to see.</param>
    /// <param name="time">For sequences and waits.</param>
    /// <param name="fault">Told what went wrong.</param>
    public LeaderboardRanks(Database database, Func<Guid, bool> isHidden, TimeProvider time, Action<string, Exception> fault)
    {
        _database = database;
        _isHidden = isHidden;
        _time = time;
        _fault = fault;
    }

    /// <summary>A number greater than those before it: microseconds since 1970, unless the clock stands still or went back.</summary>
    public long NextSequence()
    {
        long now = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            long last = Volatile.Read(ref _sequence);
            long next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _sequence, next, last) == last)
            {
                return next;
            }
        }
    }

    /// <summary>The ranks of a period; null where none are kept.</summary>
    /// <param name="board">Its board.</param>
    /// <param name="expiry">Its name.</param>
    /// <param name="isRunning">The running period gets ranks if it has none yet, which here waits for the database.</param>
    public async ValueTask<PeriodRanks?> FindAsync(Leaderboard board, long expiry, bool isRunning)
    {
        PeriodRanks? known = board.Ranks.GetValueOrDefault(expiry);
        if (!board.Definition.EnableRanks || !isRunning)
        {
            return known;
        }
        known ??= Open(board, expiry, out _);
        await known.Settled.ConfigureAwait(false);
        return known;
    }

    /// <summary>Called in the order of commits: a record is now this, or gone.</summary>
    public void Changed(Leaderboard board, long expiry, Guid owner, RecordRow? row)
    {
        if (board.Ranks.TryGetValue(expiry, out PeriodRanks? ranks))
        {
            ranks.Set(owner, row?.Key, _isHidden(owner));
        }
    }

    /// <summary>Reads the ranks of boards. Done when all are there.</summary>
    /// <returns>Records that now have a rank.</returns>
    public async Task<long> LoadAsync(IReadOnlyList<Leaderboard> boards, long now, CancellationToken cancellation)
    {
        List<Task> loading = [];
        List<PeriodRanks> all = [];
        foreach (Leaderboard board in boards.Where(b => b.Definition.EnableRanks))
        {
            foreach (long expiry in Kept(board, now))
            {
                all.Add(Open(board, expiry, out Task? load));
                if (load is not null)
                {
                    // Its first page, before the next board begins: then the small ones are done, and the large ones go on together.
                    await all[^1].Settled.WaitAsync(cancellation).ConfigureAwait(false);
                    loading.Add(load);
                }
            }
        }
        await Task.WhenAll(loading).WaitAsync(cancellation).ConfigureAwait(false);
        return all.Sum(r => (long)r.Count);
    }

    /// <summary>Begins the ranks of the next period of a board that many play on, shortly before it: its first scores then wait for nothing.</summary>
    public void Prepare(Leaderboard board, long now)
    {
        long running = board.PeriodAt(now).Expiry;
        if (running > now && running <= now + Limits.LeaderboardAheadSeconds
            && board.Ranks.TryGetValue(running, out PeriodRanks? ranks) && ranks.Count >= Limits.LeaderboardAheadRecords)
        {
            Open(board, board.PeriodAt(running).Expiry, out _);
        }
    }

    /// <summary>Lets go of periods that are long over.</summary>
    public static void Forget(Leaderboard board, long now)
    {
        long[] kept = Kept(board, now);
        foreach (long expiry in board.Ranks.Keys.Where(e => !kept.Contains(e) && (kept[0] == 0 || e < kept[0])))
        {
            board.Ranks.TryRemove(expiry, out _);
        }
    }

    /// <summary>Reads a record again after a write of which nobody knows whether it happened; gives up with the database.</summary>
    public async Task RefreshAsync(Leaderboard board, long expiry, Guid owner)
    {
        while (true)
        {
            try
            {
                SqlBatch batch = new();
                SqlBatchRows<RecordRow> rows = batch.Query<RecordRow>(
                    LeaderboardSql.Record, new { OwnerId = owner, Board = board.Number, Expiry = expiry }, rows: null);
                batch.Committed = () => Changed(board, expiry, owner, rows.Rows.Count == 0 ? null : rows.Rows[0]);
                await _database.WriteAsync(batch).ConfigureAwait(false);
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception) when (exception is DatabaseUnavailableException or DatabaseBusyException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Limits.ReconnectMillisecondsMax), _time).ConfigureAwait(false);
            }
        }
    }

    private static long[] Kept(Leaderboard board, long now)
    {
        LeaderboardPeriod running = board.PeriodAt(now);
        long previous = board.PreviousReset(now);
        return previous == 0 || previous == running.Expiry ? [running.Expiry] : [running.Expiry, previous];
    }

    /// <param name="load">Set when this call began it.</param>
    private PeriodRanks Open(Leaderboard board, long expiry, out Task? load)
    {
        PeriodRanks fresh = new();
        PeriodRanks ranks = board.Ranks.GetOrAdd(expiry, fresh);
        load = ranks == fresh ? Task.Run(() => LoadAsync(board, expiry, ranks)) : null;
        return ranks;
    }

    private async Task LoadAsync(Leaderboard board, long expiry, PeriodRanks ranks)
    {
        while (true)
        {
            try
            {
                IReadOnlyList<RankRow> first = await FirstAsync(board, expiry).ConfigureAwait(false);
                if (first.Count < Limits.RankPage)
                {
                    using RankRowSort sort = new();
                    Take(sort.Sort([.. first], out _), ranks);
                    ranks.Loaded();
                    return;
                }
                ranks.TakesLong();
                await AllAsync(board, expiry, ranks).ConfigureAwait(false);
                ranks.Loaded();
                return;
            }
            catch (Exception exception) when (exception is DatabaseUnavailableException or DatabaseBusyException)
            {
                // From the beginning: what is read twice changes nothing.
                ranks.TakesLong();
                await Task.Delay(TimeSpan.FromMilliseconds(Limits.ReconnectMillisecondsMax), _time).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                ranks.TakesLong();
                return;
            }
#pragma warning disable CA1031 // A board without ranks still serves its records.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ranks.TakesLong();
                _fault($"ranks of leaderboard {board.Id}", exception);
                return;
            }
        }
    }

    /// <param name="rows">In order, which makes them many times as fast to place: neighbours share a leaf.</param>
    /// <param name="ranks">Take them.</param>
    private void Take(ReadOnlySpan<RankRow> rows, PeriodRanks ranks)
    {
        long newest = 0;
        foreach (ref readonly RankRow row in rows)
        {
            newest = Math.Max(newest, row.Sequence);
        }
        ranks.Load(rows, _isHidden);
        while (Volatile.Read(ref _sequence) is long seen && seen < newest)
        {
            Interlocked.CompareExchange(ref _sequence, newest, seen);
        }
    }

    // SQLite reads on the caller's thread.
    private Task<IReadOnlyList<RankRow>> FirstAsync(Leaderboard board, long expiry) => Task.Run(async () => await _database.ReadAsync(
        s => s.QueryAsync<RankRow>(LeaderboardSql.FirstKeys, new { Board = board.Number, Expiry = expiry, Limit = Limits.RankPage }),
        CancellationToken.None).ConfigureAwait(false));

    /// <summary>Reads all there is, as the database likes to give it. It reads on while what it gave is put in order.</summary>
    private async Task AllAsync(Leaderboard board, long expiry, PeriodRanks ranks)
    {
        using BlockingCollection<ArraySegment<RankRow>> pages = new(1);
        using CancellationTokenSource stopping = new();
        await _scans.WaitAsync().ConfigureAwait(false);
        try
        {
            Task reading = ReadAsync(board, expiry, pages, stopping.Token);
            Task taking = Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        RankRuns runs = TakeInOrder(pages, ranks);
                        TakeMerged(runs, ranks, stopping.Token);
                    }
                    catch
                    {
                        stopping.Cancel();
                        throw;
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            await Task.WhenAll(reading, taking).ConfigureAwait(false);
        }
        finally
        {
            _scans.Release();
        }
    }

    /// <summary>Takes pages that come in order, and puts the others in order.</summary>
    /// <returns>Those others.</returns>
    private RankRuns TakeInOrder(BlockingCollection<ArraySegment<RankRow>> pages, PeriodRanks ranks)
    {
        using RankRowSort sort = new();
        RankRuns runs = new();
        foreach (ArraySegment<RankRow> page in pages.GetConsumingEnumerable())
        {
            ReadOnlySpan<RankRow> sorted = sort.Sort(page, out bool wereInOrder);
            if (wereInOrder && runs.Count == 0)
            {
                Take(sorted, ranks);
            }
            else
            {
                runs.Add(sorted);
            }
            ArrayPool<RankRow>.Shared.Return(page.Array!);
        }
        return runs;
    }

    /// <summary>Merges on one thread while this one takes.</summary>
    private void TakeMerged(RankRuns runs, PeriodRanks ranks, CancellationToken cancellation)
    {
        if (runs.Count == 0)
        {
            return;
        }
        ranks.Expect(runs.Count);
        using BlockingCollection<ArraySegment<RankRow>> merged = new(4);
        Task merging = Task.Run(
            () =>
            {
                try
                {
                    foreach (ArraySegment<RankRow> page in runs.Merge(Limits.RankRowsMerged))
                    {
                        merged.Add(page, cancellation);
                    }
                }
                finally
                {
                    merged.CompleteAdding();
                }
            },
            CancellationToken.None);
        foreach (ArraySegment<RankRow> page in merged.GetConsumingEnumerable(cancellation))
        {
            Take(page, ranks);
            ArrayPool<RankRow>.Shared.Return(page.Array!);
        }
        merging.GetAwaiter().GetResult();
    }

    private async Task ReadAsync(Leaderboard board, long expiry, BlockingCollection<ArraySegment<RankRow>> pages, CancellationToken cancellation)
    {
        // Small at first, so that a small board takes little and the taker begins soon.
        int size = Limits.RankPage;
        RankRow[] page = ArrayPool<RankRow>.Shared.Rent(size);
        int count = 0;
        try
        {
            await _database.ScanAsync(LeaderboardSql.AllKeys, new { Board = board.Number, Expiry = expiry }, row =>
            {
                page[count++] = new RankRow(row.Id(0), row.Number(1), row.Number(2), row.Number(3));
                if (count == size)
                {
                    pages.Add(new ArraySegment<RankRow>(page, 0, count), cancellation);
                    size = Math.Min(size * 2, Limits.RankRowsTogether);
                    page = ArrayPool<RankRow>.Shared.Rent(size);
                    count = 0;
                }
            }).ConfigureAwait(false);
            pages.Add(new ArraySegment<RankRow>(page, 0, count), cancellation);
        }
        finally
        {
            pages.CompleteAdding();
        }
    }
}
