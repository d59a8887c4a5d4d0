using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>
/// Reads records in pages, from the database, with ranks out of memory. Where none are kept, a list that began at its top still counts
/// its places.
/// </summary>
internal sealed class RecordListing
{
    private readonly Database _database;
    private readonly LeaderboardRanks _ranks;
    private readonly Func<Guid, bool> _isHidden;
    private readonly TimeProvider _time;

    public RecordListing(Database database, LeaderboardRanks ranks, Func<Guid, bool> isHidden, TimeProvider time)
    {
        _database = database;
        _ranks = ranks;
        _isHidden = isHidden;
        _time = time;
    }

    /// <param name="board">On which.</param>
    /// <param name="limit">Records of the page; 0: only those of the owners.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="owners">Whose records are wanted beside it.</param>
    /// <param name="expiry">Which period; 0: the running one.</param>
    /// <param name="viewer">Sees their own hidden record; null: the server sees all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<RecordPage> ListAsync(
        Leaderboard board, int limit, string? cursor, IReadOnlyList<Guid> owners, long expiry, Guid? viewer, CancellationToken cancellation)
    {
        Place place = PlaceOf(board, expiry);
        if (place.IsOver)
        {
            return RecordPage.Empty(RecordResult.Ended);
        }
        RecordCursor from = RecordCursor.Start(board.Number, place.Expiry);
        bool isFirst = cursor is null;
        if (cursor is not null && (!RecordCursor.TryParse(cursor, out from) || from.Board != board.Number || from.Expiry != place.Expiry))
        {
            return RecordPage.Empty(RecordResult.WrongCursor);
        }
        PeriodRanks? ranks = await _ranks.FindAsync(board, place.Expiry, place.IsRunning).ConfigureAwait(false);
        Guid[] wanted = [.. owners.Distinct()];
        (List<RecordRow> rows, IReadOnlyList<RecordRow> owned) = await _database.ReadAsync(
            async session =>
            {
                // Asked together, so that they share a round trip.
                ValueTask<IReadOnlyList<RecordRow>> asked = wanted.Length == 0
                    ? ValueTask.FromResult<IReadOnlyList<RecordRow>>([])
                    : session.QueryAsync<RecordRow>(LeaderboardSql.RecordsOfOwners, new { Board = board.Number, place.Expiry, Owners = wanted });
                List<RecordRow> page = limit == 0 ? [] : await ReadAsync(session, from, from.Forward, limit + 1, viewer).ConfigureAwait(false);
                return (page, await asked.ConfigureAwait(false));
            },
            cancellation).ConfigureAwait(false);
        bool more = rows.Count > limit;
        if (more)
        {
            rows.RemoveAt(limit);
        }
        if (!from.Forward)
        {
            rows.Reverse();
        }
        Page page = new(board, place.Expiry, ranks, viewer);
        LeaderboardRecord[] records = Show(page, rows, FirstRank(from, isFirst, rows.Count), out long count);
        LeaderboardRecord[] ownRecords = Show(page, [.. owned.Where(r => IsSeen(r.OwnerId, viewer))], 0, out _);
        bool hasNext = from.Forward ? more : rows.Count > 0;
        bool hasPrevious = from.Forward ? !isFirst && rows.Count > 0 : more;
        return new RecordPage(
            RecordResult.Done,
            records,
            ownRecords,
            hasNext ? page.Cursor(true, rows[^1], records[^1].Rank) : null,
            hasPrevious ? page.Cursor(false, rows[0], records[0].Rank) : null,
            count);
    }

    /// <summary>The records next to an owner's, with it: as many above as below, while there are.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public async ValueTask<RecordPage> AroundAsync(
        Leaderboard board, Guid owner, int limit, string? cursor, long expiry, Guid? viewer, CancellationToken cancellation)
    {
        if (cursor is not null)
        {
            return await ListAsync(board, limit, cursor, [], expiry, viewer, cancellation).ConfigureAwait(false);
        }
        Place place = PlaceOf(board, expiry);
        if (place.IsOver || !IsSeen(owner, viewer))
        {
            return RecordPage.Empty(place.IsOver ? RecordResult.Ended : RecordResult.Done);
        }
        PeriodRanks? ranks = await _ranks.FindAsync(board, place.Expiry, place.IsRunning).ConfigureAwait(false);
        RankKey? remembered = ranks?.Find(owner);
        Surroundings found = await _database.ReadAsync(
            async session =>
            {
                ValueTask<RecordRow?> asked = session.QuerySingleOrDefaultAsync<RecordRow>(
                    LeaderboardSql.Record, new { OwnerId = owner, Board = board.Number, place.Expiry });
                if (remembered is RankKey key)
                {
                    // Where the owner stands is known, so that all is asked together.
                    Surroundings guess = await ReadAsync(session, At(key), limit, viewer).ConfigureAwait(false);
                    RecordRow? there = await asked.ConfigureAwait(false);
                    if (there?.Key == key)
                    {
                        return guess with { Own = there };
                    }
                    return there is null ? Surroundings.None : await ReadAsync(session, At(there.Key), limit, viewer).ConfigureAwait(false) with { Own = there };
                }
                RecordRow? own = await asked.ConfigureAwait(false);
                return own is null ? Surroundings.None : await ReadAsync(session, At(own.Key), limit, viewer).ConfigureAwait(false) with { Own = own };
            },
            cancellation).ConfigureAwait(false);
        if (found.Own is null)
        {
            return RecordPage.Empty(RecordResult.Done);
        }
        List<RecordRow> rows = Window(found, limit, out bool before, out bool behind);
        Page page = new(board, place.Expiry, ranks, viewer);
        LeaderboardRecord[] records = Show(page, rows, 0, out long count);
        return new RecordPage(
            RecordResult.Done,
            records,
            [],
            behind ? page.Cursor(true, rows[^1], records[^1].Rank) : null,
            before ? page.Cursor(false, rows[0], records[0].Rank) : null,
            count);

        RecordCursor At(RankKey key) => new(true, board.Number, place.Expiry, key, owner, 0);
    }

    /// <summary>The rows to show around an owner: half of them behind, more where there are few before.</summary>
    private static List<RecordRow> Window(Surroundings found, int limit, out bool before, out bool behind)
    {
        List<RecordRow> above = [.. found.Above.Take(limit)];
        int below = limit / 2;
        bool isNearTop = above.Count < below;
        below = isNearTop ? limit - above.Count : below;
        above.Reverse();
        List<RecordRow> rows = [.. above, found.Own!, .. found.Below.Take(below)];
        int first = isNearTop ? 0 : Math.Max(0, rows.Count - limit);
        int shown = Math.Min(limit, rows.Count - first);
        before = first > 0 || found.Above.Count > above.Count;
        behind = first + shown < rows.Count || found.Below.Count > below;
        return rows.GetRange(first, shown);
    }

    private async ValueTask<Surroundings> ReadAsync(SqlSession session, RecordCursor place, int limit, Guid? viewer)
    {
        ValueTask<List<RecordRow>> above = ReadAsync(session, place, forward: false, limit + 1, viewer);
        ValueTask<List<RecordRow>> below = ReadAsync(session, place, forward: true, limit + 1, viewer);
        return new Surroundings(null, await above.ConfigureAwait(false), await below.ConfigureAwait(false));
    }

    /// <summary>So many records from a place on, in that direction, without those not to be seen.</summary>
    private async ValueTask<List<RecordRow>> ReadAsync(SqlSession session, RecordCursor place, bool forward, int count, Guid? viewer)
    {
        List<RecordRow> seen = [];
        while (true)
        {
            IReadOnlyList<RecordRow> rows = await session.QueryAsync<RecordRow>(
                forward ? LeaderboardSql.RecordsBelow : LeaderboardSql.RecordsAbove,
                new
                {
                    place.Board,
                    place.Expiry,
                    place.Key.Score,
                    place.Key.Subscore,
                    place.Key.Sequence,
                    OwnerId = place.Owner,
                    Limit = count,
                }).ConfigureAwait(false);
            seen.AddRange(rows.Where(r => IsSeen(r.OwnerId, viewer)).Take(count - seen.Count));
            if (seen.Count == count || rows.Count < count)
            {
                return seen;
            }
            place = place with { Key = rows[^1].Key, Owner = rows[^1].OwnerId };
        }
    }

    /// <param name="page">Which they are of.</param>
    /// <param name="rows">In order.</param>
    /// <param name="first">The rank of the first where ranks are not kept; 0: not known.</param>
    /// <param name="count">Records with a rank.</param>
    private static LeaderboardRecord[] Show(Page page, List<RecordRow> rows, long first, out long count)
    {
        count = 0;
        long[] ranks = new long[rows.Count];
        if (page.Ranks is not null && page.Ranks.TryRanks([.. rows.Select(r => r.OwnerId)], page.Viewer, ranks, out int ranked))
        {
            count = ranked;
        }
        else if (first > 0)
        {
            for (int i = 0; i < ranks.Length; i++)
            {
                ranks[i] = first + i;
            }
        }
        return [.. rows.Select((r, i) => r.Shown(page.Board, page.Expiry, ranks[i]))];
    }

    private static long FirstRank(RecordCursor from, bool isFirst, int count) => isFirst
        ? 1
        : from.Rank == 0 ? 0 : from.Forward ? from.Rank + 1 : from.Rank - count;

    private bool IsSeen(Guid owner, Guid? viewer) => viewer is null || viewer == owner || !_isHidden(owner);

    private Place PlaceOf(Leaderboard board, long expiry)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        LeaderboardPeriod running = board.PeriodAt(now);
        return expiry == 0
            ? new Place(running.Expiry, true, running.Expiry != 0 && running.Expiry <= now)
            : new Place(expiry, expiry == running.Expiry, false);
    }

    /// <summary>Which period is meant.</summary>
    private readonly record struct Place(long Expiry, bool IsRunning, bool IsOver);

    /// <param name="Above">From the owner upwards.</param>
    /// <param name="Below">From the owner downwards.</param>
    private readonly record struct Surroundings(RecordRow? Own, List<RecordRow> Above, List<RecordRow> Below)
    {
        public static Surroundings None => new(null, [], []);
    }

    private readonly record struct Page(Leaderboard Board, long Expiry, PeriodRanks? Ranks, Guid? Viewer)
    {
        public string Cursor(bool forward, RecordRow row, long rank) => new RecordCursor(forward, Board.Number, Expiry, row.Key, row.OwnerId, rank).ToString();
    }
}
