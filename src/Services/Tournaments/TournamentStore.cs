using System.Collections.Concurrent;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

/// <summary>A tournament that is there, as of a moment. Times are seconds since 1970 UTC.</summary>
/// <param name="Size">Participants of the running period, where there may be only so many; else 0.</param>
public sealed record Tournament(
    Leaderboard Board, string Title, string Description, int Category, LeaderboardPeriod Period, long PreviousReset, int Size, bool CanEnter);

/// <summary>Which tournaments to list.</summary>
/// <param name="StartsFrom">Those that start then or later.</param>
/// <param name="EndsUntil">Those that end then or before; 0: those without end; null: those that are not over.</param>
public sealed record TournamentQuery(
    int CategoryFrom = 0, int CategoryUntil = Limits.TournamentCategoryMax, long StartsFrom = 0, long? EndsUntil = null);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record TournamentPage(IReadOnlyList<Tournament> Tournaments, string? Cursor);

/// <summary>
/// The front door of tournaments: boards that take scores for a while after each reset, from so many players, so often. What they have
/// in common with other boards is <see cref="LeaderboardStore"/>'s.
/// </summary>
public sealed class TournamentStore
{
    private readonly ConcurrentDictionary<string, Details> _details = new(StringComparer.Ordinal);
    private readonly LeaderboardStore _boards;
    private readonly Database _database;
    private readonly TimeProvider _time;

    public TournamentStore(LeaderboardStore boards, Database database, TimeProvider time)
    {
        _boards = boards;
        _database = database;
        _time = time;
    }

