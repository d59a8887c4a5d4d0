using System.Buffers.Binary;
using System.Security.Cryptography;
using RealtimeServer.Transport.Layers;

namespace RealtimeServer.Transport.Tokens;

/// <summary>Where the parts of a token lie: see <c>Tokens/STANDARD.md</c>.</summary>
internal static class TokenFormat
{
    public const byte Version = 1;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    public const int MarkBytes = SipHash.HashBytes;

    /// <summary>version u8, key id u8, 0 u16, expires i64 (milliseconds since 1970).</summary>
    public const int ClearBytes = 12;

    public const int HeaderBytes = ClearBytes + NonceBytes;

    /// <summary>server id u64, cipher u8, address length u8, payload length u16; then address, session and keys if sealed, payload.</summary>
    public const int BodyHeaderBytes = 12;

    public const int SealBytes = 4 + (2 * SealKeys.KeyBytes);

    public const int BytesMin = HeaderBytes + BodyHeaderBytes + TagBytes + MarkBytes;

    public const int BytesMax = BytesMin + 16 + SealBytes + ConnectToken.PayloadBytesMax;

    /// <summary>As text of base64url, without padding.</summary>
    public const int TextMax = ((BytesMax * 4) + 2) / 3;

    /// <summary>What makes and checks the mark: eight bytes over all that stands before it.</summary>
    public static SipHash MarkOf(ReadOnlySpan<byte> secret) => new(HMACSHA256.HashData(secret, "connect token mark"u8).AsSpan(0, SipHash.KeyBytes));

    public static int BodyBytes(ConnectToken token) =>
        BodyHeaderBytes + token.Address.Length + (token.Seal is null ? 0 : SealBytes) + token.Payload.Length;

    public static void WriteHeader(Span<byte> token, byte keyId, long expires)
    {
        token[0] = Version;
        token[1] = keyId;
        token[2] = 0;
        token[3] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(token[4..], expires);
    }

    public static void WriteBody(Span<byte> body, ulong serverId, ConnectToken token)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(body, serverId);
        body[8] = (byte)(token.Seal?.Cipher ?? SealCipher.None);
        body[9] = (byte)token.Address.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(body[10..], (ushort)token.Payload.Length);
        Span<byte> rest = body[BodyHeaderBytes..];
        token.Address.Span.CopyTo(rest);
        rest = rest[token.Address.Length..];
        if (token.Seal is { } seal)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, seal.Session);
            seal.ClientToServer.Span.CopyTo(rest[4..]);
            seal.ServerToClient.Span.CopyTo(rest[(4 + SealKeys.KeyBytes)..]);
            rest = rest[SealBytes..];
        }

        token.Payload.Span.CopyTo(rest);
    }

    /// <summary>False if the lengths do not add up, though the token was sealed by one of our keys: of another version of ours.</summary>
    public static bool TryReadBody(ReadOnlySpan<byte> body, out OpenedToken opened)
    {
        opened = default;
        var cipher = (SealCipher)body[8];
        int address = body[9];
        int payload = BinaryPrimitives.ReadUInt16LittleEndian(body[10..]);
        int seal = cipher == SealCipher.None ? 0 : SealBytes;
        bool fits = address is 0 or 4 or 16 && cipher <= SealCipher.ChaCha20Poly1305 && body.Length == BodyHeaderBytes + address + seal + payload;
        if (fits)
        {
            ReadOnlySpan<byte> rest = body[BodyHeaderBytes..];
            opened = new OpenedToken(BinaryPrimitives.ReadUInt64LittleEndian(body), cipher, rest[..address], rest.Slice(address, seal), rest[(address + seal)..]);
        }

        return fits;
    }
}

/// <summary>The parts of an opened token, where they lie.</summary>
internal readonly ref struct OpenedToken(ulong serverId, SealCipher cipher, ReadOnlySpan<byte> address, ReadOnlySpan<byte> seal, ReadOnlySpan<byte> payload)
{
    public readonly ulong ServerId = serverId;
    public readonly ReadOnlySpan<byte> Address = address;
    public readonly ReadOnlySpan<byte> Payload = payload;
    private readonly SealCipher _cipher = cipher;
    private readonly ReadOnlySpan<byte> _seal = seal;

    public bool IsSealed => _cipher != SealCipher.None;

    /// <summary>The keys of the sealed mode, copied; null if there are none.</summary>
    public SealKeys? Keys() => _cipher == SealCipher.None ? null : new SealKeys(
        _cipher,
        BinaryPrimitives.ReadUInt32LittleEndian(_seal),
        _seal.Slice(4, SealKeys.KeyBytes).ToArray(),
        _seal.Slice(4 + SealKeys.KeyBytes, SealKeys.KeyBytes).ToArray());
}
