using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Everything from unknown addresses but connect requests. Whatever is answered has at most as many bytes as came, is limited in number,
/// and is itself never answered.
/// </summary>
internal sealed class Strangers
{
    private const byte NotMoved = 1;
    private readonly ServerCore _core;
    private readonly ServerCoreOptions _options;
    private readonly AddressClaims _claims;
    private readonly PrefixBuckets _unconnectedByPrefix;
    private TokenBucket _answers = new(Limits.StrangerAnswersPerSecondMax, Limits.StrangerAnswersPerSecondMax);
    private TokenBucket _unconnected = new(Limits.UnconnectedPerSecondMax, Limits.UnconnectedPerSecondMax);

    public Strangers(ServerCore core, ServerCoreOptions options, AddressClaims claims, Secret secret)
    {
        _core = core;
        _options = options;
        _claims = claims;
        _unconnectedByPrefix = new PrefixBuckets(secret, Limits.UnconnectedPerPrefixPerSecondMax, Limits.UnconnectedPerPrefixPerSecondMax);
    }

    public void Receive(in PeerAddress from, ReadOnlySpan<byte> datagram, long now)
    {
        _core.Counters.Strangers++;
        if (_claims.TryReceiveSealed(in from, datagram, now) || _claims.TryReceiveProof(in from, datagram, now))
        {
            return;
        }

        StrangerKind kind = StrangerPacket.Classify(datagram, _options.UtcTicksAtZero + (now * 10), _options.HearUnconnected, out Dialect dialect);
        switch (kind)
        {
            case StrangerKind.Data when _answers.TryTake(now):
                _core.Transmit(from, [Packet.Header(dialect, PacketKind.PeerNotFound, 0)]);
                break;
            case StrangerKind.Goodbye when _answers.TryTake(now):
                _core.Transmit(from, [Packet.Header(dialect, PacketKind.ShutdownOk, 0)]);
                break;
            case StrangerKind.AddressClaim when !_claims.TryBegin(from, datagram, dialect, now) && _answers.TryTake(now):
                _core.Transmit(from, [Packet.Header(dialect, PacketKind.PeerNotFound, 0), NotMoved]);
                break;
            case StrangerKind.Unconnected or StrangerKind.Broadcast:
                ReceiveUnconnected(from, datagram, kind == StrangerKind.Broadcast, dialect, now);
                break;
            default:
                break;
        }
    }

    /// <summary>A message without a connection, of a stranger or of a player beside its connection.</summary>
    public void ReceiveUnconnected(in PeerAddress from, ReadOnlySpan<byte> datagram, bool isBroadcast, Dialect dialect, long now)
    {
        if (!_unconnectedByPrefix.TryTake(_unconnectedByPrefix.BucketOf(from), now) || !_unconnected.TryTake(now))
        {
            return;
        }

        _core.Counters.Unconnected++;

        // Half, unless to a broadcast, which is no answer itself: two servers that answer each other soon have no more to say.
        Span<byte> answer = stackalloc byte[Math.Min(isBroadcast ? datagram.Length : 1 + ((datagram.Length - 1) / 2), Limits.DatagramBytesMax)];
        int written = _core.Application.Unconnected(in from, datagram[1..], isBroadcast, answer[1..]);
        if (written >= 0 && (isBroadcast || datagram.Length > 1))
        {
            answer[0] = Packet.Header(dialect, PacketKind.UnconnectedMessage, 0);
            _core.Transmit(from, answer[..(1 + written)]);
        }
    }
}
