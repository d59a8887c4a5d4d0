using System.Net;
using System.Net.Sockets;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// A socket that moves datagrams by the batch: recvmmsg with receive offload (GRO), sendmmsg with segmentation offload (GSO: datagrams of one
/// size to one peer cost little more than one). Nothing is allocated after it was made.
/// </summary>
internal sealed unsafe class LinuxSocket : IDatagramSocket
{
    private readonly Socket _socket;
    private readonly int _file;
    private readonly int _wakeEvent;
    private readonly LinuxReceiver _receiver;
    private readonly LinuxSender _sender;
    private int _woken;
    private bool _disposed;

    /// <param name="socket">Prepared, bound and not blocking; owned from here on.</param>
    public LinuxSocket(Socket socket)
    {
        _socket = socket;
        _file = (int)socket.SafeHandle.DangerousGetHandle();
        _wakeEvent = LinuxCalls.CreateEvent(0, LinuxCalls.EventNonBlocking | LinuxCalls.EventCloseOnExec);
        if (_wakeEvent < 0)
        {
            throw new SocketException(System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
        }

        _receiver = new LinuxReceiver(_file);
        _sender = new LinuxSender(_file);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    public SocketCounts Counts => _sender.Counts;

    /// <summary>Sets what must be set before binding. An option that the kernel does not know is done without.</summary>
    public static void Prepare(Socket socket, bool shared)
    {
        if (shared)
        {
            socket.SetRawSocketOption(LinuxCalls.SocketLevel, LinuxCalls.ReusePort, Number(1));
        }

        TrySet(socket, LinuxCalls.UdpLevel, LinuxCalls.UdpGro, 1);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            TrySet(socket, LinuxCalls.IPv6Level, LinuxCalls.IPv6MtuDiscover, LinuxCalls.MtuDiscoverProbe);
        }

        TrySet(socket, LinuxCalls.IPLevel, LinuxCalls.IPMtuDiscover, LinuxCalls.MtuDiscoverProbe);
    }

    /// <summary>False where the system, or a filter in front of it, does not know the calls. Takes back what <see cref="Prepare"/> set for them.</summary>
    public static bool IsUsable(Socket socket)
    {
        int answer = LinuxCalls.ReceiveMessages((int)socket.SafeHandle.DangerousGetHandle(), null, 0, LinuxCalls.DontWait, null);
        bool isRefused = answer < 0
            && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() is LinuxCalls.NoSuchCall or LinuxCalls.NotPermitted;
        if (isRefused)
        {
            TrySet(socket, LinuxCalls.UdpLevel, LinuxCalls.UdpGro, 0);
        }

        return !isRefused;
    }

    public bool Wait(int microseconds)
    {
        LinuxCalls.PollEntry* entries = stackalloc LinuxCalls.PollEntry[2];
        entries[0] = new LinuxCalls.PollEntry { File = _file, Events = LinuxCalls.PollIn };
        entries[1] = new LinuxCalls.PollEntry { File = _wakeEvent, Events = LinuxCalls.PollIn };
        LinuxCalls.TimeSpec time = Time(microseconds);
        int ready = LinuxCalls.Poll(entries, 2, &time, null);
        if (ready > 0 && entries[1].Returned != 0)
        {
            ulong count;
            _ = LinuxCalls.Read(_wakeEvent, &count, sizeof(ulong));
            Volatile.Write(ref _woken, 0);
        }

        return ready > 0;
    }

    public void Wake()
    {
        // One system call for all who wake a thread that has not come round yet.
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            ulong one = 1;
            _ = LinuxCalls.Write(_wakeEvent, &one, sizeof(ulong));
        }
    }

    public void Pause(int microseconds)
    {
        LinuxCalls.TimeSpec time = Time(microseconds);
        _ = LinuxCalls.Poll(null, 0, &time, null);
    }

    public int Receive() => _receiver.Receive();

    public bool IsDrained => _receiver.IsDrained;

    public ReadOnlySpan<byte> Datagram(int index, out PeerAddress from) => _receiver.Datagram(index, out from);

    public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram) => _sender.Send(in to, datagram);

    public void Flush() => _sender.Flush();

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _socket.Dispose();
            _ = LinuxCalls.Close(_wakeEvent);
        }
    }

    private static LinuxCalls.TimeSpec Time(int microseconds) =>
        new() { Seconds = microseconds / 1_000_000, Nanoseconds = microseconds % 1_000_000 * 1_000 };

    private static byte[] Number(int value) => BitConverter.GetBytes(value);

    private static void TrySet(Socket socket, int level, int name, int value)
    {
        try
        {
            socket.SetRawSocketOption(level, name, Number(value));
        }
        catch (SocketException)
        {
            // An older kernel, or the option of the other IP version.
        }
    }
}
