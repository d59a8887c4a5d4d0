using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Notifications;

/// <summary>The API methods of notifications: read the request, call the store, word the outcome.</summary>
internal sealed class NotificationMethods(NotificationStore notifications)
{
    /// <param name="service">What players call.</param>
    /// <param name="admin">What operators call.</param>
    public IEnumerable<ApiMethod> All(ServiceDescriptor service, ServiceDescriptor admin) =>
    [
        ApiMethod.Of<ListNotificationsRequest>(service.FindMethodByName("ListNotifications"), ApiCredential.Session, ListAsync),
        ApiMethod.Of<DeleteNotificationsRequest>(service.FindMethodByName("DeleteNotifications"), ApiCredential.Session, DeleteAsync),
        ApiMethod.Of<SendNotificationRequest>(admin.FindMethodByName("SendNotification"), ApiCredential.AdminKey, SendAsync),
    ];

    public static Notification Shown(Guid id, string subject, string content, int code, Guid sender, long createTime, bool persistent) => new()
    {
        Id = id.ToString("D"),
        Subject = subject,
        Content = content,
        Code = code,
        SenderId = sender == Guid.Empty ? "" : sender.ToString("D"),
        CreateTime = ApiTime.WholeSeconds(createTime),
        Persistent = persistent,
    };

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListNotificationsRequest request)
    {
        if (request.Limit is < 1 or > Limits.NotificationsListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.NotificationsListMax}.");
        }
        string? cursor = request.CacheableCursor.Length == 0 ? null : request.CacheableCursor;
        NotificationPage? page = await notifications.ListAsync(call.Session.UserId, request.Limit ?? 1, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Malformed cursor was used.");
        }
        NotificationList list = new() { CacheableCursor = page.Cursor };
        list.Notifications.AddRange(page.Notifications.Select(n => Shown(n.Id, n.Subject, n.Content, n.Code, n.SenderId, n.CreateTime, persistent: true)));
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, DeleteNotificationsRequest request)
    {
        if (request.Ids.Count > Limits.NotificationsPerRequestMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Too many IDs - at most {Limits.NotificationsPerRequestMax} in a request.");
        }
        List<Guid> ids = [];
        foreach (string text in request.Ids)
        {
            if (Guid.TryParseExact(text, "D", out Guid id))
            {
                ids.Add(id);
            }
        }
        if (ids.Count > 0)
        {
            await notifications.DeleteAsync(call.Session.UserId, ids).ConfigureAwait(false);
        }
        return ApiOutcome.Ok(new Empty());
    }

    private async Task<ApiOutcome> SendAsync(ApiCall call, SendNotificationRequest request)
    {
        if (request.UserIds.Count > Limits.NotificationReceiversPerWrite)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Too many users - at most {Limits.NotificationReceiversPerWrite} in a request.");
        }
        List<Guid> receivers = [];
        foreach (string text in request.UserIds)
        {
            if (!Guid.TryParseExact(text, "D", out Guid id))
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid user ID '{text}'.");
            }
            receivers.Add(id);
        }
        string content = request.Content.Length == 0 ? "{}" : request.Content;
        NewNotification notification = new(receivers, request.Subject, content, request.Code, Persistent: request.Persistent ?? true);
        if (NotificationRules.Refuse(notification) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        // Once begun, a sending to all goes on when its caller is gone: half of the players told would be told again.
        await (request.ToAll ? notifications.SendToAllAsync(notification) : notifications.SendAsync(notification)).ConfigureAwait(false);
        return ApiOutcome.Ok(new Empty());
    }
}