    /// <summary>Reads what tournaments show. Whoever starts the server does so after it has loaded the boards.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<DetailsRow> rows = await _database.ReadAsync(
            static s => s.QueryAsync<DetailsRow>(TournamentSql.All), cancellation).ConfigureAwait(false);
        foreach (DetailsRow row in rows)
        {
            _details[row.Id] = new Details(row.Title, row.Description, row.Category);
        }
    }

    /// <summary>Makes a tournament. One of that id that is there already stays as it is.</summary>
    public Task<BoardOutcome> CreateAsync(TournamentDefinition definition) => PutAsync(definition, change: false);

    /// <summary>Makes a tournament, or changes the one of that id to be as declared. Which scores are better cannot change.</summary>
    public Task<BoardOutcome> DeclareAsync(TournamentDefinition definition) => PutAsync(definition, change: true);

    /// <summary>Deletes a tournament; its records follow by and by. False when there is none.</summary>
    public async Task<bool> DeleteAsync(string id)
    {
        bool there = Board(id) is not null && await _boards.DeleteAsync(id).ConfigureAwait(false);
        if (there)
        {
            _details.TryRemove(id, out _);
        }
        return there;
    }

    /// <summary>Null when there is none.</summary>
    public async ValueTask<Tournament?> FindAsync(string id, CancellationToken cancellation) =>
        Board(id) is Leaderboard board ? (await ShowAsync([board], cancellation).ConfigureAwait(false))[0] : null;

    /// <summary>A page of tournaments, by start.</summary>
    /// <param name="query">Which.</param>
    /// <param name="limit">1..<see cref="Limits.TournamentListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours.</returns>
    public async ValueTask<TournamentPage?> ListAsync(TournamentQuery query, int limit, string? cursor, CancellationToken cancellation)
    {
        TournamentCursor from = default;
        if (cursor is not null && !TournamentCursor.TryParse(cursor, out from))
        {
            return null;
        }
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        List<Leaderboard> found =
        [
            .. _details
                .Where(d => d.Value.Category >= query.CategoryFrom && d.Value.Category <= query.CategoryUntil)
                .Select(d => Board(d.Key)!)
                .Where(b => b is not null && IsWanted(b.Definition.Entry!, query, now) && (cursor is null || CursorOf(b).CompareTo(from) > 0))
                .OrderBy(CursorOf)
                .Take(limit + 1),
        ];
        bool more = found.Count > limit;
        if (more)
        {
            found.RemoveAt(limit);
        }
        return new TournamentPage(await ShowAsync(found, cancellation).ConfigureAwait(false), more ? CursorOf(found[^1]).ToString() : null);
    }

    /// <inheritdoc cref="LeaderboardStore.JoinAsync"/>
    public Task<RecordResult> JoinAsync(string id, Guid owner, string? username) =>
        Board(id) is null ? Task.FromResult(RecordResult.NoBoard) : _boards.JoinAsync(id, owner, username);

    /// <inheritdoc cref="LeaderboardStore.WriteAsync"/>
    public Task<RecordOutcome> WriteAsync(string id, ScoreWrite write, Guid? caller)
    {
        Leaderboard? board = Board(id);
        if (board is null || IsOver(board))
        {
            return Task.FromResult(new RecordOutcome(board is null ? RecordResult.NoBoard : RecordResult.Ended, null));
        }
        return _boards.WriteAsync(id, write, caller);
    }

    /// <inheritdoc cref="LeaderboardStore.DeleteRecordAsync"/>
    public Task<RecordResult> DeleteRecordAsync(string id, Guid owner, Guid? caller) =>
        Board(id) is null ? Task.FromResult(RecordResult.NoBoard) : _boards.DeleteRecordAsync(id, owner, caller);

    /// <inheritdoc cref="LeaderboardStore.ListAsync"/>
    public ValueTask<RecordPage> ListRecordsAsync(
        string id, int limit, string? cursor, IReadOnlyList<Guid> owners, long expiry, Guid? viewer, CancellationToken cancellation) =>
        Board(id) is null
            ? ValueTask.FromResult(RecordPage.Empty(RecordResult.NoBoard))
            : _boards.ListAsync(id, limit, cursor, owners, expiry, viewer, cancellation);

    /// <inheritdoc cref="LeaderboardStore.ListAroundAsync"/>
    public ValueTask<RecordPage> ListRecordsAroundAsync(
        string id, Guid owner, int limit, string? cursor, long expiry, Guid? viewer, CancellationToken cancellation) =>
        Board(id) is null
            ? ValueTask.FromResult(RecordPage.Empty(RecordResult.NoBoard))
            : _boards.ListAroundAsync(id, owner, limit, cursor, expiry, viewer, cancellation);

    private async Task<BoardOutcome> PutAsync(TournamentDefinition definition, bool change)
    {
        if (definition.Problem() is string problem)
        {
            return new BoardOutcome(BoardResult.Refused, null, problem);
        }
        LeaderboardDefinition board = definition.Board;
        if (board.Entry!.StartTime == 0)
        {
            long start = Board(board.Id)?.Definition.Entry!.StartTime ?? _time.GetUtcNow().ToUnixTimeSeconds();
            board = board with { Entry = board.Entry with { StartTime = start } };
        }
        BoardOutcome outcome = await _boards.PutAsync(board, change, async (session, number) => await session.ExecuteAsync(
            TournamentSql.Put, new { Board = number, definition.Title, definition.Description, definition.Category }).ConfigureAwait(false)).ConfigureAwait(false);
        if (outcome.Result == BoardResult.Created || (change && outcome.Result != BoardResult.Refused))
        {
            _details[board.Id] = new Details(definition.Title, definition.Description, definition.Category);
        }
        return outcome;
    }

    private async ValueTask<List<Tournament>> ShowAsync(List<Leaderboard> boards, CancellationToken cancellation)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        int[] sizes = await _boards.SizesAsync(boards, cancellation).ConfigureAwait(false);
        return
        [
            .. boards.Select((board, i) =>
            {
                Details details = _details.GetValueOrDefault(board.Id) ?? new Details("", "", 0);
                LeaderboardPeriod period = board.PeriodAt(now);
                EntryRules entry = board.Definition.Entry!;
                bool canEnter = period.IsActive(now) && (entry.MaxSize == 0 || sizes[i] < entry.MaxSize);
                return new Tournament(
                    board, details.Title, details.Description, details.Category, period, board.PreviousReset(now), sizes[i], canEnter);
            }),
        ];
    }

    private Leaderboard? Board(string id) => _boards.Find(id) is { Definition.Entry: not null } board ? board : null;

    private bool IsOver(Leaderboard board) =>
        board.Definition.Entry is { EndTime: > 0 } entry && entry.EndTime <= _time.GetUtcNow().ToUnixTimeSeconds();

    private static bool IsWanted(EntryRules entry, TournamentQuery query, long now) =>
        entry.StartTime >= query.StartsFrom && query.EndsUntil switch
        {
            null => entry.EndTime == 0 || entry.EndTime >= now,
            0 => entry.EndTime == 0,
            long until => entry.EndTime != 0 && entry.EndTime <= until,
        };

    private static TournamentCursor CursorOf(Leaderboard board) => new(board.Definition.Entry!.StartTime, board.Id);

    private sealed record Details(string Title, string Description, int Category);

    private sealed record DetailsRow(string Id, string Title, string Description, int Category);
}
