using RealtimeServer.Transport.Paths;

namespace RealtimeServer.Transport;

/// <summary>What the owner of a server or client may choose for its connections. The defaults suit a game.</summary>
public sealed record ConnectionSettings
{
    public static ConnectionSettings Default { get; } = new();

    /// <summary>
    /// Bytes of a whole message, sent or received, up to <see cref="Limits.MessageBytesCeiling"/>. Both ends need it: who receives a larger
    /// one ends the connection. Larger messages let a peer hold twice as much of the other's memory.
    /// </summary>
    public int MessageBytesMax { get; init; } = Limits.MessageBytesMax;

    /// <summary>Channels of each method, 1 to 64; a peer's packets on others are dropped. A channel costs nothing before its first use.</summary>
    public int ChannelsMax { get; init; } = Limits.ChannelsMax;

    /// <summary>Bytes a second a connection sends at most, headers included; 0 leaves it to congestion control.</summary>
    public int SendBytesPerSecondMax { get; init; }

    /// <summary>Whether to look for a larger datagram than the 1,024 bytes that pass everywhere.</summary>
    public bool DiscoversMtu { get; init; } = true;

    /// <summary>
    /// Priority of each channel, by its number: channels of a higher one send first while the network takes less than there is to send, and
    /// equals take turns. Channels it does not name have the negative of their number, so that the lower number goes first.
    /// </summary>
    public ReadOnlyMemory<sbyte> ChannelPriorities { get; init; }

    /// <summary>
    /// How often a client pings while no messages come or go, 100 to 8,000 milliseconds; while they do, it is every second. A LiteNetLib server,
    /// which gives up after five seconds of silence, is pinged every 3,000 at least; lower it for one that gives up sooner.
    /// </summary>
    public int IdlePingMilliseconds { get; init; } = (int)(Limits.IdlePingMicroseconds / 1_000);

    /// <summary>Bytes that may wait or be under way on one reliable channel: two largest messages.</summary>
    public int QueuedBytesMax => 2 * Math.Max(MessageBytesMax, Limits.MessageBytesMax);

    /// <summary>Bytes a packet layer adds to every datagram; they are taken off the MTU.</summary>
    internal int OverheadBytes { get; init; }

    /// <summary>Fragments of one message: of a peer that begins with datagrams of 508 bytes, as early versions of 1.x do.</summary>
    internal int FragmentsMax => (MessageBytesMax / Limits.FragmentBytesMin) + 1;

    /// <summary>Packets that may wait on one reliable channel: those of two largest messages, and some.</summary>
    internal int QueuedPacketsMax => Limits.QueuedPacketsMax + (2 * (MessageBytesMax / Limits.DatagramBytesMin));

    internal int Priority(int channel) => channel < ChannelPriorities.Length ? ChannelPriorities.Span[channel] : -channel;

    /// <summary>The same settings, if they are within their bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
    internal ConnectionSettings Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(MessageBytesMax, Math.Clamp(MessageBytesMax, 1, Limits.MessageBytesCeiling), nameof(MessageBytesMax));
        ArgumentOutOfRangeException.ThrowIfNotEqual(ChannelsMax, Math.Clamp(ChannelsMax, 1, Limits.ChannelsMax), nameof(ChannelsMax));
        int idlePing = Math.Clamp(IdlePingMilliseconds, 100, Default.IdlePingMilliseconds);
        ArgumentOutOfRangeException.ThrowIfNotEqual(IdlePingMilliseconds, idlePing, nameof(IdlePingMilliseconds));
        ArgumentOutOfRangeException.ThrowIfNegative(SendBytesPerSecondMax, nameof(SendBytesPerSecondMax));
        ArgumentOutOfRangeException.ThrowIfNotEqual(OverheadBytes, Math.Clamp(OverheadBytes, 0, MtuDiscovery.OverheadBytesMax), nameof(OverheadBytes));
        return this;
    }
}
