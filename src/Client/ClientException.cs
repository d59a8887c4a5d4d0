namespace RealtimeServer.Client;

/// <summary>The server refused a request, or could not be reached. The message is the server's own and fit to be shown.</summary>
public sealed class ClientException : Exception
{
    public ClientException(string message, int code = 0, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
    }

    /// <summary>The status code of the API (gRPC's numbers) or of the socket's error; 0 where the server said nothing.</summary>
    public int Code { get; }
}
