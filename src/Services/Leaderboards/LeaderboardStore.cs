using System.Collections.Concurrent;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Data.Care;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>What became of a board that was declared.</summary>
public enum BoardResult
{
    Created,

    /// <summary>It was there and is as declared.</summary>
    Unchanged,
    Changed,

    /// <summary>It cannot be as declared.</summary>
    Refused,
}

/// <param name="Board">Null when refused.</param>
/// <param name="Problem">Why it was refused, for who declared it; else null.</param>
public readonly record struct BoardOutcome(BoardResult Result, Leaderboard? Board, string? Problem);

/// <summary>
/// The front door of leaderboards. A caller is a user, or null: the server itself, for whom authoritative boards and hidden records
/// are open. Scores and metadata have passed <see cref="LeaderboardRules"/>.
/// <para>Whoever starts the server loads the boards (<see cref="LoadAsync"/>) and starts the calendar (<see cref="Start"/>).</para>
/// </summary>
public sealed class LeaderboardStore : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Leaderboard> _boards = new(StringComparer.Ordinal);
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    private readonly LeaderboardRanks _ranks;
    private readonly RecordWriting _writing;
    private readonly RecordListing _listing;
    private readonly LeaderboardCalendar _calendar;
    private readonly LeaderboardCleaner _cleaner;
    private readonly OwnedRecords _owned;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly SemaphoreSlim _toClean = new(1);
    private Task _running = Task.CompletedTask;

    /// <param name="database">Where boards and records are.</param>
    /// <param name="isHidden">Whose records nobody else is to see.</param>
    /// <param name="time">The clock of periods.</param>
    /// <param name="fault">Told of faults of callbacks and of work that no request waits for.</param>
    public LeaderboardStore(Database database, Func<Guid, bool> isHidden, TimeProvider time, Action<string, Exception> fault)
    {
        _database = database;
        _time = time;
        _fault = fault;
        _ranks = new LeaderboardRanks(database, isHidden, time, fault);
        _writing = new RecordWriting(database, _ranks, time);
        _listing = new RecordListing(database, _ranks, isHidden, time);
        _calendar = new LeaderboardCalendar(_boards, _ranks, database, time, fault);
        _cleaner = new LeaderboardCleaner(_boards, database, time);
        _owned = new OwnedRecords(_boards, _ranks, database);
    }

    /// <summary>Records of boards that are gone; none but those a crash of a clean-up could not leave either.</summary>
    public static OrphanRule Orphans { get; } = new(
        "leaderboard records of boards that do not exist",
        "SELECT count(*) FROM leaderboard_records " + LeaderboardSql.WhereOrphaned,
        "DELETE FROM leaderboard_records " + LeaderboardSql.WhereOrphaned);

    /// <inheritdoc cref="OwnedRecords.Part"/>
    internal AccountPart Part => _owned.Part;

    /// <summary>All boards, by id.</summary>
    public IReadOnlyList<Leaderboard> All => [.. _boards.Values.OrderBy(b => b.Id, StringComparer.Ordinal)];

    public Leaderboard? Find(string id) => _boards.GetValueOrDefault(id);

    /// <summary>Has server code told of every reset of a board and end of a tournament. To be called before the start.</summary>
    public void OnEvent(Func<LeaderboardEvent, Task> callback) => _calendar.Tell(callback);

    /// <summary>Reads the boards. Their ranks follow, while the server already serves.</summary>
    /// <returns>Done when all ranks are there; says how many records have one.</returns>
    public async Task<Task<long>> LoadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<BoardRow> rows = await _database.ReadAsync(
            static s => s.QueryAsync<BoardRow>(LeaderboardSql.Boards), cancellation).ConfigureAwait(false);
        foreach (BoardRow row in rows)
        {
            _boards[row.Id] = row.Board();
        }
        return _ranks.LoadAsync([.. _boards.Values], _time.GetUtcNow().ToUnixTimeSeconds(), _stopping.Token);
    }

    /// <summary>Begins to tell of ends and resets, and to delete what is no longer kept.</summary>
    public void Start() => _running = Task.WhenAll(Task.Run(TellAsync), Task.Run(CleanAsync));

    /// <summary>Makes a board. One of that id that is there already stays as it is.</summary>
    public Task<BoardOutcome> CreateAsync(LeaderboardDefinition definition) => PutAsync(definition, change: false, null);

    /// <summary>Makes a board, or changes the one of that id to be as declared. Which scores are better cannot change.</summary>
    public Task<BoardOutcome> DeclareAsync(LeaderboardDefinition definition) => PutAsync(definition, change: true, null);

    /// <summary>Deletes a board; its records follow by and by. False when there is none.</summary>
    public async Task<bool> DeleteAsync(string id)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_boards.TryGetValue(id, out Leaderboard? board))
            {
                return false;
            }
            SqlBatch batch = new();
            batch.Execute(LeaderboardSql.DeleteBoard, new { board.Number }, rows: 1);
            batch.Execute(LeaderboardSql.InsertLeftover, new { board.Number }, rows: 1);
            await _database.WriteAsync(batch).ConfigureAwait(false);
            _boards.TryRemove(id, out _);
            board.Ranks.Clear();
        }
        finally
        {
            _changing.Release();
        }
        WakeCleaner();
        return true;
    }

    /// <summary>Submits a score.</summary>
    /// <param name="id">To which board.</param>
    /// <param name="write">Whose and what.</param>
    /// <param name="caller">Who asks; null: the server itself.</param>
    public Task<RecordOutcome> WriteAsync(string id, ScoreWrite write, Guid? caller) => Find(id) is Leaderboard board
        ? _writing.WriteAsync(board, write, caller)
        : Task.FromResult(new RecordOutcome(RecordResult.NoBoard, null));

    /// <summary>Takes part in a tournament's running period; whoever does already, or need not, is done as well.</summary>
    public Task<RecordResult> JoinAsync(string id, Guid owner, string? username) => Find(id) is Leaderboard board
        ? _writing.JoinAsync(board, owner, username)
        : Task.FromResult(RecordResult.NoBoard);

    /// <summary>Deletes an owner's record of the running period, if there is one.</summary>
    public Task<RecordResult> DeleteRecordAsync(string id, Guid owner, Guid? caller) => Find(id) is Leaderboard board
        ? _writing.DeleteAsync(board, owner, caller)
        : Task.FromResult(RecordResult.NoBoard);

    /// <summary>Lets an owner submit more scores in the running period of a tournament. False when they have no record there.</summary>
    public async Task<bool> AddAttemptsAsync(string id, Guid owner, int count) =>
        Find(id) is Leaderboard board && await _writing.AddAttemptsAsync(board, owner, count).ConfigureAwait(false);

    /// <summary>A page of records.</summary>
    /// <param name="id">Of which board.</param>
    /// <param name="limit">Records of the page, up to <see cref="Limits.LeaderboardListMax"/>; 0: only those of the owners.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="owners">Whose records are wanted beside it.</param>
    /// <param name="expiry">Which period; 0: the running one.</param>
    /// <param name="viewer">Who sees it; null: the server itself.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public ValueTask<RecordPage> ListAsync(
        string id, int limit, string? cursor, IReadOnlyList<Guid> owners, long expiry, Guid? viewer, CancellationToken cancellation) =>
        Find(id) is Leaderboard board
            ? _listing.ListAsync(board, limit, cursor, owners, expiry, viewer, cancellation)
            : ValueTask.FromResult(RecordPage.Empty(RecordResult.NoBoard));

    /// <summary>The records next to an owner's, with it.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public ValueTask<RecordPage> ListAroundAsync(
        string id, Guid owner, int limit, string? cursor, long expiry, Guid? viewer, CancellationToken cancellation) =>
        Find(id) is Leaderboard board
            ? _listing.AroundAsync(board, owner, limit, cursor, expiry, viewer, cancellation)
            : ValueTask.FromResult(RecordPage.Empty(RecordResult.NoBoard));

    /// <summary>Participants of the running periods of boards that take only so many; 0 for others.</summary>
    public ValueTask<int[]> SizesAsync(IReadOnlyList<Leaderboard> boards, CancellationToken cancellation)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        return _database.ReadAsync(
            async session =>
            {
                // Asked together, so that they share a round trip.
                ValueTask<int>[] asked =
                [
                    .. boards.Select(b => b.Definition.Entry is { MaxSize: > 0 }
                        ? session.QuerySingleOrDefaultAsync<int>(LeaderboardSql.Size, new { Board = b.Number, b.PeriodAt(now).Expiry })
                        : ValueTask.FromResult(0)),
                ];
                int[] sizes = new int[asked.Length];
                for (int i = 0; i < sizes.Length; i++)
                {
                    sizes[i] = await asked[i].ConfigureAwait(false);
                }
                return sizes;
            },
            cancellation);
    }

    /// <inheritdoc cref="OwnedRecords.ChangedAsync"/>
    public Task OwnerChangedAsync(Guid userId) => _owned.ChangedAsync(userId);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
        _changing.Dispose();
        _toClean.Dispose();
    }

    /// <summary>Tells of all that is over and not told yet.</summary>
    internal async Task RunDueAsync()
    {
        if (await _calendar.RunDueAsync(_time.GetUtcNow().ToUnixTimeSeconds()).ConfigureAwait(false))
        {
            WakeCleaner();
        }
    }

    internal Task CleanOnceAsync() => _cleaner.CleanAsync(_stopping.Token);

    /// <param name="definition">As declared.</param>
    /// <param name="change">Whether one that is there is changed.</param>
    /// <param name="also">More to write in the same transaction, with the board's number.</param>
    internal async Task<BoardOutcome> PutAsync(LeaderboardDefinition definition, bool change, Func<SqlSession, long, ValueTask>? also)
    {
        if (definition.Problem() is string problem)
        {
            return new BoardOutcome(BoardResult.Refused, null, problem);
        }
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            return _boards.TryGetValue(definition.Id, out Leaderboard? there)
                ? await ChangeAsync(there, definition, change, also).ConfigureAwait(false)
                : await InsertAsync(definition, also).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<BoardOutcome> InsertAsync(LeaderboardDefinition definition, Func<SqlSession, long, ValueTask>? also)
    {
        if (_boards.Count >= Limits.LeaderboardsMax)
        {
            return new BoardOutcome(BoardResult.Refused, null, $"there are already {Limits.LeaderboardsMax} leaderboards; delete one that is over");
        }
        long now = _ranks.NextSequence();
        BoardRow row = await _database.WriteAsync(async session =>
        {
            // Never the number of another board, not even of one that is gone.
            long last = await session.QuerySingleOrDefaultAsync<long>(LeaderboardSql.LastNumber).ConfigureAwait(false);
            long left = await session.QuerySingleOrDefaultAsync<long>(LeaderboardSql.LastLeftover).ConfigureAwait(false);
            BoardRow fresh = BoardRow.Of(Math.Max(now, Math.Max(last, left) + 1), definition, now);
            await session.ExecuteAsync(LeaderboardSql.InsertBoard, fresh).ConfigureAwait(false);
            if (also is not null)
            {
                await also(session, fresh.Number).ConfigureAwait(false);
            }
            return fresh;
        }).ConfigureAwait(false);
        Leaderboard board = row.Board();
        _boards[board.Id] = board;
        return new BoardOutcome(BoardResult.Created, board, null);
    }

    private async Task<BoardOutcome> ChangeAsync(
        Leaderboard there, LeaderboardDefinition definition, bool change, Func<SqlSession, long, ValueTask>? also)
    {
        if (there.Definition.Entry is null != definition.Entry is null)
        {
            string kind = there.Definition.Entry is null ? "leaderboard" : "tournament";
            return new BoardOutcome(BoardResult.Refused, null, $"'{definition.Id}' is the id of a {kind} already: delete that, or choose another id");
        }
        if (!change)
        {
            return new BoardOutcome(BoardResult.Unchanged, there, null);
        }
        if (there.Definition.SortOrder != definition.SortOrder)
        {
            string problem = $"'{definition.Id}' is there with sort order {there.Definition.SortOrder}, which cannot change: delete it, or choose another id";
            return new BoardOutcome(BoardResult.Refused, null, problem);
        }
        bool isChanged = there.Definition != definition;
        if (isChanged || also is not null)
        {
            BoardRow row = BoardRow.Of(there.Number, definition, there.CreateTime);
            await _database.WriteAsync(async session =>
            {
                await session.ExecuteAsync(LeaderboardSql.UpdateBoard, row).ConfigureAwait(false);
                if (also is not null)
                {
                    await also(session, row.Number).ConfigureAwait(false);
                }
                return true;
            }).ConfigureAwait(false);
        }
        Leaderboard board = isChanged ? there.With(definition) : there;
        _boards[board.Id] = board;
        return new BoardOutcome(isChanged ? BoardResult.Changed : BoardResult.Unchanged, board, null);
    }

    private void WakeCleaner()
    {
        if (_toClean.CurrentCount == 0)
        {
            _toClean.Release();
        }
    }

    private Task TellAsync() => RepeatAsync("ends and resets of leaderboards", async () =>
    {
        await RunDueAsync().ConfigureAwait(false);
        await Task.Delay(_calendar.UntilNext(), _time, _stopping.Token).ConfigureAwait(false);
    });

    private Task CleanAsync() => RepeatAsync("old records of leaderboards", async () =>
    {
        await _toClean.WaitAsync(_stopping.Token).ConfigureAwait(false);
        await CleanOnceAsync().ConfigureAwait(false);
    });

    /// <summary>Until the server stops. A database that is away is waited for.</summary>
    private async Task RepeatAsync(string what, Func<Task> work)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
#pragma warning disable CA1031 // Told, and tried again: no request depends on it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (exception is not (DatabaseUnavailableException or DatabaseBusyException))
                {
                    _fault(what, exception);
                }
                WakeCleaner();
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), _time, _stopping.Token)).ConfigureAwait(false);
            }
        }
    }
}
