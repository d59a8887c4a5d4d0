using System.Collections.Frozen;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

/// <summary>What an account can be signed in with, beside devices and an e-mail address: one of each kind.</summary>
public enum IdentityKind
{
    Custom,
    Apple,
    Facebook,
    FacebookInstantGame,
    GameCenter,
    Google,
    Steam,
}

/// <summary>The SQL texts of one kind of identity. They differ in a column's name, and so are made once for each.</summary>
internal sealed class IdentitySql
{
    /// <summary>Whether an account can be signed in with anything but a device. An e-mail address without a password is no way in.</summary>
    public const string AnyIdentity = $"{AnyButEmail} OR password IS NOT NULL";

    public const string AnyButEmail =
        "custom_id IS NOT NULL OR apple_id IS NOT NULL OR facebook_id IS NOT NULL OR facebook_instant_game_id IS NOT NULL "
        + "OR gamecenter_id IS NOT NULL OR google_id IS NOT NULL OR steam_id IS NOT NULL";

    private static readonly (IdentityKind Kind, string Column)[] Columns =
    [
        (IdentityKind.Custom, "custom_id"),
        (IdentityKind.Apple, "apple_id"),
        (IdentityKind.Facebook, "facebook_id"),
        (IdentityKind.FacebookInstantGame, "facebook_instant_game_id"),
        (IdentityKind.GameCenter, "gamecenter_id"),
        (IdentityKind.Google, "google_id"),
        (IdentityKind.Steam, "steam_id"),
    ];

    private static readonly FrozenDictionary<IdentityKind, IdentitySql> All = Columns.ToFrozenDictionary(c => c.Kind, c => new IdentitySql(c.Column));

    private IdentitySql(string column)
    {
        string others = string.Join(" OR ", Columns.Where(c => c.Column != column).Select(c => $"{c.Column} IS NOT NULL").Append("password IS NOT NULL"));
        UsersOf = $"SELECT id FROM users WHERE {column} IS NOT NULL AND {column} IN (@Values)";
        Find = SqlText.Shared($"SELECT {AccountSql.SignInColumns} FROM users u WHERE u.{column} = @Value");
        Insert = $"""
            INSERT INTO users (id, username, {column}, display_name, avatar_url, create_time, update_time)
            VALUES (@Id, @Username, @Value, @DisplayName, @AvatarUrl, @Now, @Now)
            ON CONFLICT DO NOTHING
            """;
        Link = $"""
            UPDATE users
            SET {column} = @Value, update_time = @Now,
                display_name = CASE WHEN display_name = '' THEN @DisplayName ELSE display_name END,
                avatar_url = CASE WHEN avatar_url = '' THEN @AvatarUrl ELSE avatar_url END
            WHERE id = @Id AND NOT EXISTS (SELECT 1 FROM users o WHERE o.{column} = @Value AND o.id <> @Id)
            """;
        Unlink = $"""
            UPDATE users SET {column} = NULL
            WHERE id = @Id AND {column} IS NOT NULL AND (@Value = '' OR {column} = @Value)
              AND ({others} OR EXISTS (SELECT 1 FROM user_devices d WHERE d.user_id = @Id))
            """;
    }

    /// <summary>The accounts with any of @Values.</summary>
    public SqlText UsersOf { get; }

    /// <summary>The account with @Value.</summary>
    public SqlText Find { get; }

    /// <summary>A new account; nothing is inserted when its name or @Value is taken.</summary>
    public SqlText Insert { get; }

    /// <summary>Fails when another account has @Value.</summary>
    public SqlText Link { get; }

    /// <summary>Fails for another @Value than the account's (empty is any), and when nothing else could sign the account in.</summary>
    public SqlText Unlink { get; }

    public static IdentitySql Of(IdentityKind kind) => All[kind];
}
