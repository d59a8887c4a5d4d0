using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using RealtimeServer.Transport.Channels;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Paths;

/// <summary>
/// Pings of this side, which measure round trips and loss, and pongs for the other's. Every second while messages come and go; ten times as often
/// while packets get lost or the round trip grows, since how to send well then depends on knowing. Who only stays connected is nearly left alone:
/// a client asks once in three seconds, in eight where the server is patient, and again soon if nothing answers; a server, which the client's pings
/// tell enough, once a minute.
/// <code>
/// ping  header | number u16            counts in 15 bits, in which stock peers compare, and leaves out 0, where they begin
/// pong  header | number u16 | UTC i64  sent twice, the second time in a later datagram: a lost pong costs a stock peer its estimate
/// </code>
/// </summary>
internal sealed class Pings(Link link, bool isClient)
{
    private const int OpenMax = 16;
    private OpenPings _sentAt;
    private ushort _oldestOpen;
    private int _open;
    private int _answeredMask;
    private int _judged;
    private ulong _lost;
    private long _next;
    private long _pongAt;
    private long _pongAgainAt = long.MaxValue;
    private int _heard = -1;
    private bool _pongDue;
    private bool _pongAgain;
    private bool _isUsed;
    private long _lastAt;

    /// <summary>Whether the other side lets this one be silent for long.</summary>
    public bool IsPatient { get; set; }

    /// <summary>When the first ping was sent after the other side was last heard; <see cref="long.MaxValue"/> if none was.</summary>
    public long AskedAt { get; private set; } = long.MaxValue;

    /// <summary>The last ping sent.</summary>
    public ushort Sequence { get; private set; }

    /// <summary>Of the last 64 pings those whose answer did not come, 0 to 1: loss there and back.</summary>
    public double Loss => BitsLost / 64.0;

    public int BitsLost => System.Numerics.BitOperations.PopCount(_lost);

    private long IdleMicroseconds => Math.Min(link.Host.Settings.IdlePingMilliseconds * 1_000L, IsPatient ? long.MaxValue : Limits.IdlePingMicrosecondsStock);

    public long Deadline => _pongDue ? 0 : Math.Min(_next, _pongAgainAt);

    /// <param name="sequence">The last ping of the handshake: the peer answers later ones only.</param>
    public void Start(ushort sequence, long now)
    {
        Sequence = sequence;
        _open = 0;
        _judged = 0;
        _answeredMask = 0;
        _next = now;
        AskedAt = long.MaxValue;
    }

    /// <summary>A message comes or goes: the path matters, and is looked at every second.</summary>
    public void NoteUse(long now)
    {
        _isUsed = true;
        _next = Math.Min(_next, Math.Max(now, _lastAt + Limits.PingMicroseconds));
    }

    /// <summary>The other side was heard.</summary>
    public void NoteHeard() => AskedAt = long.MaxValue;

    /// <summary>Something was lost: look closely for a while.</summary>
    public void Suspect(long now) => _next = Math.Min(_next, now + Limits.PingSoonMicroseconds);

    public void ReceivePing(ReadOnlySpan<byte> packet)
    {
        // Any number but the last: stock peers count in 16 bits, and after 18 hours their numbers seem to run backwards for nine.
        int number = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        _pongDue |= number != _heard;
        _heard = number;
    }

    public void ReceivePong(ReadOnlySpan<byte> packet, long now)
    {
        int number = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        int age = number - _oldestOpen + (number < _oldestOpen ? Wire.Sequence.Count - 1 : 0);
        if (number is 0 or >= Wire.Sequence.Count || age >= _open || (_answeredMask & (1 << age)) != 0)
        {
            return;
        }

        _answeredMask |= 1 << age;
        if (isClient && !_isUsed && number == Sequence)
        {
            _next = _lastAt + IdleMicroseconds;
        }

        link.RoundTrip.Add(now - _sentAt[number % OpenMax], now);
        link.Unacknowledged.Watch(now);
        Judge(now);
    }

