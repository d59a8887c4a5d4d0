namespace RealtimeServer.Services.Notifications;

/// <summary>Every SQL text of the feature.</summary>
internal static class NotificationSql
{
    /// <summary>Takes the next number of each of @UserIds who exists, in one order, so that two who write to the same users do not block each other.</summary>
    public const string TakeNumbers = """
        INSERT INTO notification_counters (user_id, newest)
        SELECT id, 1 FROM users WHERE id IN (@UserIds) ORDER BY id
        ON CONFLICT (user_id) DO UPDATE SET newest = notification_counters.newest + 1
        """;

    /// <summary>Under the numbers just taken.</summary>
    public const string Insert = """
        INSERT INTO notifications (user_id, number, id, subject, content, code, sender_id, create_time)
        SELECT user_id, newest, @Id, @Subject, @Content, @Code, @SenderId, @Now
        FROM notification_counters
        WHERE user_id IN (@UserIds)
        """;

    public const string DeleteOldest = """
        DELETE FROM notifications
        WHERE user_id IN (@UserIds)
            AND number <= (SELECT newest FROM notification_counters c WHERE c.user_id = notifications.user_id) - @Kept
        """;

    public const string List = """
        SELECT number, id, subject, content, code, sender_id, create_time
        FROM notifications
        WHERE user_id = @UserId AND number > @After
        ORDER BY number
        LIMIT @Limit
        """;

    public const string Delete = "DELETE FROM notifications WHERE user_id = @UserId AND id IN (@Ids)";

    /// <summary>A page of everybody, in order.</summary>
    public const string Users = "SELECT id FROM users WHERE id > @After ORDER BY id LIMIT @Limit";
}
