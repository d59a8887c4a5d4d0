using System.Net;
using System.Net.Sockets;

namespace RealtimeServer.Transport.Sockets;

/// <summary>A socket by the framework alone, for systems whose batches we do not know: one system call a datagram, nothing allocated.</summary>
internal sealed class PortableSocket : IDatagramSocket
{
    /// <summary>A wait is cut into pieces so short: nothing can end it from outside.</summary>
    private const int WaitMicrosecondsMax = 1_000;

    private readonly Socket _socket;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);
    private int _length;
    private SocketCounts _counts;
    private volatile bool _woken;

    /// <param name="socket">Bound and not blocking; owned from here on.</param>
    public PortableSocket(Socket socket)
    {
        _socket = socket;
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    public SocketCounts Counts => _counts;

    // Not Available, which says 0 of an empty datagram and would leave it in the way of all others.
    public bool Wait(int microseconds)
    {
        if (_woken)
        {
            _woken = false;
            return true;
        }

        return _socket.Poll(Math.Min(microseconds, WaitMicrosecondsMax), SelectMode.SelectRead);
    }

    public void Wake() => _woken = true;

    public void Pause(int microseconds) => Thread.Sleep(Math.Max(1, microseconds / 1_000));

    public bool IsDrained { get; private set; }

    public int Receive()
    {
        IsDrained = true;
        try
        {
            if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                return 0;
            }

            _from.Size = _from.Buffer.Length;
            _length = _socket.ReceiveFrom(_buffer, SocketFlags.None, _from);
            IsDrained = false;
            return 1;
        }
        catch (SocketException)
        {
            // Nothing there after all, or an error of an earlier send that the system reports here.
            return 0;
        }
    }

    public ReadOnlySpan<byte> Datagram(int index, out PeerAddress from)
    {
        from = PeerAddress.Of(_from);
        return _buffer.AsSpan(0, _length);
    }

    public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        to.CopyTo(_to);
        bool taken;
        try
        {
            taken = _socket.SendTo(datagram, SocketFlags.None, _to) == datagram.Length;
        }
        catch (SocketException)
        {
            // A full send buffer or an unreachable peer.
            taken = false;
        }

        _counts = taken
            ? _counts with { Sent = _counts.Sent + 1, BytesSent = _counts.BytesSent + datagram.Length, Calls = _counts.Calls + 1 }
            : _counts with { Failed = _counts.Failed + 1, Calls = _counts.Calls + 1 };
    }

    public void Flush()
    {
        // Every datagram has left when Send returns.
    }

    public void Dispose() => _socket.Dispose();
}
