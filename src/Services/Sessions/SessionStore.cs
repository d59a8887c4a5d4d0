using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Sessions;

internal enum RefreshResult
{
    Refreshed,
    Refused,
    NoAccount,
    Banned,
}

/// <summary>The outcome of a refresh; name and generation of the new tokens are set when it succeeded.</summary>
internal readonly record struct RefreshOutcome(RefreshResult Result, string Username, int Generation);

/// <summary>How refresh tokens are used up.</summary>
/// <param name="AllowReuse">A refresh token is good until it expires, however often it is used.</param>
/// <param name="Grace">For how long the one before the newest is good still: an answer may be lost on its way.</param>
public sealed record RefreshOptions(bool AllowReuse, TimeSpan Grace)
{
    public static readonly RefreshOptions Default = new(false, TimeSpan.FromSeconds(Limits.RefreshGraceSecondsDefault));
}

/// <summary>The front door of sessions: what ends them, and what carries them on. Of a session that is neither nothing is stored.</summary>
public sealed class SessionStore
{
    private readonly Database _database;
    private readonly RevokedSessions _revoked;
    private readonly long _tokenSecondsMax;
    private readonly RefreshOptions _refresh;
    private readonly TimeProvider _time;
    private long _seen;

    /// <param name="database">Keeps what was ended.</param>
    /// <param name="revoked">What tokens are verified against.</param>
    /// <param name="tokenSecondsMax">The longest life of a token of either kind.</param>
    /// <param name="refresh">How refresh tokens are used up.</param>
    /// <param name="time">The clock.</param>
    public SessionStore(Database database, RevokedSessions revoked, long tokenSecondsMax, RefreshOptions refresh, TimeProvider time)
    {
        _database = database;
        _revoked = revoked;
        _tokenSecondsMax = tokenSecondsMax;
        _refresh = refresh;
        _time = time;
    }

    /// <summary>Told when sessions were ended: of which user, or null when it may be any's.</summary>
    internal Action<Guid?> Ended { get; set; } = static _ => { };

    private long Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private long ExpireTime => Now + (_tokenSecondsMax * 1_000_000);

    /// <summary>Ends sessions of a user by the ids of their tokens.</summary>
    public async Task EndAsync(Guid userId, IReadOnlyCollection<Guid> tokenIds)
    {
        Revocation[] revocations = [.. tokenIds.Select(id => new Revocation(id, long.MaxValue, ExpireTime))];
        SqlBatch batch = new();
        foreach (Revocation revocation in revocations)
        {
            batch.Execute(SessionSql.Revoke, new { revocation.Id, revocation.IssuedUntil, Now, revocation.ExpireTime }, rows: 1);
        }
        await _database.WriteAsync(batch).ConfigureAwait(false);
        Remember(revocations, userId);
    }

    /// <summary>Ends every session of a user.</summary>
    public async Task EndAllAsync(Guid userId)
    {
        Revocation revocation = await _database.WriteAsync(session => EndAllAsync(session, userId)).ConfigureAwait(false);
        Ending(revocation);
    }

    /// <summary>Ends every session of a user in a feature's own transaction; <see cref="Ending"/> once it is written.</summary>
    internal async ValueTask<Revocation> EndAllAsync(SqlSession session, Guid userId)
    {
        Revocation revocation = new(userId, Now / 1_000_000, ExpireTime);
        await session.ExecuteAsync(SessionSql.Revoke, new { revocation.Id, revocation.IssuedUntil, Now, revocation.ExpireTime }).ConfigureAwait(false);
        await session.ExecuteAsync(SessionSql.SetIssuedUntil, new { revocation.Id, revocation.IssuedUntil }).ConfigureAwait(false);
        return revocation;
    }

    /// <summary>Makes hold at once what <see cref="EndAllAsync(SqlSession, Guid)"/> has written.</summary>
    internal void Ending(Revocation written) => Remember([written], written.Id);

    /// <summary>Whether a session was ended, as the database knows it: for when memory does not hold all.</summary>
    internal async ValueTask<bool> WasEndedAsync(SessionClaims claims, CancellationToken cancellation) => await _database.ReadAsync(
        s => s.QuerySingleOrDefaultAsync<long>(SessionSql.CountRevoked, new { claims.TokenId, claims.UserId, claims.IssuedAt }), cancellation).ConfigureAwait(false) > 0;

