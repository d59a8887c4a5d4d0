using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Notifications;

namespace RealtimeServer.Services.Friends;

/// <summary>The front door of friends: who is whose friend, who invited whom, who blocked whom.</summary>
public sealed class FriendStore : IFriendImport
{
    private readonly Database _database;
    private readonly BanList _bans;
    private readonly NotificationStore _notifications;
    private readonly TimeProvider _time;

    public FriendStore(Database database, BanList bans, NotificationStore notifications, TimeProvider time)
    {
        _database = database;
        _bans = bans;
        _notifications = notifications;
        _time = time;
    }

    /// <summary>Deletes what a user who is deleted leaves here, in the transaction that deletes them.</summary>
    internal static async ValueTask DeleteOwnedAsync(SqlSession session, Guid userId)
    {
        foreach (string sql in (string[])[FriendSql.UncountWhoKnew, FriendSql.DeleteWhoKnew, FriendSql.DeleteOwn])
        {
            await session.ExecuteAsync(sql, new { UserId = userId }).ConfigureAwait(false);
        }
    }

    /// <summary>What is kept of a user here. It is not taken in again: the other sides have moved on.</summary>
    internal static AccountPart Part { get; } = new("friends", "user_id") { Imports = false };

    /// <summary>Invites users, or accepts their invitations. Those who do not exist, or with whom a block stands, are passed over.</summary>
    /// <param name="userId">Who acts; not among the others.</param>
    /// <param name="username">Their name, for what the others are told.</param>
    /// <param name="others">At most <see cref="Limits.FriendsPerRequestMax"/>.</param>
    /// <param name="metadata">JSON object for the user's side, or empty.</param>
    public Task<FriendResult> AddAsync(Guid userId, string username, IReadOnlyCollection<Guid> others, string metadata = "") =>
        ChangeAsync(new Request(userId, username, [.. others], FriendRules.Add, (metadata, "")));

    /// <summary>Ends friendships, takes back or refuses invitations, lifts blocks.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<FriendResult> DeleteAsync(Guid userId, string username, IReadOnlyCollection<Guid> others) =>
        ChangeAsync(new Request(userId, username, [.. others], FriendRules.Delete, ("", "")));

    /// <summary>Blocks users: they are not told, and can neither invite nor be invited.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<FriendResult> BlockAsync(Guid userId, string username, IReadOnlyCollection<Guid> others) =>
        ChangeAsync(new Request(userId, username, [.. others], FriendRules.Block, ("", ""), Limits.FriendsMax + Limits.BlocksReserve));

    /// <summary>Makes friends of users whom a provider, whose word was verified, says the user knows.</summary>
    /// <param name="provider">Its name, kept in the metadata of both sides.</param>
    /// <param name="reset">Whether friends and invitations of before end; blocks stay.</param>
    /// <inheritdoc cref="AddAsync"/>
    public async Task<FriendResult> ImportAsync(Guid userId, string username, IReadOnlyCollection<Guid> others, string provider, bool reset)
    {
        string metadata = $$"""{"provider":"{{provider}}"}""";
        if (reset)
        {
            await ResetAsync(userId).ConfigureAwait(false);
        }
        foreach (Guid[] portion in others.Where(o => o != userId).Distinct().Chunk(Limits.FriendsPerRequestMax))
        {
            FriendResult result = await ChangeAsync(new Request(userId, username, portion, FriendRules.Import, (metadata, metadata))).ConfigureAwait(false);
            if (result != FriendResult.Done)
            {
                return result;
            }
        }
        return FriendResult.Done;
    }

    Task IFriendImport.ImportAsync(Guid userId, string username, IReadOnlyList<Guid> userIds, string provider, bool reset, CancellationToken cancellation) =>
        ImportAsync(userId, username, userIds, provider, reset);

    /// <summary>Sets the metadata of a user's side. False: the other is nothing to the user.</summary>
    /// <exception cref="ArgumentException">It is no JSON object, or too long.</exception>
    public async Task<bool> SetMetadataAsync(Guid userId, Guid friendId, string metadata)
    {
        if (metadata.Length == 0 || FriendRules.RefuseMetadata(metadata) is not null)
        {
            throw new ArgumentException(FriendRules.RefuseMetadata(metadata) ?? "Metadata must not be empty.", nameof(metadata));
        }
        SqlBatch batch = new();
        batch.Execute(FriendSql.SetMetadata, new { UserId = userId, FriendId = friendId, Metadata = metadata }, rows: 1);
        return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
    }

