using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace RealtimeServer.Transport.Sockets;

/// <summary>How a socket is opened.</summary>
/// <param name="Listen">Port 0 takes any free one.</param>
/// <param name="BufferBytes">Size asked of the operating system for each of the socket's two buffers; it may give less.</param>
/// <param name="Portable">Do without the system calls of Linux.</param>
/// <param name="Shared">Let several sockets share the port; the system spreads peers over them (Linux only).</param>
internal sealed record DatagramSocketOptions(IPEndPoint Listen, int BufferBytes, bool Portable = false, bool Shared = false);

/// <summary>Opens the sockets this machine has.</summary>
internal static class DatagramSocket
{
    /// <summary>SIO_UDP_CONNRESET.</summary>
    private const int UdpConnectionReset = -1_744_830_452;

    /// <summary>True where <see cref="LinuxSocket"/> knows the layout of the system's structures.</summary>
    public static bool HasBatches =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <exception cref="SocketException">The address is taken or not of this machine.</exception>
    public static IDatagramSocket Open(DatagramSocketOptions options)
    {
        Socket socket = new(options.Listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            if (options.Listen.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            if (OperatingSystem.IsWindows())
            {
                // There, the refusal of a datagram that was sent would fail a later receive, as often as somebody sends one.
                socket.IOControl(UdpConnectionReset, new byte[sizeof(int)], null);
            }

            socket.ReceiveBufferSize = options.BufferBytes;
            socket.SendBufferSize = options.BufferBytes;
            if (!HasBatches || options.Portable)
            {
                socket.Bind(options.Listen);
                return new PortableSocket(socket);
            }

            LinuxSocket.Prepare(socket, options.Shared);
            socket.Bind(options.Listen);
            return LinuxSocket.IsUsable(socket) ? new LinuxSocket(socket) : new PortableSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
