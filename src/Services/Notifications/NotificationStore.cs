using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Friends;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Notifications;

/// <summary>
/// The front door of notifications: tells users something, at once on their open sockets, and keeps it for those who are away.
/// </summary>
public sealed class NotificationStore
{
    private readonly Database _database;
    private readonly BanList _bans;
    private readonly Func<RealtimeService> _realtime;
    private readonly TimeProvider _time;

    /// <param name="database">Keeps them.</param>
    /// <param name="bans">What a shadow-banned user sends nobody else sees.</param>
    /// <param name="realtime">Asked for when the first notification is sent: it is made after the features.</param>
    /// <param name="time">Their times.</param>
    public NotificationStore(Database database, BanList bans, Func<RealtimeService> realtime, TimeProvider time)
    {
        _database = database;
        _bans = bans;
        _realtime = realtime;
        _time = time;
    }

    /// <summary>What is kept of a user here. It is not taken in again: clients have seen past it.</summary>
    internal static IReadOnlyList<AccountPart> Parts { get; } =
        [new("notifications", "user_id") { Imports = false }, new("notification_counters", "user_id") { Imports = false }];

    /// <summary>Sends notifications; what is persistent is on disk when this returns. Who shares a block with the sender gets none.</summary>
    /// <exception cref="ArgumentException">One says what none may (<see cref="NotificationRules"/>).</exception>
    public async Task SendAsync(params IReadOnlyList<NewNotification> notifications)
    {
        Require(notifications);
        notifications = await Task.WhenAll(notifications.Select(async n => n with { Receivers = await ReachedAsync(n, n.Receivers).ConfigureAwait(false) }))
            .ConfigureAwait(false);
        SqlBatch batch = new();
        AddTo(batch, notifications);
        if (notifications.Any(n => n.Persistent))
        {
            await _database.WriteAsync(batch).ConfigureAwait(false);
        }
        Deliver(notifications);
    }

    /// <summary>
    /// Sends one notification to every account there is, in portions. Who signs up meanwhile may or may not get it; who was there
    /// before gets it once. When it fails halfway, some have it.
    /// </summary>
    /// <param name="notification">Its receivers are not looked at.</param>
    /// <param name="cancellation">Ends it between two portions.</param>
    /// <exception cref="ArgumentException">It says what none may (<see cref="NotificationRules"/>).</exception>
    public async Task SendToAllAsync(NewNotification notification, CancellationToken cancellation = default)
    {
        Require([notification]);
        if (!notification.Persistent)
        {
            Deliver(notification, await ReachedAsync(notification, [.. _realtime().Users]).ConfigureAwait(false));
            return;
        }
        Guid after = Guid.Empty;
        IReadOnlyList<Guid> users;
        do
        {
            Guid from = after;
            users = await _database.ReadAsync(
                s => s.QueryAsync<Guid>(NotificationSql.Users, new { After = from, Limit = Limits.NotificationReceiversPerWrite }), cancellation).ConfigureAwait(false);
            if (users.Count > 0)
            {
                Guid[] reached = [.. await ReachedAsync(notification, users).ConfigureAwait(false)];
                SqlBatch batch = new();
                Add(batch, notification, reached);
                await _database.WriteAsync(batch).ConfigureAwait(false);
                Deliver(notification, reached);
                after = users[^1];
            }
        }
        while (users.Count == Limits.NotificationReceiversPerWrite);
    }

    /// <summary>What came to a user after a cursor, the oldest first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="limit">1..<see cref="Limits.NotificationsListMax"/>.</param>
    /// <param name="cursor">As an earlier page gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours.</returns>
    public async ValueTask<NotificationPage?> ListAsync(Guid userId, int limit, string? cursor, CancellationToken cancellation)
    {
        PageCursor? from = null;
        if (cursor is not null && !PageCursor.TryParse(cursor, out from))
        {
            return null;
        }
        long after = from?.Position ?? 0;
        IReadOnlyList<NotificationRecord> found = await _database.ReadAsync(
            s => s.QueryAsync<NotificationRecord>(NotificationSql.List, new { UserId = userId, After = after, Limit = limit }), cancellation).ConfigureAwait(false);
        string next = found.Count == 0 && cursor is not null ? cursor : new PageCursor(0, found.Count == 0 ? 0 : found[^1].Number, Guid.Empty).ToString();
        return new NotificationPage([.. found.Where(n => _bans.MaySee(userId, n.SenderId))], next);
    }