    /// <summary>A page of a user's friends, invitations and blocks, by state and age.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="state">Only those; null: all.</param>
    /// <param name="limit">1..<see cref="Limits.FriendsListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours, or of another state.</returns>
    public async ValueTask<FriendPage?> ListAsync(Guid userId, FriendState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        PageCursor? from = null;
        if (cursor is not null && (!PageCursor.TryParse(cursor, out from) || (state is not null && from.Value.Kind != (int)state)))
        {
            return null;
        }
        // One more than asked for tells whether there is another page.
        var parameters = new
        {
            UserId = userId,
            State = from?.Kind ?? (int)(state ?? 0),
            Position = from?.Position ?? long.MinValue,
            After = from?.Id ?? Guid.Empty,
            Limit = limit + 1,
        };
        IReadOnlyList<FriendRecord> found = await _database.ReadAsync(
            s => s.QueryAsync<FriendRecord>(state is null ? FriendSql.List : FriendSql.ListState, parameters), cancellation).ConfigureAwait(false);
        // The invitations of a shadow-banned player are seen by that player alone.
        FriendRecord[] shown = [.. found.Take(limit).Where(f => f.State != (int)FriendState.InviteReceived || _bans.MaySee(userId, f.User.Id))];
        if (found.Count <= limit)
        {
            return new FriendPage(shown, null);
        }
        FriendRecord last = found[limit - 1];
        return new FriendPage(shown, new PageCursor(last.State, last.Position, last.User.Id).ToString());
    }

    /// <summary>A page of the friends of a user's friends, without the user's own and without those with whom a block stands.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="limit">1..<see cref="Limits.FriendsOfFriendsListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours.</returns>
    public async ValueTask<FriendOfFriendPage?> ListFriendsOfFriendsAsync(Guid userId, int limit, string? cursor, CancellationToken cancellation)
    {
        PageCursor? from = null;
        Guid referrer = Guid.Empty;
        if (cursor is not null && (!PageCursor.TryParse(cursor, out from) || !Guid.TryParseExact(from.Value.Text, "D", out referrer)))
        {
            return null;
        }
        IReadOnlyList<FriendOfFriendRecord> found = await _database.ReadAsync(
            s => s.QueryAsync<FriendOfFriendRecord>(
                FriendSql.ListFriendsOfFriends, new { UserId = userId, Referrer = referrer, After = from?.Id ?? Guid.Empty, Limit = limit + 1 }),
            cancellation).ConfigureAwait(false);
        if (found.Count <= limit)
        {
            return new FriendOfFriendPage(found, null);
        }
        FriendOfFriendRecord last = found[limit - 1];
        return new FriendOfFriendPage([.. found.Take(limit)], new PageCursor(0, 0, last.User.Id, last.Referrer.ToString("D")).ToString());
    }

    /// <summary>Those of others with whom a block stands, whoever of the two has blocked.</summary>
    public ValueTask<IReadOnlyList<Guid>> BlocksAsync(Guid userId, IReadOnlyCollection<Guid> others, CancellationToken cancellation) =>
        _database.ReadAsync(s => BlocksAsync(s, userId, others), cancellation);

    /// <summary>The same inside of a feature's own work.</summary>
    internal static ValueTask<IReadOnlyList<Guid>> BlocksAsync(SqlSession session, Guid userId, IReadOnlyCollection<Guid> others) => others.Count == 0
        ? ValueTask.FromResult<IReadOnlyList<Guid>>([])
        : session.QueryAsync<Guid>(FriendSql.Blocks, new { UserId = userId, Others = others.ToArray() });

    /// <summary>Counts a user's edges anew: an account that was taken in from a file brings a count of its own.</summary>
    internal Task RecountAsync(Guid userId)
    {
        SqlBatch batch = new();
        batch.Execute(FriendSql.Recount, new { UserId = userId }, rows: null);
        return _database.WriteAsync(batch);
    }

