using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Notifications;

/// <summary>What a notification may say. Pure: a refusal is a text for who wrote it, null is consent.</summary>
public static class NotificationRules
{
    public static string? Refuse(NewNotification notification)
    {
        if (notification.Subject.Length == 0 || !RequestTexts.Fits(notification.Subject, Limits.NotificationSubjectBytesMax))
        {
            return $"A notification's subject must be 1 to {Limits.NotificationSubjectBytesMax} bytes.";
        }
        if (!RequestTexts.Fits(notification.Content, Limits.NotificationContentBytesMax) || !RequestTexts.IsJsonObject(notification.Content))
        {
            return $"A notification's content must be a JSON object of at most {Limits.NotificationContentBytesMax} bytes.";
        }
        return notification.Code == 0 ? "A notification's code must not be 0." : null;
    }
}
