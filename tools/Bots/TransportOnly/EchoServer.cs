using System.Diagnostics;
using System.Globalization;
using System.Net;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Bots.TransportOnly;

/// <summary>Says every message back as it came, to whoever connects.</summary>
internal sealed class EchoServer : IServerEvents, IDisposable
{
    private readonly UdpServer _server;

    public EchoServer(int port)
    {
        var options = new UdpServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, port), ConnectionsMax = Limits.ConnectionsMax };
        _server = new UdpServer(options, this, TimeProvider.System);
        _server.Start();
    }

    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Serves until the input ends. The first line of output is the port.</summary>
    public static void Run(int port)
    {
        using var echo = new EchoServer(port);
        Console.WriteLine(echo.EndPoint.Port.ToString(CultureInfo.InvariantCulture));
        Console.In.ReadToEnd();
    }

    /// <summary>The same in a process of its own, so that its time can be told from that of the bots.</summary>
    public static (Process Process, IPEndPoint EndPoint) StartProcess()
    {
        string[] arguments = ["exec", typeof(EchoServer).Assembly.Location, "--echo", "0"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        string? line = process.StandardOutput.ReadLine();
        return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? (process, new IPEndPoint(IPAddress.Loopback, port))
            : throw new InvalidOperationException($"the echo server said '{line}' instead of its port");
    }

    public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Accept(this);

    public void Connected(ConnectionId id, object state)
    {
        // It speaks when it is spoken to.
    }

    public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => _server.Send(id, method, channel, payload);

    public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        // Nothing is remembered of anybody.
    }

    public void Dispose() => _server.Dispose();
}
