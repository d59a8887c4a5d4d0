namespace RealtimeServer.Services.Moderation;

/// <summary>Every SQL text of the feature.</summary>
internal static class ModerationSql
{
    public const string Banned = "SELECT id FROM users WHERE disable_time <> 0";

    public const string ShadowBanned = "SELECT user_id FROM shadow_bans";

    public const string Ban = "UPDATE users SET disable_time = CASE WHEN disable_time = 0 THEN @Now ELSE disable_time END WHERE id = @UserId";

    public const string Unban = "UPDATE users SET disable_time = 0 WHERE id = @UserId";

    public const string UserExists = "SELECT id FROM users WHERE id = @UserId";

    public const string ShadowBan = """
        INSERT INTO shadow_bans (user_id, create_time) VALUES (@UserId, @Now)
        ON CONFLICT (user_id) DO NOTHING
        """;

    public const string LiftShadowBan = "DELETE FROM shadow_bans WHERE user_id = @UserId";
}
