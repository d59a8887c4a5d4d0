using System.Net;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Api;

/// <summary>What a caller must show.</summary>
public enum ApiCredential
{
    None,

    /// <summary>The server key, which every copy of the game holds: HTTP Basic, user part.</summary>
    ServerKey,

    /// <summary>A session token: HTTP Bearer.</summary>
    Session,

    /// <summary>A session token, or the key of the operator's servers: in the header, or in the request where the method looks for it.</summary>
    SessionOrHttpKey,

    /// <summary>The operator's key, which no client holds: HTTP Basic, user part.</summary>
    AdminKey,
}

/// <summary>One method of the contract with the code behind it; every door (REST, gRPC) calls the same.</summary>
/// <param name="Handler">Gets a request of the descriptor's input type. It throws only for faults of the server.</param>
public sealed record ApiMethod(MethodDescriptor Descriptor, ApiCredential Credential, Func<ApiCall, IMessage, Task<ApiOutcome>> Handler)
{
    /// <summary>A method with its handler's request type spelt out.</summary>
    public static ApiMethod Of<TRequest>(MethodDescriptor descriptor, ApiCredential credential, Func<ApiCall, TRequest, Task<ApiOutcome>> handler)
        where TRequest : class, IMessage<TRequest>
    {
        if (descriptor.InputType.ClrType != typeof(TRequest))
        {
            throw new ArgumentException($"{descriptor.FullName} takes {descriptor.InputType.ClrType.Name}, not {typeof(TRequest).Name}.", nameof(descriptor));
        }
        return new ApiMethod(descriptor, credential, (call, request) => handler(call, (TRequest)request));
    }
}

/// <summary>Who calls, as the session token says.</summary>
public sealed record ApiCaller(SessionClaims Claims)
{
    public Guid UserId => Claims.UserId;

    public string Username => Claims.Username;

    public IReadOnlyDictionary<string, string> Vars => Claims.Vars;

    /// <summary>A server that showed its key, and is nobody's session.</summary>
    public bool IsServer => ReferenceEquals(this, Server);

    internal static ApiCaller Server { get; } = new(new SessionClaims(Guid.Empty, Guid.Empty, "", new Dictionary<string, string>(), 0, 0));
}

/// <summary>Where a request came from.</summary>
/// <param name="Address">The client's address; behind a trusted proxy, the one the proxy names.</param>
/// <param name="RequestId">Names this request in answers and logs; chosen by the client or made by the door.</param>
public record ApiOrigin(IPAddress Address, string RequestId)
{
    /// <summary>A call from inside the process.</summary>
    public static readonly ApiOrigin Local = new(IPAddress.Loopback, "local");

    /// <summary>Copies what else the request says; only server code asks for it.</summary>
    public virtual RequestDetails ReadDetails() => RequestDetails.None;
}

/// <summary>What a request says beside its message.</summary>
/// <param name="Lang">The language the client asks for; empty when it does not say.</param>
/// <param name="Headers">Names in small letters, without credentials.</param>
/// <param name="QueryParameters">Without credentials.</param>
public sealed record RequestDetails(
    string Lang, IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, IReadOnlyList<string>> QueryParameters)
{
    public static readonly RequestDetails None = new("", new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<string>>());
}

/// <summary>What surrounds one call.</summary>
/// <param name="Caller">Set when the method asks for a session, or may be called by key and the header shows one of both.</param>
public sealed record ApiCall(ApiCaller? Caller, ApiOrigin Origin, TimeProvider Time, CancellationToken Cancellation)
{
    /// <summary>The caller of a method that asks for a session.</summary>
    public ApiCaller Session => Caller ?? throw new InvalidOperationException("This method does not ask for a session.");
}

/// <summary>What a call gives: an answer, or a status that says why there is none.</summary>
public readonly struct ApiOutcome
{
    private ApiOutcome(IMessage? response, ApiStatus status)
    {
        Response = response;
        Status = status;
    }

    /// <summary>The answer; null when and only when the status is not Ok.</summary>
    public IMessage? Response { get; }

    public ApiStatus Status { get; }

    public static ApiOutcome Ok(IMessage response) => new(response, ApiStatus.Ok);

    public static ApiOutcome Refuse(ApiCode code, string message) => new(null, new ApiStatus(code, message));

    public static ApiOutcome Refuse(ApiStatus status) => new(null, status);
}
