using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bench.Loss;

/// <summary>
/// Plays a network between any clients and any server on this machine. Clients talk to its port; each gets a socket of its own towards the
/// server, and a network of its own in both directions. One thread, which looks every fraction of a millisecond.
/// </summary>
internal sealed class LoopbackProxy : IDisposable
{
    private const int WaitMicroseconds = 200;
    private const int BufferBytes = 4 * 1024 * 1024;
    private static readonly long Epoch = Stopwatch.GetTimestamp();
    private readonly Socket _clients = Open();
    private readonly Dictionary<SocketAddress, Path> _paths = [];
    private readonly byte[] _buffer = new byte[65_536];
    private readonly IPEndPoint _server;
    private readonly NetworkProfile _profile;
    private readonly ulong _seed;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public LoopbackProxy(int listen, int to, NetworkProfile profile, ulong seed)
    {
        _profile = profile;
        _seed = seed;
        _server = new IPEndPoint(IPAddress.Loopback, to);
        _clients.Bind(new IPEndPoint(IPAddress.Loopback, listen));
        Port = ((IPEndPoint)_clients.LocalEndPoint!).Port;
        _thread = new Thread(Run) { IsBackground = true, Name = "proxy" };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>What all networks together have done; read it when nothing moves any more.</summary>
    public LinkCounts Counts => _paths.Values.Select(path => path.Link.Counts).Aggregate(
        default(LinkCounts), (sum, counts) => new LinkCounts(sum.Up + counts.Up, sum.Down + counts.Down));

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _clients.Dispose();
        foreach (Path path in _paths.Values)
        {
            path.Socket.Dispose();
        }
    }

    private void Run()
    {
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (!_stopping)
        {
            bool moved = TakeFromClients(from);
            foreach (Path path in _paths.Values)
            {
                moved |= TakeFromServer(path) | Pass(path);
            }

            if (!moved)
            {
                _clients.Poll(WaitMicroseconds, SelectMode.SelectRead);
            }
        }
    }

    private bool TakeFromClients(SocketAddress from)
    {
        bool moved = false;
        while (_clients.Poll(0, SelectMode.SelectRead) && TryReceiveFrom(from, out int length))
        {
            if (!_paths.TryGetValue(from, out Path? path))
            {
                path = new Path(Copy(from), Open(), new SimulatedLink(_profile, _seed + (ulong)_paths.Count));
                path.Socket.Connect(_server);
                _paths.Add(path.Client, path);
            }

            path.Link.Up.Send(_buffer.AsSpan(0, length), Now());
            moved = true;
        }

        return moved;
    }

    private bool TakeFromServer(Path path)
    {
        bool moved = false;
        while (path.Socket.Poll(0, SelectMode.SelectRead) && TryReceive(path.Socket, out int length))
        {
            path.Link.Down.Send(_buffer.AsSpan(0, length), Now());
            moved = true;
        }

        return moved;
    }

    private bool Pass(Path path)
    {
        long now = Now();
        bool moved = false;
        while (path.Link.Up.TryReceive(now, _buffer, out int length))
        {
            TrySend(path.Socket, null, length);
            moved = true;
        }

        while (path.Link.Down.TryReceive(now, _buffer, out int length))
        {
            TrySend(_clients, path.Client, length);
            moved = true;
        }

        return moved;
    }

    private bool TryReceiveFrom(SocketAddress from, out int length)
    {
        length = 0;
        try
        {
            length = _clients.ReceiveFrom(_buffer, SocketFlags.None, from);
            return true;
        }
        catch (SocketException)
        {
            // An earlier datagram found nobody at home.
            return false;
        }
    }

    private bool TryReceive(Socket socket, out int length)
    {
        length = 0;
        try
        {
            length = socket.Receive(_buffer, SocketFlags.None);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void TrySend(Socket socket, SocketAddress? to, int length)
    {
        try
        {
            _ = to is null ? socket.Send(_buffer.AsSpan(0, length), SocketFlags.None) : socket.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, to);
        }
        catch (SocketException)
        {
            // Loss, as on any network.
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    private static Socket Open() =>
        new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = BufferBytes, SendBufferSize = BufferBytes };

    private static long Now() => (long)Stopwatch.GetElapsedTime(Epoch).TotalMicroseconds;

    private sealed record Path(SocketAddress Client, Socket Socket, SimulatedLink Link);
}
