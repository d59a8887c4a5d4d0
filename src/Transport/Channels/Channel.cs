using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>One channel id in both directions.</summary>
internal abstract class Channel(byte id, int priority)
{
    public byte Id => id;

    public int Priority => priority;

    public DeliveryMethod Method => (DeliveryMethod)(id % 4);

    /// <summary>Packets under way or waiting.</summary>
    public abstract int Pending { get; }

    /// <summary>When <see cref="Flush"/> has something to do, if nothing else happens before; <see cref="long.MaxValue"/> if never.</summary>
    public abstract long Deadline { get; }

    public abstract bool CanSend(int bytes, long now);

    public abstract SendOutcome Send(ReadOnlySpan<byte> payload, long now);

    /// <summary>Takes a packet; what may be delivered goes to the receiver.</summary>
    public abstract void Receive(ReadOnlySpan<byte> packet, IPacketReceiver receiver);

    public abstract void ReceiveAck(ReadOnlySpan<byte> ack, long now);

    /// <summary>Writes the acknowledgement that is due.</summary>
    public abstract void FlushAck();

    /// <summary>Sends what is overdue and what is new, as far as the path takes it.</summary>
    public abstract void Flush(long now);

    /// <summary>A datagram leaves: what may be lost rides along again.</summary>
    public abstract void RideAlong(long now);

    /// <summary>Gives all buffers back.</summary>
    public abstract void Clear();
}

/// <summary>Takes the packets a channel may deliver.</summary>
internal interface IPacketReceiver
{
    /// <param name="packet">The whole packet, with its headers.</param>
    void Accept(ReadOnlySpan<byte> packet, byte channelId);
}

/// <summary>The channels in use, by id and in the order in which they send. An entry exists from the first use of its channel on.</summary>
internal sealed class ChannelTable(Link link)
{
    private Channel?[] _byId = [];
    private Channel[] _inOrder = [];

    public int Count { get; private set; }

    /// <summary>Those of higher priority first.</summary>
    public ReadOnlySpan<Channel> InOrder => _inOrder.AsSpan(0, Count);

    public static int IdOf(DeliveryMethod method, byte channel) => (channel * 4) + (int)method;

    public Channel? Find(int id)
    {
        Channel?[] byId = _byId;
        return id < byId.Length ? byId[id] : null;
    }

    /// <summary>Null if the settings know no such channel.</summary>
    public Channel? FindOrAdd(int id) => Find(id) ?? (id < link.Host.Settings.ChannelsMax * 4 ? Add((byte)id) : null);

    /// <summary>Packets under way or waiting; safe on any thread.</summary>
    public int PendingPackets()
    {
        int pending = 0;
        foreach (Channel? channel in _byId)
        {
            pending += channel?.Pending ?? 0;
        }

        return pending;
    }

    /// <summary>Not all had their turn: of those with equal priority, another is first next time.</summary>
    public void TakeTurns()
    {
        for (int from = 0, to; from < Count; from = to)
        {
            Channel first = _inOrder[from];
            for (to = from + 1; to < Count && _inOrder[to].Priority == first.Priority; to++)
            {
                _inOrder[to - 1] = _inOrder[to];
            }

            _inOrder[to - 1] = first;
        }
    }

    public void Clear()
    {
        foreach (Channel channel in InOrder)
        {
            channel.Clear();
        }

        Count = 0;
    }

    private Channel Add(byte id)
    {
        int priority = link.Host.Settings.Priority(id / 4);
        Channel channel = id % 2 == 0 ? new ReliableChannel(id, priority, link) : new SequencedChannel(id, priority, link);
        if (id >= _byId.Length)
        {
            Array.Resize(ref _byId, Math.Max((id | 3) + 1, Math.Min(_byId.Length * 2, Packet.ChannelIds)));
        }

        if (Count == _inOrder.Length)
        {
            Array.Resize(ref _inOrder, Math.Max(4, Count * 2));
        }

        int at = Count;
        for (; at > 0 && _inOrder[at - 1].Priority < priority; at--)
        {
            _inOrder[at] = _inOrder[at - 1];
        }

        _inOrder[at] = channel;
        _byId[id] = channel;
        Count++;
        return channel;
    }
}
