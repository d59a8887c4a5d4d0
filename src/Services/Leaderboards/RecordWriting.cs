using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>
/// Writes and deletes records. The database decides, statement by statement; ranks follow each commit. What a score meets (no record,
/// no attempts, no room) is looked up only when the fast statement did nothing.
/// </summary>
internal sealed class RecordWriting
{
    // Someone else changes the same record between a refusal and the look at why; four times in a row is a busy server.
    private const int TriesMax = 4;

    private readonly Database _database;
    private readonly LeaderboardRanks _ranks;
    private readonly TimeProvider _time;

    public RecordWriting(Database database, LeaderboardRanks ranks, TimeProvider time)
    {
        _database = database;
        _ranks = ranks;
        _time = time;
    }

    /// <param name="board">On which.</param>
    /// <param name="write">What.</param>
    /// <param name="caller">Null: the server itself.</param>
    public async Task<RecordOutcome> WriteAsync(Leaderboard board, ScoreWrite write, Guid? caller)
    {
        if (board.Definition.Authoritative && caller is not null)
        {
            return new RecordOutcome(RecordResult.Authoritative, null);
        }
        for (int tries = 0; tries < TriesMax; tries++)
        {
            long now = _time.GetUtcNow().ToUnixTimeSeconds();
            LeaderboardPeriod period = board.PeriodAt(now);
            EntryRules? entry = board.Definition.Entry;
            if (entry is not null && !period.IsActive(now))
            {
                return new RecordOutcome(RecordResult.NotActive, null);
            }
            PeriodRanks? ranks = await _ranks.FindAsync(board, period.Expiry, isRunning: true).ConfigureAwait(false);
            ScoreOperator by = write.Operator ?? board.Definition.Operator;
            ScoreSql texts = ScoreSql.Of(by, board.Definition.BestPair);
            WriteParameters parameters = Parameters(board, period.Expiry, write, by);
            SqlText text = entry is null ? texts.IfBetter : entry.JoinRequired || entry.MaxSize > 0 ? texts.IfTakingPart : texts.IfAttemptsLeft;
            SqlBatch batch = new();
            SqlBatchRows<RecordRow> rows = batch.Query<RecordRow>(text, parameters, rows: null);
            await SubmitAsync(board, period.Expiry, write.Owner, batch, rows).ConfigureAwait(false);
            if (rows.Rows.Count > 0)
            {
                return Done(board, period.Expiry, rows.Rows[0], ranks);
            }
            RecordOutcome? outcome = await WhyNotAsync(board, period.Expiry, parameters, ranks).ConfigureAwait(false);
            if (outcome is RecordOutcome known)
            {
                return known;
            }
        }
        throw new DatabaseBusyException();
    }

