using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RealtimeServer.Services.Sessions;

/// <summary>What session tokens are made with.</summary>
/// <param name="SessionKey">Signs session tokens.</param>
/// <param name="RefreshKey">Signs refresh tokens; another key, so that one can never pass for the other.</param>
public sealed record SessionOptions(byte[] SessionKey, byte[] RefreshKey, TimeSpan Lifetime, TimeSpan RefreshLifetime)
{
    /// <summary>The key before <see cref="SessionKey"/>, whose tokens are still good; empty for none.</summary>
    public byte[] OldSessionKey { get; init; } = [];

    /// <inheritdoc cref="OldSessionKey"/>
    public byte[] OldRefreshKey { get; init; } = [];
}

/// <summary>What a token says, once it is proven.</summary>
/// <param name="TokenId">Shared by a session token, its refresh token, and all that come of them.</param>
/// <param name="ExpiresAt">Seconds since 1970, UTC.</param>
/// <param name="IssuedAt">Seconds since 1970, UTC; of the sign-in, however often the session was refreshed since.</param>
public sealed record SessionClaims(Guid TokenId, Guid UserId, string Username, IReadOnlyDictionary<string, string> Vars, long ExpiresAt, long IssuedAt)
{
    /// <summary>Of a refresh token: how often the session had been refreshed when it was made.</summary>
    public int Generation { get; init; }
}

public enum TokenRefusal
{
    None,
    Missing,
    Malformed,
    BadSignature,
    Expired,
    Revoked,
}

/// <summary>Claims, or why there are none.</summary>
public readonly record struct TokenOutcome(SessionClaims? Claims, TokenRefusal Refusal)
{
    /// <summary>The refusal in words a client can show its player.</summary>
    public string Reason => Refusal switch
    {
        TokenRefusal.None => "",
        TokenRefusal.Missing => "Session token missing: sign in first.",
        TokenRefusal.Malformed => "Session token malformed: sign in again.",
        TokenRefusal.BadSignature => "Session token not signed by this server: sign in again.",
        TokenRefusal.Revoked => "Session ended: sign in again.",
        _ => "Session token expired: sign in again.",
    };
}

/// <summary>A session token and the refresh token that goes with it.</summary>
public readonly record struct SessionPair(string Token, string RefreshToken);

/// <summary>
/// Session tokens: JSON Web Tokens signed with HMAC-SHA256, claims tid, uid, usn, vrs, exp, iat. The one algorithm is fixed: the
/// header is compared with those we write, one a key, never interpreted, so no token can choose how it is checked.
/// Verifying costs one hash and, for a token that is not ours, allocates nothing: it runs on every connect datagram.
/// </summary>
public sealed class SessionTokens
{
    private const int SignatureCharacters = 43;
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SigningKey[] _sessionKeys;
    private readonly SigningKey[] _refreshKeys;
    private readonly long _lifetimeSeconds;
    private readonly long _refreshLifetimeSeconds;
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">A key too short, two keys the same, or a lifetime below a second.</exception>
    public SessionTokens(SessionOptions options, TimeProvider time)
    {
        byte[][] keys = [options.SessionKey, options.RefreshKey, options.OldSessionKey, options.OldRefreshKey];
        Require(options.SessionKey.Length >= Limits.SigningKeyBytesMin, $"The session key needs at least {Limits.SigningKeyBytesMin} bytes.");
        Require(options.RefreshKey.Length >= Limits.SigningKeyBytesMin, $"The refresh key needs at least {Limits.SigningKeyBytesMin} bytes.");
        Require(keys.All(k => k.Length is 0 or >= Limits.SigningKeyBytesMin), $"An old key needs at least {Limits.SigningKeyBytesMin} bytes.");
        Require(
            keys.Where(k => k.Length > 0).Select(Convert.ToHexString).Distinct().Count() == keys.Count(k => k.Length > 0),
            "The session key, the refresh key and those before them must differ.");
        Require(options.Lifetime >= TimeSpan.FromSeconds(1), "A session must last at least a second.");
        Require(options.RefreshLifetime >= TimeSpan.FromSeconds(1), "A refresh token must last at least a second.");
        _sessionKeys = SigningKey.Of(options.SessionKey, options.OldSessionKey);
        _refreshKeys = SigningKey.Of(options.RefreshKey, options.OldRefreshKey);
        _lifetimeSeconds = (long)options.Lifetime.TotalSeconds;
        _refreshLifetimeSeconds = (long)options.RefreshLifetime.TotalSeconds;
        _time = time;
    }

    /// <summary>The longest life of a token of either kind.</summary>
    public long SecondsMax => Math.Max(_lifetimeSeconds, _refreshLifetimeSeconds);

    /// <summary>Sessions that were ended; their tokens are refused.</summary>
    public RevokedSessions Revoked { get; } = new();

