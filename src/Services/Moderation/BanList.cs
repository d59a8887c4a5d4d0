using System.Collections.Concurrent;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Moderation;

/// <summary>
/// The front door of moderation: who is banned and who is banned without knowing it, in memory, since every request asks.
/// <para>A ban ends a player's sessions, sockets and tokens at once and refuses new ones. A shadow ban takes nothing away: what the
/// player does that others would see is seen by that player alone. Whoever shows one player's doings to another asks
/// <see cref="IsShadowBanned"/>.</para>
/// </summary>
public sealed class BanList
{
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Guid, bool> _banned = new();
    private readonly ConcurrentDictionary<Guid, bool> _shadowBanned = new();

    // One change at a time, so that memory and database agree on which came last.
    private readonly SemaphoreSlim _changing = new(1);

    public BanList(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Told of each user who is banned, once nothing new is let in for them; may be told again. Must not throw.</summary>
    internal event Action<Guid>? Banned;

    /// <summary>What an account's file has of moderation. A ban itself is in the account.</summary>
    internal AccountPart Part => new("shadow_bans", "user_id") { Imported = RefreshAsync };

    /// <summary>Reads who is banned, and goes on looking. Whoever starts the server does so before it listens.</summary>
    /// <param name="time">Counts the pauses between looks.</param>
    /// <param name="fault">Told when a look fails for another reason than a database that is away.</param>
    public async Task<DatabaseWatch> WatchAsync(TimeProvider time, Action<string, Exception> fault)
    {
        await LoadAsync(CancellationToken.None).ConfigureAwait(false);
        return new DatabaseWatch("bans", LearnAsync, TimeSpan.FromSeconds(Limits.BanPollSeconds), Limits.BanPollShare, time, fault);
    }

    /// <summary>Reads who is banned.</summary>
    internal async Task LoadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Guid> banned = await _database.ReadAsync(static s => s.QueryAsync<Guid>(ModerationSql.Banned), cancellation).ConfigureAwait(false);
        IReadOnlyList<Guid> shadowed = await _database.ReadAsync(static s => s.QueryAsync<Guid>(ModerationSql.ShadowBanned), cancellation).ConfigureAwait(false);
        foreach (Guid user in banned)
        {
            _banned[user] = true;
        }
        foreach (Guid user in shadowed)
        {
            _shadowBanned[user] = true;
        }
    }

    /// <summary>Learns what another server of the same database has changed since.</summary>
    internal async Task LearnAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Guid> banned = await _database.ReadAsync(static s => s.QueryAsync<Guid>(ModerationSql.Banned), cancellation).ConfigureAwait(false);
        IReadOnlyList<Guid> shadowed = await _database.ReadAsync(static s => s.QueryAsync<Guid>(ModerationSql.ShadowBanned), cancellation).ConfigureAwait(false);
        HashSet<Guid> changed = [.. _banned.Keys];
        changed.SymmetricExceptWith(banned);
        HashSet<Guid> changedShadows = [.. _shadowBanned.Keys];
        changedShadows.SymmetricExceptWith(shadowed);
        changed.UnionWith(changedShadows);
        foreach (Guid user in changed)
        {
            // Reads it again: it may have changed here meanwhile.
            await RefreshAsync(user).ConfigureAwait(false);
        }
    }

    /// <summary>Told of each user who is to be seen by nobody else from now on, or by all again.</summary>
    internal Func<Guid, Task>? VisibilityChanged { get; set; }

    public bool IsBanned(Guid userId) => _banned.ContainsKey(userId);

    /// <summary>Whether what this user does is to be seen by nobody else.</summary>
    public bool IsShadowBanned(Guid userId) => _shadowBanned.ContainsKey(userId);

    /// <summary>Whether a viewer may be shown what another user did.</summary>
    /// <param name="viewer">Null: the server itself, which sees everything.</param>
    public bool MaySee(Guid? viewer, Guid author) => viewer is null || viewer == author || !_shadowBanned.ContainsKey(author);

    /// <summary>Bans a user, who is out when this returns. False: there is no such account.</summary>
    public async Task<bool> BanAsync(Guid userId)
    {
        bool known = await ChangeAsync(ModerationSql.Ban, userId, rows: 1, _banned, listed: true).ConfigureAwait(false);
        if (known)
        {
            Banned?.Invoke(userId);
        }
        return known;
    }

    /// <summary>Lets a user in again. False: there is no such account.</summary>
    public Task<bool> UnbanAsync(Guid userId) => ChangeAsync(ModerationSql.Unban, userId, rows: 1, _banned, listed: false);

    /// <summary>Hides from all others what a user does from now on and has done. False: there is no such account.</summary>
    public async Task<bool> ShadowBanAsync(Guid userId) =>
        await ChangeAsync(ModerationSql.ShadowBan, userId, rows: null, _shadowBanned, listed: true).ConfigureAwait(false)
        && await TellAsync(userId).ConfigureAwait(false);

    /// <summary>Shows a user's doings again. False: there is no such account.</summary>
    public async Task<bool> LiftShadowBanAsync(Guid userId) =>
        await ChangeAsync(ModerationSql.LiftShadowBan, userId, rows: null, _shadowBanned, listed: false).ConfigureAwait(false)
        && await TellAsync(userId).ConfigureAwait(false);

    /// <summary>Reads a user again, who was banned elsewhere or came in with an account's file.</summary>
    internal async Task RefreshAsync(Guid userId)
    {
        bool wasShadowed = IsShadowBanned(userId);
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            IReadOnlyList<Guid> banned = await _database.ReadAsync(
                s => s.QueryAsync<Guid>(ModerationSql.Banned + " AND id = @UserId", new { UserId = userId }), CancellationToken.None).ConfigureAwait(false);
            IReadOnlyList<Guid> shadowed = await _database.ReadAsync(
                s => s.QueryAsync<Guid>(ModerationSql.ShadowBanned + " WHERE user_id = @UserId", new { UserId = userId }), CancellationToken.None).ConfigureAwait(false);
            Set(_banned, userId, banned.Count > 0);
            Set(_shadowBanned, userId, shadowed.Count > 0);
        }
        finally
        {
            _changing.Release();
        }
        if (IsBanned(userId))
        {
            Banned?.Invoke(userId);
        }
        if (IsShadowBanned(userId) != wasShadowed)
        {
            await TellAsync(userId).ConfigureAwait(false);
        }
    }

    private static void Set(ConcurrentDictionary<Guid, bool> list, Guid userId, bool listed)
    {
        if (listed)
        {
            list[userId] = true;
        }
        else
        {
            list.TryRemove(userId, out _);
        }
    }

    private async Task<bool> TellAsync(Guid userId)
    {
        if (VisibilityChanged is Func<Guid, Task> told)
        {
            await told(userId).ConfigureAwait(false);
        }
        return true;
    }

    private async Task<bool> ChangeAsync(string sql, Guid userId, int? rows, ConcurrentDictionary<Guid, bool> list, bool listed)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            SqlBatch batch = new();
            batch.Query<Guid>(ModerationSql.UserExists, new { UserId = userId }, rows: 1);
            long now = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            batch.Execute(sql, new { UserId = userId, Now = now }, rows);
            bool known = (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
            Set(list, userId, known && listed);
            return known;
        }
        catch (DatabaseConstraintException)
        {
            // The account was deleted between the two statements.
            return false;
        }
        finally
        {
            _changing.Release();
        }
    }
}