    /// <summary>Takes part without a score; who does already is done as well.</summary>
    public async Task<RecordResult> JoinAsync(Leaderboard board, Guid owner, string? username)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        LeaderboardPeriod period = board.PeriodAt(now);
        if (board.Definition.Entry is not { JoinRequired: true })
        {
            return RecordResult.Done;
        }
        if (period.EndActive != 0 && period.EndActive <= now)
        {
            return RecordResult.NotActive;
        }
        PeriodRanks? ranks = await _ranks.FindAsync(board, period.Expiry, isRunning: true).ConfigureAwait(false);
        WriteParameters parameters = Parameters(board, period.Expiry, new ScoreWrite(owner, username, 0), ScoreOperator.Set) with
        {
            FirstScore = LeaderboardRules.Unscored,
            FirstSubscore = LeaderboardRules.Unscored,
            FirstCount = 0,
        };
        RecordOutcome outcome = await EnterAsync(board, parameters, ranks).ConfigureAwait(false) ?? new RecordOutcome(RecordResult.Done, null);
        if (outcome.Result != RecordResult.Full)
        {
            return outcome.Result;
        }
        return await FindAsync(board, period.Expiry, owner).ConfigureAwait(false) is null ? RecordResult.Full : RecordResult.Done;
    }

    public async Task<RecordResult> DeleteAsync(Leaderboard board, Guid owner, Guid? caller)
    {
        if (board.Definition.Authoritative && caller is not null)
        {
            return RecordResult.Authoritative;
        }
        long expiry = board.PeriodAt(_time.GetUtcNow().ToUnixTimeSeconds()).Expiry;
        var parameters = new { OwnerId = owner, Board = board.Number, Expiry = expiry };
        SqlBatch batch = new();
        // Together or not at all, so that a place is given back once.
        batch.Execute(LeaderboardSql.DeleteRecord, parameters, rows: 1);
        if (board.Definition.Entry is { MaxSize: > 0 })
        {
            batch.Execute(LeaderboardSql.LeavePlace, parameters, rows: null);
        }
        await SubmitAsync(board, expiry, owner, batch, rows: null).ConfigureAwait(false);
        return RecordResult.Done;
    }

    /// <summary>False when the owner has no record in the running period.</summary>
    public async Task<bool> AddAttemptsAsync(Leaderboard board, Guid owner, int count)
    {
        long expiry = board.PeriodAt(_time.GetUtcNow().ToUnixTimeSeconds()).Expiry;
        SqlBatch batch = new();
        batch.Execute(LeaderboardSql.AddAttempts, new { OwnerId = owner, Board = board.Number, Expiry = expiry, Count = count }, rows: 1);
        return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
    }

    /// <summary>Why the fast statement wrote nothing; null: it may now.</summary>
    private async Task<RecordOutcome?> WhyNotAsync(Leaderboard board, long expiry, WriteParameters parameters, PeriodRanks? ranks)
    {
        RecordRow? there = await FindAsync(board, expiry, parameters.OwnerId).ConfigureAwait(false);
        switch (board.Definition.Entry)
        {
            case null when there is not null:
                // Not better than before: the answer is what stays.
                return Done(board, expiry, there, ranks);
            case { JoinRequired: true } when there is null:
                return new RecordOutcome(RecordResult.JoinRequired, null);
            case { MaxSize: > 0 } when there is null:
                return await EnterAsync(board, parameters, ranks).ConfigureAwait(false);
            case not null when there is not null && there.NumScore >= there.MaxNumScore:
                return new RecordOutcome(RecordResult.NoAttemptsLeft, null);
            default:
                return null;
        }
    }

    /// <summary>Writes an owner's first record of a period, if there is room; null: there is one already.</summary>
    private async Task<RecordOutcome?> EnterAsync(Leaderboard board, WriteParameters parameters, PeriodRanks? ranks)
    {
        SqlBatch batch = new();
        int place = -1;
        if (board.Definition.Entry is { MaxSize: > 0 })
        {
            batch.Execute(LeaderboardSql.OpenPeriod, parameters, rows: null);
            batch.Execute(LeaderboardSql.TakePlace, parameters, rows: 1);
            place = 1;
        }
        SqlBatchRows<RecordRow> rows = batch.Query<RecordRow>(ScoreSql.New, parameters, rows: 1);
        SqlBatchOutcome outcome = await SubmitAsync(board, parameters.Expiry, parameters.OwnerId, batch, rows).ConfigureAwait(false);
        if (outcome.Written)
        {
            return Done(board, parameters.Expiry, rows.Rows[0], ranks);
        }
        return outcome.FailedStatement == place ? new RecordOutcome(RecordResult.Full, null) : null;
    }

    /// <param name="rows">The record as the batch leaves it; null: the batch deletes it.</param>
    private async Task<SqlBatchOutcome> SubmitAsync(Leaderboard board, long expiry, Guid owner, SqlBatch batch, SqlBatchRows<RecordRow>? rows)
    {
        batch.Committed = () =>
        {
            if (rows is null || rows.Rows.Count > 0)
            {
                _ranks.Changed(board, expiry, owner, rows?.Rows[0]);
            }
        };
        try
        {
            return await _database.WriteAsync(batch).ConfigureAwait(false);
        }
        catch (DatabaseUnavailableException exception) when (exception.OutcomeUnknown)
        {
            _ = _ranks.RefreshAsync(board, expiry, owner);
            throw;
        }
    }

    private ValueTask<RecordRow?> FindAsync(Leaderboard board, long expiry, Guid owner) => _database.ReadAsync(
        s => s.QuerySingleOrDefaultAsync<RecordRow>(LeaderboardSql.Record, new { OwnerId = owner, Board = board.Number, Expiry = expiry }),
        CancellationToken.None);

    private static RecordOutcome Done(Leaderboard board, long expiry, RecordRow row, PeriodRanks? ranks)
    {
        Span<long> rank = stackalloc long[1];
        ranks?.TryRanks([row.OwnerId], row.OwnerId, rank, out _);
        return new RecordOutcome(RecordResult.Done, row.Shown(board, expiry, rank[0]));
    }

    private WriteParameters Parameters(Leaderboard board, long expiry, ScoreWrite write, ScoreOperator by)
    {
        long sequence = _ranks.NextSequence();
        EntryRules? entry = board.Definition.Entry;
        return new WriteParameters(
            write.Owner,
            board.Number,
            expiry,
            string.IsNullOrEmpty(write.Username) ? null : write.Username,
            board.Direction,
            write.Score,
            write.Subscore,
            board.Direction * LeaderboardRules.First(by, write.Score),
            board.Direction * LeaderboardRules.First(by, write.Subscore),
            FirstCount: 1,
            sequence,
            entry?.MaxNumScore ?? Limits.LeaderboardScoresDefault,
            entry?.MaxSize ?? 0,
            write.Metadata,
            (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
    }

    private sealed record WriteParameters(
        Guid OwnerId,
        long Board,
        long Expiry,
        string? Username,
        long Direction,
        long Score,
        long Subscore,
        long FirstScore,
        long FirstSubscore,
        int FirstCount,
        long Sequence,
        int MaxNumScore,
        int MaxSize,
        string Metadata,
        long Now);
}
