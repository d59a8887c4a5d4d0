namespace RealtimeServer.Server;

/// <summary>The server cannot start; the text says why and what to do.</summary>
public sealed class StartException : Exception
{
    public StartException(string message)
        : base(message)
    {
    }

    public StartException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
