using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using RealtimeServer.Transport.Layers;

namespace RealtimeServer.Transport.Tokens;

/// <summary>Makes connect tokens. For any thread.</summary>
public sealed class TokenSealer : IDisposable
{
    private readonly ulong _serverId;
    private readonly TokenKey _key;
    private readonly AesGcm _aes;
    private readonly SipHash _mark;
    private readonly Lock _lock = new();

    /// <param name="serverId">The server tokens are for; another refuses them.</param>
    public TokenSealer(TokenKey key, ulong serverId)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Secret.Length, TokenKey.SecretBytes);
        _serverId = serverId;
        _key = key;
        _aes = new AesGcm(key.Secret.Span, TokenFormat.TagBytes);
        _mark = TokenFormat.MarkOf(key.Secret.Span);
    }

    /// <summary>Fresh random keys and a fresh random session.</summary>
    public static SealKeys NewSeal(SealCipher cipher) => new(
        cipher,
        BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
        RandomNumberGenerator.GetBytes(SealKeys.KeyBytes),
        RandomNumberGenerator.GetBytes(SealKeys.KeyBytes));

    /// <summary>The token as text: base64url, what <c>Connect(host, port, token)</c> takes.</summary>
    /// <exception cref="ArgumentException">The payload is too long, or the address is neither of IPv4 nor of IPv6.</exception>
    public string Seal(ConnectToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Payload.Length > ConnectToken.PayloadBytesMax)
        {
            throw new ArgumentException($"The payload has {token.Payload.Length} bytes; a token carries {ConnectToken.PayloadBytesMax}.", nameof(token));
        }

        if (token.Address.Length is not (0 or 4 or 16))
        {
            throw new ArgumentException($"An address of {token.Address.Length} bytes is neither one of IPv4 nor of IPv6.", nameof(token));
        }

        int bodyBytes = TokenFormat.BodyBytes(token);
        Span<byte> bytes = stackalloc byte[TokenFormat.HeaderBytes + bodyBytes + TokenFormat.TagBytes + TokenFormat.MarkBytes];
        Span<byte> body = stackalloc byte[bodyBytes];
        TokenFormat.WriteHeader(bytes, _key.Id, token.Expires.ToUnixTimeMilliseconds());
        Span<byte> nonce = bytes[TokenFormat.ClearBytes..TokenFormat.HeaderBytes];
        RandomNumberGenerator.Fill(nonce);
        TokenFormat.WriteBody(body, _serverId, token);
        using (_lock.EnterScope())
        {
            Span<byte> tag = bytes.Slice(TokenFormat.HeaderBytes + bodyBytes, TokenFormat.TagBytes);
            _aes.Encrypt(nonce, body, bytes.Slice(TokenFormat.HeaderBytes, bodyBytes), tag, bytes[..TokenFormat.ClearBytes]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes[^TokenFormat.MarkBytes..], _mark.Hash(bytes[..^TokenFormat.MarkBytes]));
        return Base64Url.EncodeToString(bytes);
    }

    public void Dispose() => _aes.Dispose();
}
