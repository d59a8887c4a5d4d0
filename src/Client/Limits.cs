namespace RealtimeServer.Client;

/// <summary>Bounds of the client.</summary>
internal static class Limits
{
    /// <summary>Messages of matches that are being joined, kept until the answer to the join comes: a welcome, a few presences, a few events.</summary>
    public const int EarlyMessagesMax = 64;
}
