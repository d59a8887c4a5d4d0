using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

/// <summary>The front door for features that speak of players: who is there, by which name, and what others see of them.</summary>
public sealed class UserDirectory
{
    private readonly Database _database;
    private readonly Func<Guid, bool> _isOnline;

    /// <param name="isOnline">Whether a player has a socket by which others see them.</param>
    public UserDirectory(Database database, Func<Guid, bool> isOnline)
    {
        _database = database;
        _isOnline = isOnline;
    }

    /// <summary>Players by id or username, each once; those that are not there are left out.</summary>
    public ValueTask<IReadOnlyList<UserRecord>> FindAsync(IReadOnlyList<Guid> ids, IReadOnlyList<string> usernames, CancellationToken cancellation) =>
        FindAsync(ids, usernames, [], cancellation);

    /// <summary>Players by id, username or Facebook id, each once; those that are not there are left out.</summary>
    public ValueTask<IReadOnlyList<UserRecord>> FindAsync(
        IReadOnlyList<Guid> ids, IReadOnlyList<string> usernames, IReadOnlyList<string> facebookIds, CancellationToken cancellation) =>
        _database.ReadAsync(session => FindAsync(session, ids, usernames, facebookIds), cancellation);

    /// <summary>The same inside of a feature's own work.</summary>
    public static async ValueTask<IReadOnlyList<UserRecord>> FindAsync(
        SqlSession session, IReadOnlyList<Guid> ids, IReadOnlyList<string> usernames, IReadOnlyList<string> facebookIds)
    {
        // Asked together, so that they share a round trip; apart, so that each takes its index.
        List<ValueTask<IReadOnlyList<UserRecord>>> asked = [];
        if (ids.Count > 0)
        {
            asked.Add(session.QueryAsync<UserRecord>(UserSql.ByIds, new { Ids = ids.ToArray() }));
        }
        if (usernames.Count > 0)
        {
            asked.Add(session.QueryAsync<UserRecord>(UserSql.ByUsernames, new { Usernames = usernames.ToArray() }));
        }
        if (facebookIds.Count > 0)
        {
            asked.Add(session.QueryAsync<UserRecord>(UserSql.ByFacebookIds, new { FacebookIds = facebookIds.ToArray() }));
        }
        List<UserRecord> found = [];
        HashSet<Guid> seen = [];
        foreach (ValueTask<IReadOnlyList<UserRecord>> one in asked)
        {
            found.AddRange((await one.ConfigureAwait(false)).Where(u => seen.Add(u.Id)));
        }
        return found;
    }

    /// <summary>The ids of usernames, without those that are not there.</summary>
    public ValueTask<IReadOnlyDictionary<string, Guid>> IdsOfAsync(IReadOnlyList<string> usernames, CancellationToken cancellation) =>
        _database.ReadAsync(session => IdsOfAsync(session, usernames), cancellation);

    /// <summary>The same inside of a feature's own work.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, Guid>> IdsOfAsync(SqlSession session, IReadOnlyList<string> usernames) =>
        usernames.Count == 0
            ? new Dictionary<string, Guid>()
            : (await session.QueryAsync<NameRow>(UserSql.IdsOfUsernames, new { Usernames = usernames.ToArray() }).ConfigureAwait(false))
                .ToDictionary(row => row.Username, row => row.Id, StringComparer.Ordinal);

    /// <summary>Whether an account is there and not banned.</summary>
    public ValueTask<bool> IsWelcomeAsync(Guid userId, CancellationToken cancellation) => _database.ReadAsync(
        async session => await session.QueryAsync<long>(UserSql.DisableTime, new { Id = userId }).ConfigureAwait(false) is [0],
        cancellation);

    /// <summary>Whether a player has a socket by which others see them.</summary>
    public bool IsOnline(Guid userId) => _isOnline(userId);

    /// <summary>A player as others are shown them.</summary>
    public User Shown(UserRecord record) => new()
    {
        Id = record.Id.ToString("D"),
        Username = record.Username,
        DisplayName = record.DisplayName,
        AvatarUrl = record.AvatarUrl,
        LangTag = record.LangTag,
        Location = record.Location,
        Timezone = record.Timezone,
        Metadata = record.Metadata,
        AppleId = record.AppleId ?? "",
        FacebookId = record.FacebookId ?? "",
        FacebookInstantGameId = record.FacebookInstantGameId ?? "",
        GamecenterId = record.GamecenterId ?? "",
        GoogleId = record.GoogleId ?? "",
        SteamId = record.SteamId ?? "",
        Online = _isOnline(record.Id),
        EdgeCount = record.EdgeCount,
        CreateTime = Seconds(record.CreateTime),
        UpdateTime = Seconds(record.UpdateTime),
    };

    /// <summary>Clients have always been given whole seconds here.</summary>
    internal static Timestamp Seconds(long microseconds) => new() { Seconds = microseconds / 1_000_000 };

    private sealed record NameRow(Guid Id, string Username);
}
