using System.Net;
using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Transport;

/// <summary>Where a server listens and how much it carries.</summary>
public sealed record UdpServerOptions
{
    /// <summary>Port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Of all shards together, 1 to <see cref="Limits.ConnectionsMax"/>.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>
    /// Threads that share the port, each with a socket and connections of its own: 1 to <see cref="Limits.ShardsMax"/>, or 0 for one for every
    /// eight processors. More than one needs Linux. Events of different shards come at the same time.
    /// </summary>
    public int Shards { get; init; }

    /// <summary>
    /// How long datagrams may gather before they are taken in and answered together, in microseconds, 0 to 10,000: at most so much later is
    /// anything heard or sent, and the busier the server, the more it saves. A quiet server hears the first datagram at once; one whose
    /// clients only ping gathers for up to 8 ms, unless this is 0.
    /// </summary>
    public int GatherMicroseconds { get; init; } = Limits.GatherMicroseconds;

    /// <summary>
    /// Hears what an event handler threw, on the network thread. The connection it was about is ended; all others go on.
    /// </summary>
    public Action<Exception>? Fault { get; init; }

    /// <summary>How large messages may be, how much is sent, and the like, for every connection.</summary>
    public ConnectionSettings Connection { get; init; } = ConnectionSettings.Default;

    /// <summary>
    /// Opens the connect tokens of clients: <see cref="IServerEvents.Admit(TokenGrant, Sockets.PeerAddress)"/>. A token that brings keys
    /// seals its connection. Its owner disposes of it after the server.
    /// </summary>
    public TokenGate? Tokens { get; init; }

    /// <summary>Put a checksum (CRC-32C) behind every datagram and drop those without: for clients with LiteNetLib's Crc32cLayer.</summary>
    public bool Checksum { get; init; }

    /// <summary>
    /// Demand of clients, after the ping that all must answer, that they echo a cookie of 16 bytes: the odds of passing for another address
    /// fall from 1 in 5,000 to none, for one round trip and 2 KB a client. Stock clients do so by themselves.
    /// </summary>
    public bool DemandCookie { get; init; }

    /// <summary>Hear messages without a connection and broadcasts: <see cref="IServerEvents.Unconnected"/>.</summary>
    public bool HearUnconnected { get; init; }

    /// <summary>Let a connection go on from another address, once it has proven to be its client's and the old one is silent.</summary>
    public bool AllowAddressChange { get; init; } = true;

    /// <summary>Size asked of the operating system for each of a socket's two buffers; it may give less.</summary>
    public int SocketBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Do without the system calls of Linux that move many datagrams at once; elsewhere it is always so.</summary>
    public bool UsePortableSocket { get; init; }
}
