using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Api;

/// <summary>Told of an exception that became an error to a client.</summary>
/// <param name="where">The method's full name.</param>
/// <param name="requestId">As the client was told it.</param>
/// <param name="exception">What happened.</param>
public delegate void ApiFault(string where, string requestId, Exception exception);

/// <summary>
/// What REST and gRPC have in common: the credential is checked first, so that a stranger's request costs no parsing and no
/// database; then the handler runs, and whatever it throws becomes a status. Never throws.
/// </summary>
public sealed class ApiDoor
{
    private readonly byte[] _serverKeyHash;
    private readonly string _serverKeyHeader;
    private readonly SessionTokens _tokens;
    private readonly TimeProvider _time;
    private readonly ApiFault _fault;
    private readonly RateLimit<Guid>? _perUser;

    /// <param name="serverKey">What every copy of the game shows.</param>
    /// <param name="tokens">Verifies session tokens.</param>
    /// <param name="time">Given to handlers.</param>
    /// <param name="fault">Told of every exception of a handler.</param>
    /// <param name="perUser">How often one user may call; null: as often as they like.</param>
    public ApiDoor(string serverKey, SessionTokens tokens, TimeProvider time, ApiFault fault, RateLimit<Guid>? perUser = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(serverKey);
        _serverKeyHash = Hash(serverKey);
        _serverKeyHeader = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(serverKey + ":"));
        _tokens = tokens;
        _time = time;
        _fault = fault;
        _perUser = perUser;
    }

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
                return TryServerKey(authorization, out refusal);
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

    private bool TryServerKey(string? authorization, out ApiStatus refusal)
    {
        // What clients send, letter for letter. Both are compared to their ends, so the time tells nothing but the length.
        if (authorization is not null
            && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(authorization.AsSpan()), MemoryMarshal.AsBytes(_serverKeyHeader.AsSpan())))
        {
            refusal = ApiStatus.Ok;
            return true;
        }
        if (!TryStrip(authorization, "Basic ", out ReadOnlySpan<char> encoded) || !TryDecodeUser(encoded, out string? key))
        {
            refusal = new ApiStatus(ApiCode.Unauthenticated, "Server key required");
            return false;
        }
        // Hashes have one length, so the comparison does not tell how long the key is.
        bool same = CryptographicOperations.FixedTimeEquals(Hash(key), _serverKeyHash);
        refusal = same ? ApiStatus.Ok : new ApiStatus(ApiCode.Unauthenticated, "Server key invalid");
        return same;
    }

    private bool TrySession(string? authorization, out ApiCaller? caller, out ApiStatus refusal)
    {
        caller = null;
        if (!TryStrip(authorization, "Bearer ", out ReadOnlySpan<char> token))
        {
            refusal = new ApiStatus(ApiCode.Unauthenticated, "Auth token required");
            return false;
        }
        TokenOutcome outcome = _tokens.VerifySession(token);
        if (outcome.Claims is not SessionClaims claims)
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

    private static bool TryStrip(string? authorization, string scheme, out ReadOnlySpan<char> rest)
    {
        rest = authorization is not null && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization.AsSpan(scheme.Length).Trim()
            : default;
        return !rest.IsEmpty;
    }

    private static bool TryDecodeUser(ReadOnlySpan<char> encoded, [NotNullWhen(true)] out string? user)
    {
        user = null;
        Span<byte> bytes = stackalloc byte[Limits.ServerKeyBytesMax + 1];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out int length))
        {
            return false;
        }
        string text = Encoding.UTF8.GetString(bytes[..length]);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        user = colon < 0 ? null : text[..colon];
        return user is not null;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
