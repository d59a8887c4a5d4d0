using System.Net;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Hooks;

/// <summary>For whom server code runs, and where the request came from. A copy: it stays true when the request is over.</summary>
public sealed record HookContext
{
    /// <summary>The API method ("CreateGroup"), socket message ("match_create") or function ("daily_reward").</summary>
    public required string Name { get; init; }

    /// <summary>Null where nobody is signed in yet, and for calls of servers by key.</summary>
    public Guid? UserId { get; init; }

    public string Username { get; init; } = "";

    /// <summary>The session's variables.</summary>
    public IReadOnlyDictionary<string, string> Vars { get; init; } = new Dictionary<string, string>();

    /// <summary>When the session ends, seconds since 1970 UTC; 0 without one.</summary>
    public long SessionExpiresAt { get; init; }

    /// <summary>The socket's session; null for requests.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The client's real address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Names the request in answers and logs.</summary>
    public required string RequestId { get; init; }

    /// <summary>The language the client asks for, as it writes it; empty when it does not say.</summary>
    public string Lang { get; init; } = "";

    /// <summary>HTTP headers or gRPC metadata, names in small letters, without credentials. Of a socket: those it was opened with.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Parameters of the query, without credentials.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> QueryParameters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public required TimeProvider Time { get; init; }

    /// <summary>Over when nobody waits for the outcome any more: the request's time is up, or that of server code.</summary>
    public CancellationToken Cancellation { get; init; }

    internal static HookContext Of(string name, ApiCall call)
    {
        RequestDetails details = call.Origin.ReadDetails();
        HookContext context = new()
        {
            Name = name,
            Address = call.Origin.Address,
            RequestId = call.Origin.RequestId,
            Lang = details.Lang,
            Headers = details.Headers,
            QueryParameters = details.QueryParameters,
            Time = call.Time,
            Cancellation = call.Cancellation,
        };
        return call.Caller is null or { IsServer: true } ? context : context.As(call.Caller.Claims);
    }

    internal HookContext As(Sessions.SessionClaims claims) => this with
    {
        UserId = claims.UserId,
        Username = claims.Username,
        Vars = claims.Vars,
        SessionExpiresAt = claims.ExpiresAt,
    };
}
