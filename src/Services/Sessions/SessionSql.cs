namespace RealtimeServer.Services.Sessions;

/// <summary>Every SQL text of the feature.</summary>
internal static class SessionSql
{
    public const string Revoke = """
        INSERT INTO session_revocations (id, issued_until, revoke_time, expire_time)
        VALUES (@Id, @IssuedUntil, @Now, @ExpireTime)
        ON CONFLICT (id) DO UPDATE SET issued_until = excluded.issued_until, revoke_time = excluded.revoke_time, expire_time = excluded.expire_time
        """;

    /// <summary>What a sign-in looks at, as it may be on another server that has not heard of the revocation yet.</summary>
    public const string SetIssuedUntil = "UPDATE users SET issued_until = @IssuedUntil WHERE id = @Id";

    public const string RevokedSince = """
        SELECT id, issued_until, expire_time, revoke_time FROM session_revocations
        WHERE (revoke_time, id) > (@Since, @After) AND expire_time > @Now
        ORDER BY revoke_time, id
        LIMIT @Limit
        """;

    public const string CountRevoked = """
        SELECT count(*) FROM session_revocations
        WHERE (id = @TokenId OR id = @UserId) AND issued_until >= @IssuedAt
        """;

    public const string State = """
        SELECT u.username, u.disable_time, u.issued_until, COALESCE(s.generation, 0) AS generation, COALESCE(s.refresh_time, 0) AS refresh_time,
               (SELECT count(*) FROM session_revocations r WHERE r.id = @TokenId) AS revoked
        FROM users u LEFT JOIN session_refreshes s ON s.token_id = @TokenId
        WHERE u.id = @UserId
        """;

    /// <summary>Uses a refresh token up. Fails when it is used up already, and when the session or its user is not welcome any more.</summary>
    public const string Refresh = """
        INSERT INTO session_refreshes (token_id, user_id, generation, refresh_time, expire_time)
        SELECT @TokenId, u.id, @Generation + 1, @Now, @ExpireTime
        FROM users u
        WHERE u.id = @UserId AND u.disable_time = 0 AND u.issued_until < @IssuedAt
          AND NOT EXISTS (SELECT 1 FROM session_revocations r WHERE r.id = @TokenId)
        ON CONFLICT (token_id) DO UPDATE
        SET generation = excluded.generation, refresh_time = excluded.refresh_time, expire_time = excluded.expire_time
        WHERE session_refreshes.generation = @Generation
        """;

    public const string Username = "SELECT username FROM users WHERE id = @UserId";

    public const string DeleteOldRevocations = """
        DELETE FROM session_revocations WHERE id IN (SELECT id FROM session_revocations WHERE expire_time <= @Now ORDER BY expire_time LIMIT @Limit)
        """;

    public const string DeleteOldRefreshes = """
        DELETE FROM session_refreshes WHERE token_id IN (SELECT token_id FROM session_refreshes WHERE expire_time <= @Now ORDER BY expire_time LIMIT @Limit)
        """;
}
