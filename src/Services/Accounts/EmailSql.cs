namespace RealtimeServer.Services.Accounts;

/// <summary>The SQL texts of e-mail addresses and passwords.</summary>
internal static class EmailSql
{
    public const string ByEmail = $"SELECT {AccountSql.SignInColumns}, u.password FROM users u WHERE u.email = @Name";

    public const string ByUsername = $"SELECT {AccountSql.SignInColumns}, u.password FROM users u WHERE u.username = @Name";

    public const string Insert = """
        INSERT INTO users (id, username, email, password, create_time, update_time)
        VALUES (@Id, @Username, @Email, @Password, @Now, @Now)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Fails when the hash was changed meanwhile.</summary>
    public const string Rehash = "UPDATE users SET password = @Rehashed WHERE id = @Id AND password = @Password";

    /// <summary>Fails when another account has the address. A new address is not proven yet.</summary>
    public const string Link = """
        UPDATE users
        SET verify_time = CASE WHEN email = @Email THEN verify_time ELSE 0 END, email = @Email, password = @Password, update_time = @Now
        WHERE id = @Id AND NOT EXISTS (SELECT 1 FROM users o WHERE o.email = @Email AND o.id <> @Id)
        """;

    /// <summary>Fails for another @Value than the account's (empty is any), and when nothing else could sign the account in.</summary>
    public const string Unlink = $"""
        UPDATE users SET email = NULL, password = NULL, verify_time = 0
        WHERE id = @Id AND email IS NOT NULL AND (@Value = '' OR email = @Value)
          AND ({IdentitySql.AnyButEmail} OR EXISTS (SELECT 1 FROM user_devices d WHERE d.user_id = @Id))
        """;

    /// <summary>An address its provider has verified, for an account without one; nobody's account is opened or joined by it.</summary>
    public const string Import = """
        UPDATE users SET email = @Email, verify_time = @Now
        WHERE id = @Id AND email IS NULL AND NOT EXISTS (SELECT 1 FROM users o WHERE o.email = @Email)
        """;
}
