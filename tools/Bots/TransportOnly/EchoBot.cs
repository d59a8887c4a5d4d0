using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using RealtimeServer.Transport;

namespace RealtimeServer.Bots.TransportOnly;

/// <summary>One connection that sends at its rate and measures what comes back. Polled by one thread.</summary>
internal sealed class EchoBot : IClientEvents, IDisposable
{
    private readonly UdpClient _client;
    private readonly TransportOptions _options;
    private readonly byte[] _message;
    private long _beginAt = long.MaxValue;
    private int _due;

    public EchoBot(TransportOptions options, IPEndPoint server, int number)
    {
        _options = options;
        _message = new byte[options.Size];
        _client = new UdpClient(
            new UdpClientOptions { SpeakVersion1 = options.SpeakVersion1, Network = options.Network, NetworkSeed = options.Seed + (ulong)number }, TimeProvider.System);
        _client.Connect(server, ConnectData.FromString("echo"));
    }

    public bool IsConnected => _client.IsConnected;

    /// <summary>Why the connection is no more; null while it lives.</summary>
    public string? Ended { get; private set; }

    public int Sent { get; private set; }

    /// <summary>Messages the transport would not take: its queue was full.</summary>
    public int Refused { get; private set; }

    public int EchoCount { get; private set; }

    public Samples RttMs { get; } = new();

    public UdpClient Client => _client;

    /// <summary>Sends from this time on, a message each period.</summary>
    public void Begin(long at) => _beginAt = at;

    public void Poll(long now, bool isSending)
    {
        _client.Poll(this);
        if (!isSending || now < _beginAt || !IsConnected)
        {
            return;
        }

        int due = 1 + (int)(Stopwatch.GetElapsedTime(_beginAt, now).TotalSeconds * _options.Rate);
        for (; _due < due; _due++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_message, Stopwatch.GetTimestamp());
            BinaryPrimitives.WriteInt32LittleEndian(_message.AsSpan(8), _due);
            bool taken = _client.Send(_options.Delivery, 0, _message) == SendOutcome.Sent;
            Sent += taken ? 1 : 0;
            Refused += taken ? 0 : 1;
        }
    }

    public void Connected()
    {
        // All begin together.
    }

    public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (payload.Length == _message.Length)
        {
            EchoCount++;
            RttMs.Add(Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(payload)).TotalMilliseconds);
        }
    }

    public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) =>
        Ended = ConnectData.TryReadString(data, out string? text) && text.Length > 0 ? $"{reason}: {text}" : reason.ToString();

    public void Dispose()
    {
        _client.Disconnect([]);
        _client.Dispose();
    }
}
