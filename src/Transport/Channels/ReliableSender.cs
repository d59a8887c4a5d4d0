using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// The sending side of a reliable channel: what waits, and the window of up to 64 packets under way. A packet is sent again when those sent after
/// it arrive and it does not, or when nothing arrives for too long; a small one, while the path loses datagrams, also before that is known.
/// <code>
/// message  ->  waiting (in 2.x small ones gather in one packet)  ->  window  ->  acknowledged
/// </code>
/// </summary>
internal sealed class ReliableSender(byte id, Link link)
{
    private readonly PacketQueue _waiting = new(id, link);
    private Outgoing[] _window = [];
    private ushort _oldest;
    private ushort _next;
    private int _windowBytes;
    private long _lookAt = long.MaxValue;
    private long _copyAt = long.MaxValue;
    private bool _isBehind;

    public int Pending => _waiting.Count + Sequence.Distance(_next, _oldest);

    /// <summary>When a packet of the window is due again; what waits for the path is due when the path takes more.</summary>
    public long Deadline => Math.Min(_lookAt, _copyAt);

    private bool HasRoom => Sequence.Distance(_next, _oldest) < Limits.WindowSize;

    public bool CanSend(int bytes) => _waiting.HasRoom(bytes, _windowBytes);

    public SendOutcome Send(ReadOnlySpan<byte> payload) => _waiting.Add(payload, _windowBytes);

    /// <summary>Sends again what is lost, then what is new.</summary>
    public void Flush(long now)
    {
        if (now >= _lookAt || _isBehind || link.Flight.IsTimedOut)
        {
            SendLost(now);
        }

        while (_waiting.Count > 0 && HasRoom && link.Congestion.MaySend(_waiting.PeekBytes(), isProbe: false))
        {
            if (_window.Length == 0)
            {
                _window = new Outgoing[Limits.WindowSize];
            }

            ref Outgoing packet = ref _window[_next % Limits.WindowSize];
            packet = new Outgoing { Packet = _waiting.Take(_next) };
            CountBytes(packet.Packet.Length);
            _next = Sequence.Next(_next);
            Transmit(ref packet, now);
        }
    }

    /// <summary>While the path loses datagrams, small packets go out again in later ones before anybody knows that they were lost.</summary>
    public void RideAlong(long now)
    {
        if (_copyAt != long.MaxValue && (link.Datagrams.Bytes > 0 || now >= _copyAt))
        {
            SendCopies(now);
        }
    }

    public void ReceiveAck(ReadOnlySpan<byte> ack, long now)
    {
        if (ack.Length != Packet.ReliableAckBytes)
        {
            return;
        }

        ushort start = BinaryPrimitives.ReadUInt16LittleEndian(ack[1..]);
        if (start >= Sequence.Count || Sequence.Distance(_oldest, start) is < 0 or >= Limits.WindowSize)
        {
            return;
        }

        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(ack[4..]);
        bool any = false;
        for (ushort sequence = _oldest; sequence != _next && Sequence.Distance(sequence, start) < Limits.WindowSize; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (packet.IsHeld && (bits & (1UL << (sequence % Limits.WindowSize))) != 0)
            {
                link.Flight.TakeAck(packet.FirstSentAt, packet.SentAt, packet.Sendings, packet.WasLost, now);
                link.Congestion.TakeAck(packet.Packet.Length, packet.DeliveredAtSend, packet.SentAt, packet.WasLimited, now);
                Release(ref packet);
                any = true;
            }
        }

        while (_oldest != _next && !_window[_oldest % Limits.WindowSize].IsHeld)
        {
            _oldest = Sequence.Next(_oldest);
        }

        // What has arrived tells what has not.
        _lookAt = any ? now : _lookAt;
    }

    public void Clear()
    {
        for (ushort sequence = _oldest; sequence != _next; sequence = Sequence.Next(sequence))
        {
            if (_window[sequence % Limits.WindowSize].IsHeld)
            {
                Release(ref _window[sequence % Limits.WindowSize]);
            }
        }

        _oldest = _next;
        _lookAt = long.MaxValue;
        _copyAt = long.MaxValue;
        _isBehind = false;
        _waiting.Clear();
    }

