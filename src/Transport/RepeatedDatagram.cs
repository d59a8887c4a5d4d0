using RealtimeServer.Transport.Channels;

namespace RealtimeServer.Transport;

/// <summary>A request or a goodbye that is sent again at even intervals until it is answered, or the time is over.</summary>
internal struct RepeatedDatagram(byte[] datagram, long now, long intervalMicroseconds)
{
    private readonly long _endsAt = now + Limits.TimeoutMicroseconds;
    private long _dueAt = now;

    public int Sendings { get; private set; }

    /// <summary>When there is something to do.</summary>
    public readonly long Deadline => Math.Min(_dueAt, _endsAt + 1);

    public readonly bool IsDue(long now) => now >= _dueAt;

    public readonly bool IsOver(long now) => now > _endsAt;

    public void Send(Link link, long now)
    {
        Sendings++;
        _dueAt = now + intervalMicroseconds;
        link.Transmit(datagram);
    }
}