    private async Task<FriendResult> ChangeAsync(Request request)
    {
        if (request.Others.Length == 0)
        {
            return FriendResult.Done;
        }
        (FriendResult result, List<NewNotification> told) = await _database.DecideAsync(session => LookAsync(session, request), seen => Decide(request, seen))
            .ConfigureAwait(false);
        _notifications.Deliver(told);
        return result;
    }

    private static async ValueTask<Seen> LookAsync(SqlSession session, Request request)
    {
        // Asked together, so that they share a round trip.
        ValueTask<IReadOnlyList<CountRow>> counts = session.QueryAsync<CountRow>(FriendSql.Counts, new { UserIds = request.Others.Append(request.UserId).ToArray() });
        IReadOnlyList<SideRow> sides = await session.QueryAsync<SideRow>(FriendSql.Sides, new { request.UserId, request.Others }).ConfigureAwait(false);
        return new Seen(
            (await counts.ConfigureAwait(false)).ToDictionary(c => c.Id, c => c.EdgeCount),
            sides.Where(s => s.UserId == request.UserId).ToDictionary(s => s.FriendId),
            sides.Where(s => s.UserId != request.UserId).ToDictionary(s => s.UserId));
    }

    private Decision<(FriendResult, List<NewNotification>)> Decide(Request request, Seen seen)
    {
        FriendWrite write = new(request.UserId, _time.Microseconds());
        SortedDictionary<int, List<Guid>> told = [];
        foreach (Guid other in request.Others.Distinct().Where(o => o != request.UserId && seen.Counts.ContainsKey(o)))
        {
            SideRow? mine = seen.Mine.GetValueOrDefault(other);
            SideRow? theirs = seen.Theirs.GetValueOrDefault(other);
            FriendPair before = new((FriendState?)mine?.State, (FriendState?)theirs?.State);
            FriendChange change = request.Rule(before);
            write.Change(other, before, change.After, (Metadata(mine, request.Metadata.Mine), Metadata(theirs, request.Metadata.Theirs)));
            if (change.Notification is int code)
            {
                told.TryAdd(code, []);
                told[code].Add(other);
            }
        }
        if (write.IsEmpty || !seen.Counts.TryGetValue(request.UserId, out int own))
        {
            return new((FriendResult.Done, []), null);
        }
        if (write.Growth > 0 && own + write.Growth > request.Max)
        {
            return new((FriendResult.TooMany, []), null);
        }
        if (request.Others.Any(o => write.GrowthOf(o) > 0 && seen.Counts[o] + write.GrowthOf(o) > request.Max))
        {
            return new((FriendResult.OtherHasTooMany, []), null);
        }
        SqlBatch batch = new();
        write.AddTo(batch, request.Max);
        List<NewNotification> notifications = [.. told.Select(t => FriendNotifications.Of(t.Key, request.UserId, request.Username, t.Value))];
        _notifications.AddTo(batch, notifications);
        return new((FriendResult.Done, notifications), batch);
    }

    private async Task ResetAsync(Guid userId)
    {
        long now = _time.Microseconds();
        SqlBatch batch = new();
        batch.Execute(FriendSql.Lock, new { UserId = userId, Now = now }, rows: null);
        foreach (string sql in (string[])[FriendSql.UncountOthers, FriendSql.DeleteOtherSides, FriendSql.DeleteOwnSides, FriendSql.Recount])
        {
            batch.Execute(sql, new { UserId = userId }, rows: null);
        }
        await _database.WriteAsync(batch).ConfigureAwait(false);
    }

    private static string Metadata(SideRow? side, string added) => FriendRules.MergeMetadata(side?.Metadata ?? "{}", added);

    private sealed record Request(
        Guid UserId, string Username, Guid[] Others, Func<FriendPair, FriendChange> Rule, (string Mine, string Theirs) Metadata, int Max = Limits.FriendsMax);

    private sealed record Seen(Dictionary<Guid, int> Counts, Dictionary<Guid, SideRow> Mine, Dictionary<Guid, SideRow> Theirs);

    private sealed record CountRow(Guid Id, int EdgeCount);

    private sealed record SideRow(Guid UserId, Guid FriendId, int State, string Metadata);
}