    /// <summary>Writes what is due; what rides along on other packets comes with <see cref="RideAlong"/>.</summary>
    public void Flush(long now)
    {
        if (_pongDue)
        {
            _pongDue = false;
            WritePong(now);
            _pongAt = now;
            _pongAgain = true;

            // A datagram of its own only where loss is to be feared; elsewhere the second pong waits for one that leaves anyway.
            _pongAgainAt = _lost != 0 || link.Flight.LostLately(now) ? now + Limits.PongAgainMicroseconds : long.MaxValue;

            // One datagram instead of two for an idle connection.
            _next = _next - now < Math.Max(Limits.PingMicroseconds, _next - _lastAt) / 2 ? now : _next;
        }
        else if (now >= _pongAgainAt)
        {
            WritePongAgain(now);
        }

        if (now >= _next)
        {
            Judge(now);
            Send(now);
            _next = now + (IsAlarmed(now) ? Math.Max(Limits.PingSoonMicroseconds, OldestWait(now) / 8)
                : _isUsed ? Limits.PingMicroseconds
                : isClient ? Math.Min(IdleMicroseconds, Limits.IdlePingAgainMicroseconds) : Limits.IdleServerPingMicroseconds);
            _lastAt = now;
            AskedAt = Math.Min(AskedAt, now);
            _isUsed = false;
        }
    }

    /// <summary>A datagram leaves anyway: the second pong need not wait for its own, if this is not the datagram of the first.</summary>
    public void RideAlong(long now)
    {
        if (_pongAgain && now - _pongAt >= Limits.PongApartMicroseconds)
        {
            WritePongAgain(now);
        }
    }

    private bool IsAlarmed(long now) =>
        (link.Flight.Packets > 0 || link.Unacknowledged.IsBusy)
        && (_lost != 0 || link.Flight.LostLately(now) || link.RoundTrip.Smoothed > (2 * link.RoundTrip.Minimum) + 50_000);

    private void WritePongAgain(long now)
    {
        _pongAgain = false;
        _pongAgainAt = long.MaxValue;
        WritePong(now);
    }

    private void Send(long now)
    {
        if (_open == OpenMax - 1)
        {
            ForgetOldest();
        }

        Sequence = Sequence >= Wire.Sequence.Count - 1 ? (ushort)1 : (ushort)(Sequence + 1);
        if (_open == 0)
        {
            _oldestOpen = Sequence;
        }

        _sentAt[Sequence % OpenMax] = now;
        _open++;
        Span<byte> ping = stackalloc byte[Packet.PingBytes];
        ping[0] = link.Header(PacketKind.Ping);
        BinaryPrimitives.WriteUInt16LittleEndian(ping[1..], Sequence);
        link.Datagrams.Add(ping);
    }

    private void WritePong(long now)
    {
        Span<byte> pong = stackalloc byte[Packet.PongBytes];
        pong[0] = link.Header(PacketKind.Pong);
        BinaryPrimitives.WriteUInt16LittleEndian(pong[1..], (ushort)_heard);
        BinaryPrimitives.WriteInt64LittleEndian(pong[3..], link.Host.UtcTicksAtZero + (now * 10));
        link.Datagrams.Add(pong);
    }

    /// <summary>Judges from the oldest on those that were answered or whose time is over; an answer that comes later still gives a round trip.</summary>
    private void Judge(long now)
    {
        long patience = Math.Clamp((2 * link.RoundTrip.Smoothed) + 200_000, 300_000, 4_000_000);
        while (_judged < _open)
        {
            bool answered = (_answeredMask & (1 << _judged)) != 0;
            if (!answered && now - _sentAt[NumberOf(_judged) % OpenMax] < patience)
            {
                return;
            }

            _judged++;
            _lost = (_lost << 1) | (answered ? 0UL : 1UL);
            if (!answered)
            {
                link.Unacknowledged.Watch(now);
            }
        }
    }

    /// <summary>How long the oldest ping waits that may still be answered; so few are sent that the answer finds it remembered.</summary>
    private long OldestWait(long now) => _judged < _open ? now - _sentAt[NumberOf(_judged) % OpenMax] : 0;

    private void ForgetOldest()
    {
        if (_judged == 0)
        {
            _judged = 1;
            _lost = (_lost << 1) | ((_answeredMask & 1) != 0 ? 0UL : 1UL);
        }

        _judged--;
        _answeredMask >>= 1;
        _open--;
        _oldestOpen = (ushort)NumberOf(1);
    }

    private int NumberOf(int age) => ((_oldestOpen - 1 + age) % (Wire.Sequence.Count - 1)) + 1;

    [InlineArray(OpenMax)]
    private struct OpenPings
    {
        private long _first;
    }
}