    /// <summary>Deletes a user's notifications; those that are not there are passed over.</summary>
    public Task DeleteAsync(Guid userId, IReadOnlyCollection<Guid> ids)
    {
        SqlBatch batch = new();
        batch.Execute(NotificationSql.Delete, new { UserId = userId, Ids = ids.ToArray() }, rows: null);
        return _database.WriteAsync(batch);
    }

    /// <summary>Adds the writing of notifications to what another feature writes. When that is done, it calls <see cref="Deliver(IReadOnlyList{NewNotification})"/>.</summary>
    internal void AddTo(SqlBatch batch, IReadOnlyList<NewNotification> notifications)
    {
        foreach (NewNotification notification in notifications.Where(n => n.Persistent))
        {
            foreach (Guid[] portion in notification.Receivers.Distinct().Chunk(Limits.NotificationReceiversPerWrite))
            {
                Add(batch, notification, portion);
            }
        }
    }

    /// <summary>Sends to the open sockets of the receivers what <see cref="AddTo"/> has written.</summary>
    internal void Deliver(IReadOnlyList<NewNotification> notifications)
    {
        foreach (NewNotification notification in notifications)
        {
            Deliver(notification, notification.Receivers);
        }
    }

    private async ValueTask<IReadOnlyCollection<Guid>> ReachedAsync(NewNotification notification, IReadOnlyCollection<Guid> receivers)
    {
        if (notification.SenderId == Guid.Empty || receivers.Count == 0)
        {
            return receivers;
        }
        IReadOnlyList<Guid> blocked = await _database.ReadAsync(
            s => FriendStore.BlocksAsync(s, notification.SenderId, receivers), CancellationToken.None).ConfigureAwait(false);
        return blocked.Count == 0 ? receivers : [.. receivers.Except(blocked)];
    }

    private void Add(SqlBatch batch, NewNotification notification, Guid[] receivers)
    {
        batch.Execute(NotificationSql.TakeNumbers, new { UserIds = receivers }, rows: null);
        batch.Execute(
            NotificationSql.Insert,
            new
            {
                UserIds = receivers,
                notification.Id,
                notification.Subject,
                notification.Content,
                notification.Code,
                notification.SenderId,
                Now = _time.Microseconds(),
            },
            rows: null);
        batch.Execute(NotificationSql.DeleteOldest, new { UserIds = receivers, Kept = (long)Limits.NotificationsKeptMax }, rows: null);
    }

    private void Deliver(NewNotification notification, IEnumerable<Guid> receivers)
    {
        Envelope? envelope = null;
        RealtimeService realtime = _realtime();
        foreach (RealtimeSession session in receivers.Where(r => _bans.MaySee(r, notification.SenderId)).SelectMany(realtime.SessionsOf))
        {
            envelope ??= new Envelope
            {
                Notifications = new Protocol.Realtime.Notifications
                {
                    Notifications_ =
                    {
                        NotificationMethods.Shown(
                            notification.Id, notification.Subject, notification.Content, notification.Code, notification.SenderId, _time.Microseconds(),
                            notification.Persistent),
                    },
                },
            };
            session.Send(envelope);
        }
    }

    private static void Require(IReadOnlyList<NewNotification> notifications)
    {
        if (notifications.Select(NotificationRules.Refuse).FirstOrDefault(r => r is not null) is string refusal)
        {
            throw new ArgumentException(refusal, nameof(notifications));
        }
    }
}
