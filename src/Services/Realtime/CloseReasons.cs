namespace RealtimeServer.Services.Realtime;

/// <summary>Why a session is closed, in the words clients know from Nakama where it has some.</summary>
public static class CloseReasons
{
    /// <summary>Bytes that are no envelope.</summary>
    public const string Malformed = "received malformed payload";

    /// <summary>An envelope with no message, or one a client may not send.</summary>
    public const string Unprocessable = "error processing message";

    /// <summary>A binary frame on a JSON WebSocket, or the reverse.</summary>
    public const string WrongFrameType = "received unexpected WebSocket message type";

    public const string TooManyMessages = "too many messages";

    public const string QueueFull = "outgoing queue full";

    public const string Banned = "User account banned.";

    /// <summary>Signed out or deleted, here or elsewhere.</summary>
    public const string SessionEnded = "session ended";

    public const string ServerStopping = "server shutting down";
}
