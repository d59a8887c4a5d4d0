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
public sealed record SessionOptions(byte[] SessionKey, byte[] RefreshKey, TimeSpan Lifetime, TimeSpan RefreshLifetime);

/// <summary>What a session token says, once it is proven.</summary>
/// <param name="TokenId">Shared by a session token and its refresh token.</param>
/// <param name="ExpiresAt">Seconds since 1970, UTC.</param>
/// <param name="IssuedAt">Seconds since 1970, UTC.</param>
public sealed record SessionClaims(Guid TokenId, Guid UserId, string Username, IReadOnlyDictionary<string, string> Vars, long ExpiresAt, long IssuedAt);

public enum TokenRefusal
{
    None,
    Missing,
    Malformed,
    BadSignature,
    Expired,
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
        _ => "Session token expired: sign in again.",
    };
}

/// <summary>A session token and the refresh token that goes with it.</summary>
public readonly record struct SessionPair(string Token, string RefreshToken);

/// <summary>
/// Session tokens: JSON Web Tokens signed with HMAC-SHA256, claims tid, uid, usn, vrs, exp, iat. The one algorithm is fixed: the
/// header is compared with the one we write, never interpreted, so no token can choose how it is checked.
/// Verifying costs one hash and, for a token that is not ours, allocates nothing: it runs on every connect datagram.
/// </summary>
public sealed class SessionTokens
{
    // {"alg":"HS256","typ":"JWT"}
    private const string Header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    private const int SignatureCharacters = 43;
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _sessionKey;
    private readonly byte[] _refreshKey;
    private readonly long _lifetimeSeconds;
    private readonly long _refreshLifetimeSeconds;
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">A key too short, both keys the same, or a lifetime below a second.</exception>
    public SessionTokens(SessionOptions options, TimeProvider time)
    {
        Require(options.SessionKey.Length >= Limits.SigningKeyBytesMin, $"The session key needs at least {Limits.SigningKeyBytesMin} bytes.");
        Require(options.RefreshKey.Length >= Limits.SigningKeyBytesMin, $"The refresh key needs at least {Limits.SigningKeyBytesMin} bytes.");
        Require(!options.SessionKey.AsSpan().SequenceEqual(options.RefreshKey), "The session key and the refresh key must differ.");
        Require(options.Lifetime >= TimeSpan.FromSeconds(1), "A session must last at least a second.");
        Require(options.RefreshLifetime >= TimeSpan.FromSeconds(1), "A refresh token must last at least a second.");
        _sessionKey = [.. options.SessionKey];
        _refreshKey = [.. options.RefreshKey];
        _lifetimeSeconds = (long)options.Lifetime.TotalSeconds;
        _refreshLifetimeSeconds = (long)options.RefreshLifetime.TotalSeconds;
        _time = time;
    }

    public SessionPair Issue(Guid userId, string username, IReadOnlyDictionary<string, string> vars)
    {
        long now = Now();
        SessionClaims claims = new(Guid.NewGuid(), userId, username, vars, now + _lifetimeSeconds, now);
        return new SessionPair(
            Sign(claims, _sessionKey),
            Sign(claims with { ExpiresAt = now + _refreshLifetimeSeconds }, _refreshKey));
    }

    public TokenOutcome VerifySession(ReadOnlySpan<char> token) => Verify(token, _sessionKey);

    public TokenOutcome VerifyRefresh(ReadOnlySpan<char> token) => Verify(token, _refreshKey);

    private long Now() => _time.GetUtcNow().ToUnixTimeSeconds();

    private static string Sign(SessionClaims claims, byte[] key)
    {
        ArrayBufferWriter<byte> payload = new(512);
        using (Utf8JsonWriter writer = new(payload, WriterOptions))
        {
            ClaimsJson.Write(writer, claims);
        }
        string signed = string.Concat(Header, ".", Base64Url.EncodeToString(payload.WrittenSpan));
        byte[] signature = HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed));
        return string.Concat(signed, ".", Base64Url.EncodeToString(signature));
    }

    private TokenOutcome Verify(ReadOnlySpan<char> token, byte[] key)
    {
        if (token.IsEmpty)
        {
            return new TokenOutcome(null, TokenRefusal.Missing);
        }
        int payloadStart = Header.Length + 1;
        int signatureStart = token.Length - SignatureCharacters;
        if (token.Length > Limits.TokenCharactersMax
            || signatureStart <= payloadStart + 1
            || token[signatureStart - 1] != '.'
            || token[Header.Length] != '.'
            || !token.StartsWith(Header)
            || !Ascii.IsValid(token))
        {
            return new TokenOutcome(null, TokenRefusal.Malformed);
        }
        return VerifyShaped(token, payloadStart, signatureStart, key);
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
