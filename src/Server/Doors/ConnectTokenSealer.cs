using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using RealtimeServer.Protocol.Connect;
using RealtimeServer.Services.Connecting;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Tokens;
using ConnectToken = RealtimeServer.Transport.Tokens.ConnectToken;
using ConnectTokenAnswer = RealtimeServer.Protocol.Connect.ConnectToken;

namespace RealtimeServer.Server.Doors;

/// <summary>What connect tokens are made and opened with.</summary>
/// <param name="Key">Seals new tokens.</param>
/// <param name="OldKey">Opens those sealed before the key was changed; empty for none.</param>
/// <param name="Lifetime">From being made to being shown.</param>
internal sealed record ConnectTokenOptions(byte[] Key, byte[] OldKey, string Node, TimeSpan Lifetime, UdpSecurity Security)
{
    /// <summary>Tokens are for one server: the first bytes of its name's hash.</summary>
    public ulong ServerId => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Node)));

    public TokenKey SealingKey => KeyOf(Key);

    public IEnumerable<TokenKey> OpeningKeys => OldKey.Length == 0 ? [KeyOf(Key)] : [KeyOf(Key), KeyOf(OldKey)];

    // A key names itself, so that nobody has to count keys.
    private static TokenKey KeyOf(byte[] key)
    {
        byte[] secret = SHA256.HashData(key);
        return new TokenKey(SHA256.HashData(secret)[0], secret);
    }
}

/// <summary>Makes connect tokens for the rUDP door, as the service asks for them.</summary>
internal sealed class ConnectTokenSealer(ConnectTokenOptions options, Func<int> port, TimeProvider time) : IConnectTokenSealer, IDisposable
{
    private readonly TokenSealer _sealer = new(options.SealingKey, options.ServerId);

    public int GrantBytesMax => ConnectToken.PayloadBytesMax;

    public ConnectTokenAnswer Seal(ReadOnlySpan<byte> grant, Cipher cipher, IPAddress? address)
    {
        SealKeys? keys = CipherFor(cipher) is var chosen and not SealCipher.None ? TokenSealer.NewSeal(chosen) : null;
        DateTimeOffset expires = time.GetUtcNow() + options.Lifetime;
        byte[] host = address is null ? [] : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        var answer = new ConnectTokenAnswer
        {
            Token = _sealer.Seal(new ConnectToken(expires, grant.ToArray(), keys, host)),
            Port = port(),
            ExpiresAt = expires.ToUnixTimeSeconds(),
        };
        if (keys is not null)
        {
            answer.Cipher = (Cipher)keys.Cipher;
            answer.Session = keys.Session;
            answer.ClientToServerKey = ByteString.CopyFrom(keys.ClientToServer.Span);
            answer.ServerToClientKey = ByteString.CopyFrom(keys.ServerToClient.Span);
        }
        return answer;
    }

    public void Dispose() => _sealer.Dispose();

    private SealCipher CipherFor(Cipher asked) =>
        asked != Cipher.ServerChoice ? (SealCipher)asked : options.Security == UdpSecurity.Sealed ? SealCipher.Aes256Gcm : SealCipher.None;
}
