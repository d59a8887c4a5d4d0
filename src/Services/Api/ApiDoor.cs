using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Api;

/// <summary>
/// What REST and gRPC have in common: the credential is checked first, so that a stranger's request costs no parsing and no
/// database; then the handler runs, and whatever it throws becomes a status. Never throws.
/// </summary>
public sealed class ApiDoor
{
    private readonly byte[] _serverKeyHash;
    private readonly SessionTokens _tokens;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;

    /// <param name="fault">Told of every exception of a handler: method name and exception.</param>
    public ApiDoor(string serverKey, SessionTokens tokens, TimeProvider time, Action<string, Exception> fault)
    {
        ArgumentException.ThrowIfNullOrEmpty(serverKey);
        _serverKeyHash = Hash(serverKey);
        _tokens = tokens;
        _time = time;
        _fault = fault;
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

    /// <summary>Runs a method for a caller whom <see cref="TryAuthorize"/> let in.</summary>
    public async Task<ApiOutcome> CallAsync(ApiMethod method, ApiCaller? caller, ApiOrigin origin, IMessage request, CancellationToken cancellation)
    {
        try
        {
            return await method.Handler(new ApiCall(caller, origin, _time, cancellation), request).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ApiOutcome.Refuse(ApiCode.Canceled, "The request was canceled.");
        }
        catch (DatabaseBusyException)
        {
            return ApiOutcome.Refuse(ApiCode.Unavailable, "The server is busy, try again.");
        }
#pragma warning disable CA1031 // The boundary: a handler's fault must not take the door down, and its text must not reach strangers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _fault(method.Descriptor.FullName, exception);
            return ApiOutcome.Refuse(ApiCode.Internal, "An internal error occurred.");
        }
    }

    private bool TryServerKey(string? authorization, out ApiStatus refusal)
    {
        if (!TryStrip(authorization, "Basic ", out string? encoded) || !TryDecodeUser(encoded, out string? key))
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
        if (!TryStrip(authorization, "Bearer ", out string? token))
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
        caller = new ApiCaller(claims.UserId, claims.Username, claims.Vars);
        refusal = ApiStatus.Ok;
        return true;
    }

    private static bool TryStrip(string? authorization, string scheme, [NotNullWhen(true)] out string? rest)
    {
        rest = authorization is not null && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[scheme.Length..].Trim()
            : null;
        return !string.IsNullOrEmpty(rest);
    }

    private static bool TryDecodeUser(string encoded, [NotNullWhen(true)] out string? user)
    {
        user = null;
        Span<byte> bytes = stackalloc byte[Limits.ServerKeyBytesMax + 1];
        if (!Convert.TryFromBase64String(encoded, bytes, out int length))
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
