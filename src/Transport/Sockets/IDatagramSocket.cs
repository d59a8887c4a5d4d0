using System.Net;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// A bound UDP socket that moves datagrams in batches: <see cref="Receive"/> takes what has arrived, <see cref="Send"/> gathers,
/// <see cref="Flush"/> lets go. For one thread; only <see cref="Wake"/> is for any.
/// </summary>
internal interface IDatagramSocket : IDisposable
{
    /// <summary>Where it is bound.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Datagrams that left, and that the operating system would not take: to a datagram protocol those are loss.</summary>
    SocketCounts Counts { get; }

    /// <summary>Waits until a datagram is there, somebody calls <see cref="Wake"/>, or the time is over. True if a datagram may be there.</summary>
    bool Wait(int microseconds);

    /// <summary>Ends a <see cref="Wait"/> under way, or the next one. For any thread.</summary>
    void Wake();

    /// <summary>Rests, whatever arrives.</summary>
    void Pause(int microseconds);

    /// <summary>Takes a batch without waiting; 0 if nothing is there. The batch before is gone.</summary>
    /// <returns>Datagrams of the batch, to be read by <see cref="Datagram"/>.</returns>
    int Receive();

    /// <summary>Whether the last <see cref="Receive"/> saw that no more is there; what has come since may wait for the next round.</summary>
    bool IsDrained { get; }

    /// <summary>A datagram of the batch; its bytes are valid until the next <see cref="Receive"/>.</summary>
    ReadOnlySpan<byte> Datagram(int index, out PeerAddress from);

    /// <summary>Gathers a datagram, copied.</summary>
    void Send(in PeerAddress to, ReadOnlySpan<byte> datagram);

    /// <summary>Sends what was gathered.</summary>
    void Flush();
}

/// <summary>What a socket has counted.</summary>
/// <param name="Calls">System calls that sent: fewer than datagrams where they leave in batches.</param>
/// <param name="Cut">Datagrams among those sent that left together as one message, which the system cut (GSO).</param>
internal readonly record struct SocketCounts(long Sent, long BytesSent, long Failed, long Calls, long Cut = 0);
