namespace RealtimeServer.Services.Notifications;

/// <summary>The codes the server itself uses. Games use those above zero.</summary>
public static class NotificationCodes
{
    public const int DirectMessageRequest = -1;
    public const int FriendRequest = -2;
    public const int FriendAccepted = -3;
    public const int GroupAdded = -4;
    public const int GroupJoinRequest = -5;
    public const int FriendJoinedGame = -6;
    public const int SingleSocket = -7;
    public const int Banned = -8;
    public const int FriendRemoved = -9;
}

/// <summary>Something to tell users.</summary>
/// <param name="Receivers">Whom; those who do not exist are passed over.</param>
/// <param name="Content">The text of a JSON object.</param>
/// <param name="SenderId">From which user; the nil uuid: from the server itself.</param>
/// <param name="Persistent">Whether it is kept until the receiver deletes it; otherwise only open sockets get it.</param>
public sealed record NewNotification(
    IReadOnlyCollection<Guid> Receivers, string Subject, string Content, int Code, Guid SenderId = default, bool Persistent = true)
{
    /// <summary>What it is known by, to every receiver alike.</summary>
    public Guid Id { get; } = Guid.NewGuid();
}

/// <summary>A notification as stored.</summary>
/// <param name="Number">Its place among the receiver's, from 1; a later one has a higher number.</param>
/// <param name="CreateTime">Microseconds since 1970 UTC.</param>
public sealed record NotificationRecord(long Number, Guid Id, string Subject, string Content, int Code, Guid SenderId, long CreateTime);

/// <param name="Cursor">For what comes after these, now or later.</param>
public sealed record NotificationPage(IReadOnlyList<NotificationRecord> Notifications, string Cursor);
