using RealtimeServer.Services.Notifications;

namespace RealtimeServer.Services.Friends;

/// <summary>What others are told of what a user did, in the words clients know.</summary>
internal static class FriendNotifications
{
    public static NewNotification Of(int code, Guid from, string username, IReadOnlyCollection<Guid> receivers)
    {
        string subject = code switch
        {
            NotificationCodes.FriendRequest => $"{username} wants to add you as a friend",
            NotificationCodes.FriendAccepted => $"{username} accepted your friend request",
            NotificationCodes.FriendRemoved => $"{username} removed you as a friend",
            _ => "Your friend has just joined the game",
        };
        return new NewNotification(receivers, subject, NotificationContent.Of(("username", username)), code, from);
    }
}