    /// <summary>Sends again what is lost or overdue, and notes when to look next.</summary>
    private void SendLost(long now)
    {
        _lookAt = long.MaxValue;
        _isBehind = false;
        for (ushort sequence = _oldest; sequence != _next; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (!packet.IsHeld)
            {
                continue;
            }

            bool isProbe = (packet.IsLost || now - packet.SentAt >= Limits.PeerTickMicroseconds) && link.Flight.TakeProbe();
            if (isProbe || packet.IsLost || now >= link.Flight.LostFrom(packet.SentAt))
            {
                SendAgain(ref packet, isProbe, now);
            }
            else
            {
                _lookAt = Math.Min(_lookAt, link.Flight.LostFrom(packet.SentAt));
            }
        }
    }

    private void SendAgain(ref Outgoing packet, bool isProbe, long now)
    {
        if (!packet.IsLost)
        {
            packet.IsLost = true;
            packet.WasLost = true;
            link.Flight.Land(packet.Packet.Length);
            link.Flight.CountLost(packet.Packet.Length, now);
        }

        if (link.Congestion.MaySend(packet.Packet.Length, isProbe))
        {
            Transmit(ref packet, now);
        }
        else
        {
            _isBehind = true;
        }
    }

    private void SendCopies(long now)
    {
        _copyAt = long.MaxValue;
        for (ushort sequence = _oldest; sequence != _next; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (!packet.IsHeld || packet.CopiesLeft == 0)
            {
                continue;
            }

            if (now - packet.SentAt >= (link.Datagrams.Bytes > 0 ? Limits.CopyApartMicrosecondsMin : Limits.CopyApartMicroseconds))
            {
                packet.CopiesLeft--;
                if (link.Congestion.IsLimited || !link.Flight.TakeCopy(packet.Packet.Length))
                {
                    packet.CopiesLeft = 0;
                    continue;
                }

                packet.Sendings++;
                packet.SentAt = now;
                link.Datagrams.Add(packet.Packet.Bytes);
            }

            _copyAt = packet.CopiesLeft > 0 ? Math.Min(_copyAt, packet.SentAt + Limits.CopyApartMicroseconds) : _copyAt;
        }
    }

    private void Transmit(ref Outgoing packet, long now)
    {
        link.Flight.CountSent(packet.Packet.Length, again: packet.Sendings > 0, now);
        packet.IsLost = false;
        packet.Sendings++;
        packet.FirstSentAt = now;
        packet.SentAt = now;
        packet.DeliveredAtSend = link.Congestion.Delivered;
        packet.WasLimited = link.Congestion.IsHeldBack;
        packet.CopiesLeft = CopiesOf(in packet, now);
        link.Datagrams.Add(packet.Packet.Bytes);
        _lookAt = Math.Min(_lookAt, link.Flight.LostFrom(now));
        _copyAt = packet.CopiesLeft > 0 ? Math.Min(_copyAt, now + Limits.CopyApartMicroseconds) : _copyAt;
    }

    /// <summary>
    /// Small packets as the path's loss asks for; one that was lost, at least once more, since the window waits for it; and so the last before a pause
    /// while packets get lost, since no later one would tell of them.
    /// </summary>
    private byte CopiesOf(in Outgoing packet, long now)
    {
        if (link.Flight.IsTimedOut)
        {
            return 0;
        }

        int wanted = packet.Packet.Length <= Limits.CopyBytesMax || packet.WasLost ? link.Flight.CopiesWanted : 0;
        bool isWaitedFor = packet.WasLost || (_waiting.Count < Limits.TailPackets && link.Flight.LostLately(now));
        return (byte)Math.Max(wanted, isWaitedFor ? 1 : 0);
    }

    private void CountBytes(int bytes)
    {
        _windowBytes += bytes;
        link.QueuedBytes += bytes;
    }

    private void Release(ref Outgoing packet)
    {
        if (!packet.IsLost)
        {
            link.Flight.Land(packet.Packet.Length);
        }

        CountBytes(-packet.Packet.Length);
        link.Host.Pool.Return(packet.Packet.Buffer);
        packet = default;
    }

    private struct Outgoing
    {
        public PacketQueue.Entry Packet;
        public long FirstSentAt;
        public long SentAt;
        public long DeliveredAtSend;
        public int Sendings;
        public byte CopiesLeft;
        public bool IsLost;
        public bool WasLost;
        public bool WasLimited;

        public readonly bool IsHeld => Packet.Buffer is not null;
    }
}
