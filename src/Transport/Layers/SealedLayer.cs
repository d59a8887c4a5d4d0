using System.Buffers.Binary;

namespace RealtimeServer.Transport.Layers;

/// <summary>
/// Every datagram encrypted and authenticated, each taken once, from whatever address it comes.
/// <code>
/// byte 0 as it is | ciphertext of the rest | session u32 | counter u64 | tag, 16 bytes
/// </code>
/// Little-endian; nonce: four bytes of zero and the counter; authenticated besides: byte 0 and the session. Each direction has its key of the token,
/// from which HMAC-SHA256(key, connect time) makes that of the connection, as a token may be shown twice; it is replaced by HMAC-SHA256(key, "rekey") for
/// every new epoch (the counter divided by 65,536). Described for those who write the other end in <c>Layers/STANDARD.md</c>.
/// </summary>
internal sealed class SealedLayer : PacketLayer
{
    /// <summary>Packets that share a key: at 60 a second some 18 minutes.</summary>
    public const int EpochBits = 16;

    /// <summary>What is added to a datagram.</summary>
    public const int TrailerBytes = SessionBytes + CounterBytes + SealKey.TagBytes;

    private const int SessionBytes = 4;
    private const int CounterBytes = 8;
    private readonly uint _session;
    private readonly KeyChain _sending;
    private readonly KeyChain _receiving;
    private readonly ReplayWindow _window = new();
    private ulong _counter;

    /// <param name="connectTime">Of the connect request, as the wire has it.</param>
    /// <param name="epochBits">Other than <see cref="EpochBits"/> in tests alone.</param>
    public SealedLayer(SealKeys keys, long connectTime, bool isClient, int epochBits = EpochBits)
    {
        _session = keys.Session;
        var clientToServer = new KeyChain(keys.Cipher, keys.ClientToServer.Span, connectTime, epochBits);
        var serverToClient = new KeyChain(keys.Cipher, keys.ServerToClient.Span, connectTime, epochBits);
        (_sending, _receiving) = isClient ? (clientToServer, serverToClient) : (serverToClient, clientToServer);
    }

    public override int OverheadBytes => TrailerBytes;

    public uint Session => _session;

    /// <summary>True if no datagram that was opened before was sent after the one opened last: who moved is where it came from.</summary>
    public bool LastIsNewest { get; private set; }

    /// <summary>The connection a sealed datagram names; anybody can write that.</summary>
    public static bool TryReadSession(ReadOnlySpan<byte> datagram, out uint session)
    {
        bool isLong = datagram.Length > TrailerBytes;
        session = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(datagram[^TrailerBytes..]) : 0;
        return isLong;
    }

    public override int Seal(ReadOnlySpan<byte> datagram, Span<byte> into)
    {
        ulong counter = ++_counter;
        int end = datagram.Length;
        into[0] = datagram[0];
        BinaryPrimitives.WriteUInt32LittleEndian(into[end..], _session);
        BinaryPrimitives.WriteUInt64LittleEndian(into[(end + SessionBytes)..], counter);
        Span<byte> tag = into.Slice(end + SessionBytes + CounterBytes, SealKey.TagBytes);
        _sending.At(counter).Seal(counter, Associated(datagram[0], stackalloc byte[1 + SessionBytes]), datagram[1..], into[1..end], tag);
        return end + TrailerBytes;
    }

    public override bool TryOpen(ReadOnlySpan<byte> datagram, Span<byte> into, out int length)
    {
        length = 0;

        // The session is a secret to who only forges addresses: such datagrams cost no more than this.
        if (!TryReadSession(datagram, out uint session) || session != _session)
        {
            return false;
        }

        int end = datagram.Length - TrailerBytes;
        ulong counter = BinaryPrimitives.ReadUInt64LittleEndian(datagram[(end + SessionBytes)..]);
        if (!_window.IsNew(counter) || !_receiving.TryFind(counter, out SealKey? key))
        {
            return false;
        }

        ReadOnlySpan<byte> tag = datagram[^SealKey.TagBytes..];
        if (!key.TryOpen(counter, Associated(datagram[0], stackalloc byte[1 + SessionBytes]), datagram[1..end], tag, into[1..end]))
        {
            return false;
        }

        into[0] = datagram[0];
        LastIsNewest = _window.Take(counter);
        _receiving.Keep(counter);
        length = end;
        return true;
    }

    public override void Dispose()
    {
        _sending.Dispose();
        _receiving.Dispose();
        base.Dispose();
    }

    private Span<byte> Associated(byte header, Span<byte> into)
    {
        into[0] = header;
        BinaryPrimitives.WriteUInt32LittleEndian(into[1..], _session);
        return into;
    }
}
