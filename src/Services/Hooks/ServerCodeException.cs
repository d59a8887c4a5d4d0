using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Hooks;

/// <summary>Thrown by server code to refuse a request: its caller gets the code and the text.</summary>
public sealed class ServerCodeException : Exception
{
    /// <param name="code">Not Ok.</param>
    /// <param name="message">For the caller to read.</param>
    public ServerCodeException(ApiCode code, string message)
        : base(message)
    {
        if (code == ApiCode.Ok)
        {
            throw new ArgumentException("A refusal cannot be Ok.", nameof(code));
        }
        Status = new ApiStatus(code, message);
    }

    public ApiStatus Status { get; }

    /// <summary>What a hook returns to turn a method off: it is then as if the method were not there.</summary>
    public static ApiStatus Disabled { get; } = new(ApiCode.NotFound, "Requested resource was not found.");
}
