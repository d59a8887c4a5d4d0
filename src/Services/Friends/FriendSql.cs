using RealtimeServer.Services.Accounts;

namespace RealtimeServer.Services.Friends;

/// <summary>Every SQL text of the feature.</summary>
internal static class FriendSql
{
    public const string Counts = "SELECT id, edge_count FROM users WHERE id IN (@UserIds)";

    /// <summary>Both sides of pairs, by one statement: read by two, they might be from before and after another's write.</summary>
    public const string Sides = """
        SELECT user_id, friend_id, state, metadata FROM friends WHERE user_id = @UserId AND friend_id IN (@Others)
        UNION ALL
        SELECT user_id, friend_id, state, metadata FROM friends WHERE friend_id = @UserId AND user_id IN (@Others)
        """;

    /// <summary>Refuses when the user is gone or the sum would be too high. The row stays locked: no other changes the user's edges meanwhile.</summary>
    public const string Count = """
        UPDATE users SET edge_count = edge_count + @Delta, update_time = @Now
        WHERE id = @UserId AND (@Delta <= 0 OR edge_count + @Delta <= @Max)
        """;

    public const string Insert = """
        INSERT INTO friends (user_id, friend_id, state, position, update_time, metadata)
        VALUES (@UserId, @FriendId, @State, @Now, @Now, @Metadata)
        ON CONFLICT (user_id, friend_id) DO NOTHING
        """;

    public const string Update = """
        UPDATE friends SET state = @State, update_time = @Now, metadata = @Metadata
        WHERE user_id = @UserId AND friend_id = @FriendId AND state = @From
        """;

    public const string Delete = "DELETE FROM friends WHERE user_id = @UserId AND friend_id = @FriendId AND state = @From";

    public const string SetMetadata = "UPDATE friends SET metadata = @Metadata WHERE user_id = @UserId AND friend_id = @FriendId";

    public const string List = $"""
        {SelectFriend}
        WHERE f.user_id = @UserId AND (f.state, f.position, f.friend_id) > (@State, @Position, @After)
        ORDER BY f.state, f.position, f.friend_id
        LIMIT @Limit
        """;

    public const string ListState = $"""
        {SelectFriend}
        WHERE f.user_id = @UserId AND f.state = @State AND (f.position, f.friend_id) > (@Position, @After)
        ORDER BY f.state, f.position, f.friend_id
        LIMIT @Limit
        """;

    /// <summary>In the order of both primary keys, so that a page reads little more than itself.</summary>
    public const string ListFriendsOfFriends = $"""
        SELECT m.friend_id AS referrer, {UserRecord.Columns}
        FROM friends m
        JOIN friends f ON f.user_id = m.friend_id
        JOIN users u ON u.id = f.friend_id
        WHERE m.user_id = @UserId AND m.state = 0 AND m.friend_id >= @Referrer
            AND f.state = 0 AND f.friend_id <> @UserId AND (m.friend_id, f.friend_id) > (@Referrer, @After)
            AND NOT EXISTS (SELECT 1 FROM friends k WHERE k.user_id = @UserId AND k.friend_id = f.friend_id AND k.state IN (0, 3))
            AND NOT EXISTS (SELECT 1 FROM friends k WHERE k.user_id = f.friend_id AND k.friend_id = @UserId AND k.state = 3)
        ORDER BY m.friend_id, f.friend_id
        LIMIT @Limit
        """;

    public const string Blocks = """
        SELECT friend_id AS id FROM friends WHERE user_id = @UserId AND state = 3 AND friend_id IN (@Others)
        UNION
        SELECT user_id AS id FROM friends WHERE friend_id = @UserId AND state = 3 AND user_id IN (@Others)
        """;

    /// <summary>Locks the user's row, and with it the user's edges.</summary>
    public const string Lock = "UPDATE users SET update_time = @Now WHERE id = @UserId";

    public const string UncountOthers = """
        UPDATE users SET edge_count = edge_count - 1 WHERE id IN (SELECT user_id FROM friends WHERE friend_id = @UserId AND state <> 3)
        """;

    public const string DeleteOtherSides = "DELETE FROM friends WHERE friend_id = @UserId AND state <> 3";

    public const string DeleteOwnSides = "DELETE FROM friends WHERE user_id = @UserId AND state <> 3";

    public const string Recount = "UPDATE users SET edge_count = (SELECT count(*) FROM friends WHERE user_id = @UserId) WHERE id = @UserId";

    public const string UncountWhoKnew = "UPDATE users SET edge_count = edge_count - 1 WHERE id IN (SELECT user_id FROM friends WHERE friend_id = @UserId)";

    public const string DeleteWhoKnew = "DELETE FROM friends WHERE friend_id = @UserId";

    public const string DeleteOwn = "DELETE FROM friends WHERE user_id = @UserId";

    private const string SelectFriend = $"""
        SELECT f.state, f.position, f.update_time AS edge_time, f.metadata AS edge_metadata, {UserRecord.Columns}
        FROM friends f JOIN users u ON u.id = f.friend_id
        """;
}
