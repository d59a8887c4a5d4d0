namespace RealtimeServer.Services.Accounts;

/// <summary>The SQL texts that read players.</summary>
internal static class UserSql
{
    public const string ByIds = $"SELECT {UserRecord.Columns} FROM users u WHERE u.id IN (@Ids)";

    public const string ByUsernames = $"SELECT {UserRecord.Columns} FROM users u WHERE u.username IN (@Usernames)";

    // The index knows only accounts that have such an id, and is taken when the text says so too.
    public const string ByFacebookIds = $"SELECT {UserRecord.Columns} FROM users u WHERE u.facebook_id IS NOT NULL AND u.facebook_id IN (@FacebookIds)";

    public const string IdsOfUsernames = "SELECT id, username FROM users WHERE username IN (@Usernames)";

    public const string DisableTime = "SELECT disable_time FROM users WHERE id = @Id";
}