    /// <summary>
    /// Uses a refresh token up. One that was used up before is a sign that somebody else has a copy, so it ends the session; but the
    /// newest but one is good for a while yet, as the answer that brought the newest may have been lost.
    /// </summary>
    internal async Task<RefreshOutcome> RefreshAsync(SessionClaims refresh, CancellationToken cancellation)
    {
        if (!_refresh.AllowReuse && await TryUseUpAsync(refresh).ConfigureAwait(false) is string username)
        {
            return new RefreshOutcome(RefreshResult.Refreshed, username, refresh.Generation + 1);
        }
        StateRow? state = await _database.ReadAsync(
            s => s.QuerySingleOrDefaultAsync<StateRow>(SessionSql.State, new { refresh.TokenId, refresh.UserId }), cancellation).ConfigureAwait(false);
        if (state is null)
        {
            return new RefreshOutcome(RefreshResult.NoAccount, "", 0);
        }
        if (state.DisableTime != 0)
        {
            return new RefreshOutcome(RefreshResult.Banned, "", 0);
        }
        if (state.Revoked != 0 || state.IssuedUntil >= refresh.IssuedAt)
        {
            return new RefreshOutcome(RefreshResult.Refused, "", 0);
        }
        bool inGrace = state.Generation == refresh.Generation + 1 && Now - state.RefreshTime <= (long)_refresh.Grace.TotalMicroseconds;
        if (_refresh.AllowReuse || inGrace)
        {
            return new RefreshOutcome(RefreshResult.Refreshed, state.Username, state.Generation);
        }
        await EndAsync(refresh.UserId, [refresh.TokenId]).ConfigureAwait(false);
        return new RefreshOutcome(RefreshResult.Refused, "", 0);
    }

    /// <summary>Learns what was ended before a start, and goes on looking; now and then it forgets what has expired.</summary>
    /// <param name="time">Counts the pauses between looks.</param>
    /// <param name="fault">Told when a look fails for another reason than a database that is away.</param>
    public async Task<DatabaseWatch> WatchAsync(TimeProvider time, Action<string, Exception> fault)
    {
        await LearnAsync(CancellationToken.None).ConfigureAwait(false);
        int rounds = 0;
        async Task LookAsync(CancellationToken cancellation)
        {
            await LearnAsync(cancellation).ConfigureAwait(false);
            if (++rounds % Limits.RevocationPruneRounds == 0)
            {
                await PruneAsync().ConfigureAwait(false);
            }
        }

        return new DatabaseWatch("sessions", LookAsync, TimeSpan.FromSeconds(Limits.RevocationPollSeconds), share: 0, time, fault);
    }

    /// <summary>Learns what was ended before a start, then again and again what other servers have ended since.</summary>
    internal async Task LearnAsync(CancellationToken cancellation)
    {
        // Commits come in another order than their times, and clocks differ: look back a little.
        long since = Math.Max(0, _seen - (Limits.RevocationOverlapSeconds * 1_000_000L));
        Guid after = Guid.Empty;
        bool news = false;
        IReadOnlyList<RevocationRow> page;
        do
        {
            (long from, Guid afterId) = (since, after);
            page = await _database.ReadAsync(
                s => s.QueryAsync<RevocationRow>(SessionSql.RevokedSince, new { Since = from, After = afterId, Now, Limit = Limits.RevocationsPage }),
                cancellation).ConfigureAwait(false);
            foreach (RevocationRow row in page)
            {
                news |= _revoked.Add(new Revocation(row.Id, row.IssuedUntil, row.ExpireTime), Now);
                (since, after) = (row.RevokeTime, row.Id);
                _seen = Math.Max(_seen, row.RevokeTime);
            }
        }
        while (page.Count == Limits.RevocationsPage);
        if (news)
        {
            Ended(null);
        }
    }

    /// <summary>Forgets what has expired by itself.</summary>
    internal async Task PruneAsync()
    {
        _revoked.Prune(Now);
        SqlBatch batch = new();
        batch.Execute(SessionSql.DeleteOldRevocations, new { Now, Limit = Limits.RevocationsPage }, rows: null);
        batch.Execute(SessionSql.DeleteOldRefreshes, new { Now, Limit = Limits.RevocationsPage }, rows: null);
        await _database.WriteAsync(batch).ConfigureAwait(false);
    }

    private async Task<string?> TryUseUpAsync(SessionClaims refresh)
    {
        SqlBatch batch = new();
        batch.Execute(SessionSql.Refresh, new { refresh.TokenId, refresh.UserId, refresh.Generation, refresh.IssuedAt, Now, ExpireTime }, rows: 1);
        SqlBatchRows<string> name = batch.Query<string>(SessionSql.Username, new { refresh.UserId }, rows: 1);
        return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written ? name.Rows[0] : null;
    }

    private void Remember(IEnumerable<Revocation> revocations, Guid userId)
    {
        foreach (Revocation revocation in revocations)
        {
            _revoked.Add(revocation, Now);
        }
        Ended(userId);
    }

    private sealed record StateRow(string Username, long DisableTime, long IssuedUntil, int Generation, long RefreshTime, long Revoked);

    private sealed record RevocationRow(Guid Id, long IssuedUntil, long ExpireTime, long RevokeTime);
}
