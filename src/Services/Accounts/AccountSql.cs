using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

/// <summary>The SQL texts of accounts and their devices.</summary>
internal static class AccountSql
{
    /// <summary>What a sign-in reads of an account.</summary>
    public const string SignInColumns = "u.id, u.username, u.disable_time, u.issued_until";

    public static readonly SqlText UserOfDevice = SqlText.Shared($"""
        SELECT {SignInColumns}
        FROM user_devices d JOIN users u ON u.id = d.user_id
        WHERE d.id = @DeviceId
        """);

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

    public static readonly SqlText Account = SqlText.Shared($"""
        SELECT {UserRecord.Columns}, u.wallet, u.email, u.custom_id, u.verify_time, u.disable_time
        FROM users u
        WHERE u.id = @Id
        """);

    public static readonly SqlText DevicesOfUser = SqlText.Shared("""
        SELECT id FROM user_devices
        WHERE user_id = @Id
        ORDER BY create_time, id
        LIMIT @Max
        """);

    /// <summary>Fails for a name another account has.</summary>
    public const string Update = """
        UPDATE users
        SET username = COALESCE(@Username, username), display_name = COALESCE(@DisplayName, display_name), avatar_url = COALESCE(@AvatarUrl, avatar_url),
            lang_tag = COALESCE(@LangTag, lang_tag), location = COALESCE(@Location, location), timezone = COALESCE(@Timezone, timezone), update_time = @Now
        WHERE id = @Id AND NOT EXISTS (SELECT 1 FROM users o WHERE o.username = @Username AND o.id <> @Id)
        """;

    public const string Delete = "DELETE FROM users WHERE id = @Id";

    /// <summary>
    /// Changes of what an account is signed in with wait here for each other: the statement behind it then sees what the one before left.
    /// </summary>
    public const string Touch = "UPDATE users SET update_time = @Now WHERE id = @Id";

    /// <summary>A device that is the account's already stays so; one of another account fails, and so does one too many.</summary>
    public const string LinkDevice = """
        INSERT INTO user_devices (id, user_id, create_time)
        SELECT @DeviceId, @Id, @Now FROM users u
        WHERE u.id = @Id AND (SELECT count(*) FROM user_devices d WHERE d.user_id = @Id AND d.id <> @DeviceId) < @Max
        ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id WHERE user_devices.user_id = excluded.user_id
        """;

    public const string OwnerOfDevice = "SELECT user_id FROM user_devices WHERE id = @DeviceId";

    public const string UnlinkDevice = $"""
        DELETE FROM user_devices
        WHERE id = @DeviceId AND user_id = @Id
          AND (EXISTS (SELECT 1 FROM users u WHERE u.id = @Id AND ({IdentitySql.AnyIdentity}))
               OR EXISTS (SELECT 1 FROM user_devices d WHERE d.user_id = @Id AND d.id <> @DeviceId))
        """;
}