    /// <summary>Tokens of a new session.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="username">As it is now.</param>
    /// <param name="vars">Travel in the tokens.</param>
    /// <param name="issuedUntil">Seconds since 1970: tokens of the user issued until then are revoked, so these count as issued later.</param>
    public SessionPair Issue(Guid userId, string username, IReadOnlyDictionary<string, string> vars, long issuedUntil = 0) =>
        Pair(new SessionClaims(Guid.NewGuid(), userId, username, vars, 0, Math.Max(Now(), issuedUntil + 1)));

    /// <summary>New tokens of a session that goes on: its id and time of sign-in stay, so that ending it ends these too.</summary>
    /// <param name="refresh">What the refresh token says that was shown.</param>
    /// <param name="username">As it is now.</param>
    /// <param name="vars">Travel in the tokens.</param>
    /// <param name="generation">Of the new refresh token.</param>
    public SessionPair Renew(SessionClaims refresh, string username, IReadOnlyDictionary<string, string> vars, int generation) =>
        Pair(refresh with { Username = username, Vars = vars, Generation = generation });

    public TokenOutcome VerifySession(ReadOnlySpan<char> token)
    {
        TokenOutcome outcome = Verify(token, _sessionKeys);
        return outcome.Claims is SessionClaims claims && Revoked.Contains(claims) ? new TokenOutcome(null, TokenRefusal.Revoked) : outcome;
    }

    /// <summary>Whether its session was ended is not asked: a refresh asks the database, which also knows why.</summary>
    public TokenOutcome VerifyRefresh(ReadOnlySpan<char> token) => Verify(token, _refreshKeys);

    private SessionPair Pair(SessionClaims claims)
    {
        long now = Now();
        return new SessionPair(
            Sign(claims with { ExpiresAt = now + _lifetimeSeconds, Generation = 0 }, _sessionKeys[0]),
            Sign(claims with { ExpiresAt = now + _refreshLifetimeSeconds }, _refreshKeys[0]));
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeSeconds();

    private static string Sign(SessionClaims claims, SigningKey key)
    {
        ArrayBufferWriter<byte> payload = new(512);
        using (Utf8JsonWriter writer = new(payload, WriterOptions))
        {
            ClaimsJson.Write(writer, claims);
        }
        string signed = string.Concat(key.Header, ".", Base64Url.EncodeToString(payload.WrittenSpan));
        byte[] signature = HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(signed));
        return string.Concat(signed, ".", Base64Url.EncodeToString(signature));
    }

    private TokenOutcome Verify(ReadOnlySpan<char> token, SigningKey[] keys)
    {
        if (token.IsEmpty)
        {
            return new TokenOutcome(null, TokenRefusal.Missing);
        }
        // A game's own backend that shares the key may leave out which it is.
        bool isPlain = token.StartsWith(SigningKey.PlainHeader);
        int payloadStart = (isPlain ? SigningKey.PlainHeader.Length : SigningKey.HeaderCharacters) + 1;
        int signatureStart = token.Length - SignatureCharacters;
        if (token.Length > Limits.TokenCharactersMax
            || signatureStart <= payloadStart + 1
            || token[signatureStart - 1] != '.'
            || token[payloadStart - 1] != '.'
            || (!isPlain && !token.StartsWith(SigningKey.HeaderBegin))
            || !Ascii.IsValid(token))
        {
            return new TokenOutcome(null, TokenRefusal.Malformed);
        }
        foreach (SigningKey key in keys)
        {
            if (isPlain || token.StartsWith(key.Header))
            {
                return VerifyShaped(token, payloadStart, signatureStart, key.Secret);
            }
        }
        return new TokenOutcome(null, TokenRefusal.BadSignature);
    }

    private TokenOutcome VerifyShaped(ReadOnlySpan<char> token, int payloadStart, int signatureStart, byte[] key)
    {
        Span<byte> bytes = stackalloc byte[Limits.TokenCharactersMax];
        bytes = bytes[..Encoding.ASCII.GetBytes(token, bytes)];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes[..(signatureStart - 1)], hash);

        // The expected signature is encoded rather than the given one decoded: decoding would take several texts for one value.
        Span<byte> expected = stackalloc byte[SignatureCharacters];
        Base64Url.EncodeToUtf8(hash, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[signatureStart..]))
        {
            return new TokenOutcome(null, TokenRefusal.BadSignature);
        }

        Span<byte> payload = bytes[payloadStart..(signatureStart - 1)];
        if (Base64Url.DecodeFromUtf8(payload, payload, out _, out int written) != OperationStatus.Done
            || ClaimsJson.TryRead(payload[..written]) is not SessionClaims claims)
        {
            return new TokenOutcome(null, TokenRefusal.Malformed);
        }
        return claims.ExpiresAt <= Now()
            ? new TokenOutcome(null, TokenRefusal.Expired)
            : new TokenOutcome(claims, TokenRefusal.None);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
