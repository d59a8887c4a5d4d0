namespace RealtimeServer.Services.Accounts;

/// <summary>Every SQL text of the feature.</summary>
internal static class AccountSql
{
    public const string UserOfDevice = """
        SELECT u.id AS Id, u.username AS Username, u.disable_time AS DisableTime
        FROM user_devices d JOIN users u ON u.id = d.user_id
        WHERE d.id = @DeviceId
        """;

    public const string InsertUser = """
        INSERT INTO users (id, username, create_time, update_time)
        VALUES (@Id, @Username, @Now, @Now)
        ON CONFLICT (username) DO NOTHING
        """;

    // Of an account whose name was taken nothing is there: that is a refusal, not a broken reference.
    public const string InsertDevice = """
        INSERT INTO user_devices (id, user_id, create_time)
        SELECT @DeviceId, id, @Now FROM users WHERE id = @Id
        ON CONFLICT (id) DO NOTHING
        """;

    public const string Account = """
        SELECT id AS Id, username AS Username, lang_tag AS LangTag, metadata AS Metadata, wallet AS Wallet,
               create_time AS CreateTime, update_time AS UpdateTime, disable_time AS DisableTime
        FROM users
        WHERE id = @Id
        """;

    public const string DisableTime = "SELECT disable_time FROM users WHERE id = @Id";

    public const string DevicesOfUser = """
        SELECT id FROM user_devices
        WHERE user_id = @Id
        ORDER BY create_time, id
        LIMIT @Max
        """;
}
