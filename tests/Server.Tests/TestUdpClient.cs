using System.Net;
using Google.Protobuf;
using RealtimeServer.Protocol;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Layers;

namespace RealtimeServer.Server;

/// <summary>A client on a real UDP socket, pumped while a test waits for something.</summary>
internal sealed class TestUdpClient : IClientEvents, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly UdpClient _client;

    public TestUdpClient(IPEndPoint server, string token, SealKeys? seal = null, bool checksum = false)
    {
        _client = new UdpClient(new UdpClientOptions { Seal = seal, Checksum = checksum }, TimeProvider.System);
        _client.Connect(server, ConnectData.FromString(token));
    }

    public List<Envelope> Received { get; } = [];

    /// <summary>Match keys of the snapshot frames that came, in order.</summary>
    public List<uint> Snapshots { get; } = [];

    public bool IsConnected { get; private set; }

    public bool IsOver { get; private set; }

    /// <summary>Why the server ended or refused the connection.</summary>
    public string Reason { get; private set; } = "";

    public void Send(Envelope envelope) => Send(envelope.ToByteArray());

    public void Send(byte[] payload) =>
        Assert.Equal(SendOutcome.Sent, _client.Send(DeliveryMethod.ReliableOrdered, 0, payload));

    public async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!condition())
        {
            _client.Poll(this);
            await Task.Delay(1, limit.Token);
        }
    }

    public async Task<Envelope> ReceiveAsync(Envelope.MessageOneofCase kind)
    {
        await UntilAsync(() => Received.Exists(e => e.MessageCase == kind));
        Envelope found = Received.Find(e => e.MessageCase == kind)!;
        Received.Remove(found);
        return found;
    }

    public void PollOnce() => _client.Poll(this);

    public void Disconnect() => _client.Disconnect([]);

    public void Dispose() => _client.Dispose();

    void IClientEvents.Connected() => IsConnected = true;

    void IClientEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (method == DeliveryMethod.Unreliable)
        {
            Assert.True(SnapshotFrame.TryRead(payload, out uint key, out _));
            Snapshots.Add(key);
        }
        else
        {
            Received.Add(Envelope.Parser.ParseFrom(payload));
        }
    }

    void IClientEvents.Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        IsConnected = false;
        IsOver = true;
        Reason = ConnectData.TryReadString(data, out string? text) ? text : "";
    }
}
