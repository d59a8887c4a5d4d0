using Google.Protobuf;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Api;

/// <summary>Told of an exception that became an error to a client.</summary>
/// <param name="where">The method's full name.</param>
/// <param name="requestId">As the client was told it.</param>
/// <param name="exception">What happened.</param>
public delegate void ApiFault(string where, string requestId, Exception exception);

/// <summary>What callers without a session show.</summary>
/// <param name="Server">Every copy of the game holds it.</param>
/// <param name="Http">Servers of the operator's show it to call functions; empty: none can.</param>
/// <param name="Admin">Operators show it; empty: no admin method can be called.</param>
public sealed record ApiKeys(string Server, string Http = "", string Admin = "");

/// <summary>
/// What REST and gRPC have in common: the credential is checked first, so that a stranger's request costs no parsing and no
/// database; then the handler runs, and whatever it throws becomes a status. Never throws.
/// </summary>
public sealed class ApiDoor
{
    private readonly BasicKey _serverKey;
    private readonly BasicKey _adminKey;
    private readonly SessionTokens _tokens;
    private readonly Func<Guid, bool> _isBanned;
    private readonly TimeProvider _time;
    private readonly ApiFault _fault;
    private readonly RateLimit<Guid>? _perUser;
    private readonly SessionStore? _sessions;

    /// <param name="keys">What callers without a session show.</param>
    /// <param name="tokens">Verifies session tokens.</param>
    /// <param name="isBanned">Whether a user's tokens are good for nothing any more.</param>
    /// <param name="time">Given to handlers.</param>
    /// <param name="fault">Told of every exception of a handler.</param>
    /// <param name="perUser">How often one user may call; null: as often as they like.</param>
    /// <param name="sessions">Asked whether a session was ended when memory does not hold all that were; null: never.</param>
    public ApiDoor(
        ApiKeys keys,
        SessionTokens tokens,
        Func<Guid, bool> isBanned,
        TimeProvider time,
        ApiFault fault,
        RateLimit<Guid>? perUser = null,
        SessionStore? sessions = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(keys.Server);
        _serverKey = new BasicKey(keys.Server, "Server key");
        HttpKey = new BasicKey(keys.Http, "HTTP key");
        _adminKey = new BasicKey(keys.Admin, "Admin key");
        _tokens = tokens;
        _isBanned = isBanned;
        _time = time;
        _fault = fault;
        _perUser = perUser;
        _sessions = sessions;
    }

    /// <summary>What servers show that call without a session.</summary>
    internal BasicKey HttpKey { get; }

    /// <summary>Checks the credential a method asks for. False with the refusal when it is missing or wrong.</summary>
    /// <param name="authorization">The HTTP header or gRPC metadata "authorization"; null when absent.</param>
    public bool TryAuthorize(ApiCredential credential, string? authorization, out ApiCaller? caller, out ApiStatus refusal)
    {
        caller = null;
        refusal = ApiStatus.Ok;
        switch (credential)
        {
            case ApiCredential.None:
                return true;
            case ApiCredential.ServerKey:
                return _serverKey.TryHeader(authorization, out refusal);
            case ApiCredential.AdminKey:
                return _adminKey.TryHeader(authorization, out refusal);
            case ApiCredential.SessionOrHttpKey when authorization is null:
                // The method itself looks for a key in the request.
                return true;
            case ApiCredential.SessionOrHttpKey when authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase):
                caller = ApiCaller.Server;
                return HttpKey.TryHeader(authorization, out refusal);
            default:
                return TrySession(authorization, out caller, out refusal);
        }
    }

    /// <summary>
    /// Runs a method for a caller whom <see cref="TryAuthorize"/> let in. A call that is cancelled is answered at once, even when its
    /// handler still waits; what it then does is nobody's answer, only its fault is heard of.
    /// </summary>
    public async ValueTask<ApiOutcome> CallAsync(ApiMethod method, ApiCaller? caller, ApiOrigin origin, IMessage request, CancellationToken cancellation)
    {
        Task<ApiOutcome>? running = null;
        try
        {
            if (caller is not null && _sessions is not null && !_tokens.Revoked.IsComplete
                && await _sessions.WasEndedAsync(caller.Claims, cancellation).ConfigureAwait(false))
            {
                return ApiOutcome.Refuse(ApiCode.Unauthenticated, "Auth token invalid");
            }
            running = method.Handler(new ApiCall(caller, origin, _time, cancellation), request);
            return running.IsCompleted || !cancellation.CanBeCanceled
                ? await running.ConfigureAwait(false)
                : await running.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            if (running is { IsCompleted: false })
            {
                _ = WatchAsync(running, method, origin);
            }
            return ApiOutcome.Refuse(ApiCode.Canceled, "The request was canceled.");
        }
        catch (DatabaseBusyException)
        {
            return ApiOutcome.Refuse(ApiCode.Unavailable, "The server is busy, try again.");
        }
        catch (DatabaseUnavailableException exception)
        {
            return ApiOutcome.Refuse(
                ApiCode.Unavailable,
                exception.OutcomeUnknown
                    ? "The database is not available; whether this request took effect is not known."
                    : "The database is not available, try again.");
        }
        catch (DatabaseTextException exception)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, exception.Message);
        }
#pragma warning disable CA1031 // The boundary: a handler's fault must not take the door down, and its text must not reach strangers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _fault(method.Descriptor.FullName, origin.RequestId, exception);
            return ApiOutcome.Refuse(ApiCode.Internal, "An internal error occurred.");
        }
    }

    private async Task WatchAsync(Task<ApiOutcome> abandoned, ApiMethod method, ApiOrigin origin)
    {
        try
        {
            await abandoned.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or DatabaseBusyException)
        {
            // Nobody waits for it any more.
        }
#pragma warning disable CA1031 // As in CallAsync.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _fault(method.Descriptor.FullName, origin.RequestId, exception);
        }
    }

    private bool TrySession(string? authorization, out ApiCaller? caller, out ApiStatus refusal)
    {
        caller = null;
        if (!AuthorizationHeader.TryStrip(authorization, "Bearer ", out ReadOnlySpan<char> token))
        {
            refusal = new ApiStatus(ApiCode.Unauthenticated, "Auth token required");
            return false;
        }
        TokenOutcome outcome = _tokens.VerifySession(token);
        if (outcome.Claims is not SessionClaims claims || _isBanned(claims.UserId))
        {
            refusal = new ApiStatus(ApiCode.Unauthenticated, "Auth token invalid");
            return false;
        }
        if (_perUser is not null && !_perUser.TryTake(claims.UserId, out _))
        {
            refusal = ApiStatus.TooManyRequests;
            return false;
        }
        caller = new ApiCaller(claims);
        refusal = ApiStatus.Ok;
        return true;
    }
}
