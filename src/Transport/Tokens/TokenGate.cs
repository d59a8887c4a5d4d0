using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Tokens;

/// <summary>What a token that was opened brings.</summary>
/// <param name="Payload">What the issuer put in; a copy.</param>
public sealed record TokenGrant(ReadOnlyMemory<byte> Payload, SealKeys? Seal, DateTimeOffset Expires);

/// <summary>
/// Opens the tokens clients show: nothing is allocated or remembered before one has opened. Checks go from cheap to dear: form, expiry, key and mark, seal,
/// server, address, first use. For any thread.
/// </summary>
public sealed class TokenGate : IDisposable
{
    private readonly ulong _serverId;
    private readonly TimeProvider _time;
    private readonly long _expiresMin;
    private readonly OpenKey[] _keys;
    private readonly UsedTokens _used;
    private readonly Lock _lock = new();

    /// <param name="keys">The key that seals now and those that did before.</param>
    /// <param name="serverId">Only tokens sealed for it are taken.</param>
    /// <param name="usedMax">Tokens remembered until they expire, a power of two.</param>
    /// <param name="lifetime">
    /// Of every token when it is made: those made before this gate are refused as expired, since nobody here knows whether they were used. Zero takes them all.
    /// </param>
    public TokenGate(
        IEnumerable<TokenKey> keys, ulong serverId, TimeProvider time, int usedMax = Limits.TokensRememberedMax, TimeSpan lifetime = default)
    {
        _expiresMin = lifetime == TimeSpan.Zero ? 0 : (time.GetUtcNow() + lifetime).ToUnixTimeMilliseconds();
        _serverId = serverId;
        _time = time;
        _keys = [.. keys.Select(key => new OpenKey(key.Id, new AesGcm(key.Secret.Span, TokenFormat.TagBytes), TokenFormat.MarkOf(key.Secret.Span)))];
        _used = new UsedTokens(usedMax);
    }

    /// <summary>Opens the token in the data of a connect request: one string of NetDataWriter, base64url.</summary>
    /// <param name="from">Where the request says it comes from. That may be forged; the address is proven later.</param>
    /// <param name="connectTime">Of the request: a token of the sealed mode shown again needs a later one, since a connection's keys follow from it.</param>
    public TokenOutcome TryOpen(ReadOnlySpan<byte> connectData, in PeerAddress from, long connectTime, out TokenGrant? grant)
    {
        grant = null;
        Span<byte> token = stackalloc byte[TokenFormat.BytesMax];
        if (!TryDecode(connectData, token, out int length))
        {
            return TokenOutcome.Malformed;
        }

        token = token[..length];
        long expires = BinaryPrimitives.ReadInt64LittleEndian(token[4..]);
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (expires <= now || expires < _expiresMin || expires > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return TokenOutcome.Expired;
        }

        TokenOutcome found = FindKey(token, out OpenKey? key);
        if (key is null)
        {
            return found;
        }

        token = token[..^TokenFormat.MarkBytes];
        Span<byte> body = stackalloc byte[TokenFormat.BytesMax];
        body = body[..(token.Length - TokenFormat.HeaderBytes - TokenFormat.TagBytes)];
        ReadOnlySpan<byte> nonce = token[TokenFormat.ClearBytes..TokenFormat.HeaderBytes];
        using (_lock.EnterScope())
        {
            key.Aes.Decrypt(nonce, token[TokenFormat.HeaderBytes..^TokenFormat.TagBytes], token[^TokenFormat.TagBytes..], body, token[..TokenFormat.ClearBytes]);
            if (!TokenFormat.TryReadBody(body, out OpenedToken opened))
            {
                return TokenOutcome.Malformed;
            }

            if (opened.ServerId != _serverId)
            {
                return TokenOutcome.OtherServer;
            }

            if (!opened.Address.IsEmpty && !IsHost(opened.Address, in from))
            {
                return TokenOutcome.OtherAddress;
            }

            TokenOutcome outcome = _used.Claim(nonce, in from, opened.IsSealed ? connectTime : long.MinValue, (expires, now));
            if (outcome == TokenOutcome.Opened)
            {
                grant = new TokenGrant(opened.Payload.ToArray(), opened.Keys(), DateTimeOffset.FromUnixTimeMilliseconds(expires));
            }

            return outcome;
        }
    }

    public void Dispose()
    {
        foreach (OpenKey key in _keys)
        {
            key.Aes.Dispose();
        }
    }

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    private static bool TryDecode(ReadOnlySpan<byte> connectData, Span<byte> into, out int length)
    {
        length = 0;
        if (connectData.Length < 2)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(connectData) - 1;
        return count > 0 && count <= connectData.Length - 2 && count <= TokenFormat.TextMax
            && Base64Url.DecodeFromUtf8(connectData.Slice(2, count), into, out _, out length) == OperationStatus.Done
            && length >= TokenFormat.BytesMin && into[0] == TokenFormat.Version;
    }

    /// <summary>An IPv4 address may come in the clothes of IPv6, on sockets that serve both.</summary>
    private static bool IsHost(ReadOnlySpan<byte> address, in PeerAddress from)
    {
        ReadOnlySpan<byte> host = from.Host;
        return address.SequenceEqual(host)
            || (address.Length == 4 && host.Length == 16 && host[..12].SequenceEqual(MappedPrefix) && address.SequenceEqual(host[12..]));
    }

    /// <summary>
    /// The key that made the token's mark. The framework's AES says no by an exception, which a flood of forgeries could buy too cheaply: the
    /// mark outside of it says so first.
    /// </summary>
    private TokenOutcome FindKey(ReadOnlySpan<byte> token, out OpenKey? found)
    {
        ulong mark = BinaryPrimitives.ReadUInt64LittleEndian(token[^TokenFormat.MarkBytes..]);
        TokenOutcome outcome = TokenOutcome.UnknownKey;
        found = null;
        foreach (OpenKey key in _keys)
        {
            if (key.Id == token[1])
            {
                outcome = TokenOutcome.Forged;
                found = key.Mark.Hash(token[..^TokenFormat.MarkBytes]) == mark ? key : found;
            }
        }

        return outcome;
    }

    private sealed record OpenKey(byte Id, AesGcm Aes, SipHash Mark);
}
