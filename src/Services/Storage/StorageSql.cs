using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Storage;

/// <summary>Every SQL text of the feature. @AsServer sets the permissions aside.</summary>
internal static class StorageSql
{
    public const string Upsert = $"""
        {Insert}
        ON CONFLICT (user_id, collection, key) DO UPDATE SET {FromExcluded}
        WHERE storage.permission_write = 1 OR @AsServer
        RETURNING create_time
        """;

    public const string InsertOnly = $"""
        {Insert}
        ON CONFLICT (user_id, collection, key) DO NOTHING
        RETURNING create_time
        """;

    public const string UpdateVersion = $"""
        UPDATE storage
        SET value = @Value, version = @Version, permission_read = @Read, permission_write = @Write, update_time = @Now
        WHERE {ByName} AND version = @IfVersion AND (permission_write = 1 OR @AsServer)
        RETURNING create_time
        """;

    public const string Delete = $"""
        DELETE FROM storage
        WHERE {ByName} AND (@IfVersion = '' OR version = @IfVersion) AND (permission_write = 1 OR @AsServer)
        """;

    public const string Guards = $"SELECT version, permission_write FROM storage WHERE {ByName}";

    public static readonly SqlText Read = SqlText.Shared($"{Select} WHERE {ByName}");

    public static readonly SqlText ReadAs = SqlText.Shared(
        $"{Select} WHERE {ByName} AND (permission_read = 2 OR (permission_read = 1 AND user_id = @Caller))");

    public const string OwnedBy = $"{Select} WHERE user_id = @UserId";

    /// <summary>Of one user's objects in a collection, those of one read permission, behind a key.</summary>
    public const string ListOwned = $"""
        {Select}
        WHERE user_id = @UserId AND collection = @Collection AND permission_read = @Read AND key > @Key
        ORDER BY key
        LIMIT @Limit
        """;

    public const string ListPublic = $"""
        {Select}
        WHERE collection = @Collection AND permission_read = 2 AND (key, user_id) > (@Key, @UserId)
        ORDER BY key, user_id
        LIMIT @Limit
        """;

    /// <summary>All of a collection, a page at a time in the order of the primary key, to build an index.</summary>
    public const string Scan = $"""
        {Select}
        WHERE collection = @Collection AND (user_id, key) > (@UserId, @Key)
        ORDER BY user_id, key
        LIMIT @Limit
        """;

    public const string DeleteOwned = "DELETE FROM storage WHERE user_id = @UserId";

    public const string WhereOrphaned = """
        WHERE user_id <> '00000000-0000-0000-0000-000000000000' AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = storage.user_id)
        """;

    private const string ByName = "user_id = @UserId AND collection = @Collection AND key = @Key";

    private const string Select = """
        SELECT collection, key, user_id, value, version, permission_read, permission_write, create_time, update_time
        FROM storage
        """;

    private const string Insert = """
        INSERT INTO storage (user_id, collection, key, value, version, permission_read, permission_write, create_time, update_time)
        VALUES (@UserId, @Collection, @Key, @Value, @Version, @Read, @Write, @Now, @Now)
        """;

    private const string FromExcluded =
        "value = excluded.value, version = excluded.version, permission_read = excluded.permission_read, "
        + "permission_write = excluded.permission_write, update_time = excluded.update_time";
}
