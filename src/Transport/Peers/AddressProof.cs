using System.Buffers.Binary;
using System.Security.Cryptography;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

internal enum ProofOutcome
{
    /// <summary>Nothing that proves or disproves.</summary>
    Pending,
    Proven,

    /// <summary>Guessed wrong too often.</summary>
    Failed,
}

/// <summary>
/// What an address has to show before anything is sent to it or believed of it: the number of a ping, which begins at random and only
/// the address's owner gets to see, and where so much care is asked for, a cookie of 16 bytes. Stock clients answer both by themselves.
/// <code>
/// server  accept, ping n               n is one of 16,383; a lost ping is followed by n + 1, for a client answers no number twice
/// client  pong n                       three wrong numbers, or two seconds, and it is over
/// server  MtuCheck with cookie         1,024 bytes, so only after the pong
/// client  MtuOk with cookie
/// </code>
/// Until the pong at most as many bytes go out as came in.
/// </summary>
internal sealed class AddressProof(ushort firstPing, long now)
{
    private readonly ushort _firstPing = firstPing;
    private readonly long _deadlineMax = now + Limits.ProofMicrosecondsMax;
    private long _deadline = now + Limits.ProofMicroseconds;
    private ushort _nextPing = firstPing;
    private int _pings;
    private int _cookies;
    private int _wrong;
    private long _sentAt;

    /// <summary>UDP payload since the proof was asked for.</summary>
    public int BytesIn { get; set; }

    public int BytesOut { get; private set; }

    /// <summary>Whether a pong came back and the cookie is awaited.</summary>
    public bool AwaitsCookie { get; private set; }

    /// <summary>The last ping that was sent.</summary>
    public ushort LastPing => (ushort)(_nextPing == 1 ? Sequence.Count - 1 : _nextPing - 1);

    /// <summary>What the answered ping took; 0 if a later ping makes it doubtful.</summary>
    public long RttMicroseconds { get; private set; }

    /// <summary>When something is to be repeated or it is over.</summary>
    public long NextDeadline => Math.Min(_deadline, NextSendAt);

    private long NextSendAt => AwaitsCookie
        ? _cookies < Limits.CookiesMax ? _sentAt + Limits.CookieMicroseconds : long.MaxValue
        : _pings < Limits.ProofPingsMax ? _sentAt + (Limits.ProofPingMicroseconds << Math.Max(_pings - 1, 0)) : long.MaxValue;

    public bool IsOver(long now) => now >= _deadline;

    public bool IsSendDue(long now) => now >= NextSendAt;

    /// <summary>Whether a client that talks without having answered is to be pinged once more.</summary>
    public bool IsPingAgainDue(long now) => !AwaitsCookie && now - _sentAt >= Limits.ProofPingAgainMicroseconds;

    /// <summary>The client is heard: it has more time, as long as it may ask, and what it may have missed is said again.</summary>
    public void Prolong(long now)
    {
        _deadline = Math.Max(_deadline, Math.Min(now + Limits.ProofMicroseconds, _deadlineMax));
        _pings = Math.Min(_pings, 1);
    }

    /// <summary>Whether so many more bytes may go out; if so, they are counted.</summary>
    public bool TrySpend(int bytes)
    {
        bool fits = BytesOut + bytes <= BytesIn;
        BytesOut += fits ? bytes : 0;
        return fits;
    }

    /// <summary>Counts a ping, sent or not, so that the next is due later, and gives its number.</summary>
    public ushort NextPing(long now)
    {
        ushort sequence = _nextPing;
        _nextPing = (ushort)(_nextPing == Sequence.Count - 1 ? 1 : _nextPing + 1);
        _pings++;
        _sentAt = now;
        return sequence;
    }

    /// <summary>The pong came back: goes on to the cookie.</summary>
    public void AwaitCookie(long now)
    {
        AwaitsCookie = true;
        _deadline = now + Limits.ProofMicroseconds;
    }

    public void CountCookie(long now)
    {
        _cookies++;
        _sentAt = now;
    }

    /// <summary>Looks for the pong in a datagram, alone or merged with others. Each pong is a guess.</summary>
    public ProofOutcome ReceivePong(ReadOnlySpan<byte> datagram, Dialect dialect, int connectionNumber, long now)
    {
        var packets = new DatagramPackets(datagram, dialect);
        while (packets.TryNext(out ReadOnlySpan<byte> packet))
        {
            if (Packet.Kind(dialect, packet[0]) != PacketKind.Pong || packet.Length < Packet.PongBytes || Packet.ConnectionNumber(packet[0]) != connectionNumber)
            {
                continue;
            }

            ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
            if (WasSent(sequence))
            {
                RttMicroseconds = sequence == LastPing ? now - _sentAt : 0;
                return ProofOutcome.Proven;
            }

            if (++_wrong >= Limits.ProofGuessesMax)
            {
                return ProofOutcome.Failed;
            }
        }

        return ProofOutcome.Pending;
    }

    /// <summary>Looks for the cookie's echo in a datagram, alone or merged with others. Each echo is a guess.</summary>
    public ProofOutcome ReceiveCookie(ReadOnlySpan<byte> datagram, Dialect dialect, int connectionNumber, ReadOnlySpan<byte> cookie)
    {
        var packets = new DatagramPackets(datagram, dialect);
        while (packets.TryNext(out ReadOnlySpan<byte> packet))
        {
            if (Packet.Kind(dialect, packet[0]) != PacketKind.MtuOk || packet.Length < MtuProbe.BytesMin || Packet.ConnectionNumber(packet[0]) != connectionNumber)
            {
                continue;
            }

            if (CryptographicOperations.FixedTimeEquals(MtuProbe.Filling(packet)[..cookie.Length], cookie))
            {
                return ProofOutcome.Proven;
            }

            if (++_wrong >= Limits.ProofGuessesMax)
            {
                return ProofOutcome.Failed;
            }
        }

        return ProofOutcome.Pending;
    }

    // Only the last few: who asks again and again must not make every number right.
    private bool WasSent(ushort sequence) =>
        _pings > 0 && sequence is > 0 and < Sequence.Count && Sequence.Distance(sequence, _firstPing) >= 0
        && Sequence.Distance(sequence, _nextPing) is < 0 and >= -Limits.ProofPingsMax;
}
