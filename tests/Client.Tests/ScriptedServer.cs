using System.Diagnostics;
using System.Net;
using Google.Protobuf;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Client;

/// <summary>A server on a real socket that admits everybody but the refused, and answers as a test says.</summary>
internal sealed class ScriptedServer : IServerEvents, IDisposable
{
    private readonly UdpServer _server;
    private readonly Func<ScriptedServer, Envelope, IEnumerable<Envelope>> _answer;

    public ScriptedServer(Func<ScriptedServer, Envelope, IEnumerable<Envelope>> answer)
    {
        _answer = answer;
        _server = new UdpServer(new UdpServerOptions(), this, TimeProvider.System);
        _server.Start();
    }

    public IPEndPoint EndPoint => _server.EndPoint;

    public ConnectionId Client { get; private set; }

    /// <summary>Connect requests are refused with this reason, if there is one.</summary>
    public string? Refusal { get; init; }

    public static void Pump(RealtimeConnection connection, Func<bool> until)
    {
        var limit = Stopwatch.StartNew();
        while (!until())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(20), "the connection did not get there within 20 s");
            connection.Poll();
            Thread.Yield();
        }
    }

    public void Say(Envelope envelope) => SayBytes(envelope.ToByteArray());

    public void SayBytes(byte[] bytes) => Assert.Equal(SendOutcome.Sent, _server.Send(Client, DeliveryMethod.ReliableOrdered, 0, bytes));

    public void SaySnapshot(byte[] frame) => Assert.Equal(SendOutcome.Sent, _server.Send(Client, DeliveryMethod.Unreliable, 0, frame));

    public void Kick(string reason) => _server.Disconnect(Client, ConnectData.FromString(reason));

    public void Dispose() => _server.Dispose();

    Admission IServerEvents.Admit(ReadOnlySpan<byte> connectData, PeerAddress from) =>
        Refusal is null ? Admission.Accept(this) : Admission.Reject(ConnectData.FromString(Refusal));

    void IServerEvents.Connected(ConnectionId id, object state) => Client = id;

    void IServerEvents.Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        foreach (Envelope envelope in _answer(this, Envelope.Parser.ParseFrom(payload)))
        {
            Say(envelope);
        }
    }

    void IServerEvents.Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        // Tests look at the client's end.
    }
}
