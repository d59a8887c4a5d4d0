using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Sends one datagram over and over, each time from another of the 16 million addresses of 127.0.0.0/8 (IP_PKTINFO names the source), in
/// batches: what a forger does on a real network. Linux on 64 bits.
/// </summary>
internal sealed unsafe class ForgedAddresses : IDisposable
{
    private const int Batch = 32;
    private const int PacketInfo = 8;
    private const int PacketInfoBytes = 12;
    private const int ControlBytes = 32;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _datagram;
    private readonly byte[] _controls = GC.AllocateArray<byte>(Batch * ControlBytes, pinned: true);
    private readonly PeerAddress[] _to = GC.AllocateArray<PeerAddress>(1, pinned: true);
    private readonly LinuxCalls.Vector[] _vectors = GC.AllocateArray<LinuxCalls.Vector>(1, pinned: true);
    private readonly LinuxCalls.MessageEntry[] _messages = GC.AllocateArray<LinuxCalls.MessageEntry>(Batch, pinned: true);
    private DeterministicRandom _random = new(11);

    public ForgedAddresses(IPEndPoint to, ReadOnlySpan<byte> datagram)
    {
        _datagram = GC.AllocateUninitializedArray<byte>(datagram.Length, pinned: true);
        datagram.CopyTo(_datagram);
        _to[0] = PeerAddress.Of(to);
        _socket.SendBufferSize = 4 * 1024 * 1024;
        _vectors[0] = new LinuxCalls.Vector { Base = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_datagram, 0), Length = (nuint)datagram.Length };
        for (int i = 0; i < Batch; i++)
        {
            Span<byte> control = _controls.AsSpan(i * ControlBytes, ControlBytes);
            BitConverter.TryWriteBytes(control, (long)(LinuxCalls.ControlMessage.HeaderBytes + PacketInfoBytes));
            BitConverter.TryWriteBytes(control[8..], LinuxCalls.IPLevel);
            BitConverter.TryWriteBytes(control[12..], PacketInfo);
            _messages[i] = new LinuxCalls.MessageEntry
            {
                Name = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_to, 0),
                NameLength = PeerAddress.IPv4Bytes,
                Vectors = (LinuxCalls.Vector*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, 0),
                VectorCount = 1,
                Control = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_controls, i * ControlBytes),
                ControlLength = ControlBytes,
            };
        }
    }

    /// <summary>Sends up to so many; returns how many the system took.</summary>
    public int Send(int count)
    {
        int batch = Math.Min(count, Batch);
        for (int i = 0; i < batch; i++)
        {
            // in_pktinfo: interface, source, destination. The source is 127.x.y.z, its last byte never 0 or 255.
            Span<byte> source = _controls.AsSpan((i * ControlBytes) + LinuxCalls.ControlMessage.HeaderBytes + 4, 4);
            source[0] = 127;
            source[1] = (byte)(1 + _random.Next(250));
            source[2] = (byte)_random.Next(256);
            source[3] = (byte)(1 + _random.Next(254));
        }

        fixed (LinuxCalls.MessageEntry* messages = _messages)
        {
            return Math.Max(0, LinuxCalls.SendMessages((int)_socket.Handle, messages, (uint)batch, 0));
        }
    }

    public void Dispose() => _socket.Dispose();
}
