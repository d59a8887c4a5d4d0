using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Bench.Loss;

/// <summary>Our server as the one that sends: each connection gets what it asks for, from one thread that looks every millisecond.</summary>
internal sealed class LossSource : IServerEvents, IDisposable
{
    private readonly ConcurrentDictionary<ConnectionId, Stream> _streams = new();
    private readonly UdpServer _server;

    public LossSource(int port)
    {
        _server = new UdpServer(new UdpServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, port) }, this, TimeProvider.System);
        _server.Start();
    }

    public int Port => _server.EndPoint.Port;

    public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) =>
        ConnectData.TryReadString(connectData, out string? key) && key == LossTraffic.Key ? Admission.Accept(this) : Admission.Ignore;

    public void Connected(ConnectionId id, object state)
    {
        // It says what it wants by itself.
    }

    public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (LossTraffic.TryRead(payload) is { } traffic)
        {
            _streams[id] = new Stream(traffic, Stopwatch.GetTimestamp());
        }
    }

    public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => _streams.TryRemove(id, out _);

    public void Run(CancellationToken cancellation)
    {
        byte[] message = new byte[1_000];
        while (!cancellation.IsCancellationRequested)
        {
            foreach ((ConnectionId id, Stream stream) in _streams)
            {
                Send(id, stream, message);
            }

            cancellation.WaitHandle.WaitOne(1);
        }
    }

    public void Dispose() => _server.Dispose();

    private void Send(ConnectionId id, Stream stream, byte[] message)
    {
        LossTraffic traffic = stream.Traffic;
        int due = traffic.PerSecond == 0 ? traffic.Count : 1 + (int)(Stopwatch.GetElapsedTime(stream.StartedAt).TotalSeconds * traffic.PerSecond);

        // What is refused is offered again a millisecond later.
        bool hasRoom = true;
        while (hasRoom && stream.Sent < Math.Min(due, traffic.Count))
        {
            LossTraffic.WriteMessage(message.AsSpan(0, traffic.Bytes), stream.Sent);
            hasRoom = _server.Send(id, DeliveryMethod.ReliableOrdered, 0, message.AsSpan(0, traffic.Bytes)) == SendOutcome.Sent;
            stream.Sent += hasRoom ? 1 : 0;
        }
    }

    private sealed class Stream(LossTraffic traffic, long startedAt)
    {
        public LossTraffic Traffic => traffic;

        public long StartedAt => startedAt;

        public int Sent { get; set; }
    }
}
