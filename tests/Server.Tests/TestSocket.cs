using System.Net.WebSockets;
using System.Text;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Server;

/// <summary>A client on a real WebSocket. Everything it waits for has a time limit, so a wrong server fails a test and does not hang it.</summary>
internal sealed class TestSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly byte[] _buffer = new byte[1 << 20];
    private readonly bool _json;

    public TestSocket(ClientWebSocket socket, bool json)
    {
        Socket = socket;
        _json = json;
    }

    public ClientWebSocket Socket { get; }

    public Task SendAsync(Envelope envelope) => SendAsync(
        _json ? EnvelopeCodec.WriteJson(envelope) : EnvelopeCodec.WriteBinary(envelope), _json ? WebSocketMessageType.Text : WebSocketMessageType.Binary);

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type)
    {
        using CancellationTokenSource limit = new(Patience);
        await Socket.SendAsync(bytes, type, endOfMessage: true, limit.Token);
    }

    /// <summary>The next message; null when the server has closed.</summary>
    public async Task<Envelope?> ReceiveAsync()
    {
        byte[]? message = await ReceiveBytesAsync();
        if (message is null)
        {
            return null;
        }
        Envelope? envelope;
        Assert.True(_json ? EnvelopeCodec.TryReadJson(message, out envelope) : EnvelopeCodec.TryReadBinary(message, out envelope));
        return envelope;
    }

    /// <summary>The next message of a kind; those before it are passed over.</summary>
    public async Task<Envelope> ReceiveAsync(Envelope.MessageOneofCase kind)
    {
        while (true)
        {
            Envelope envelope = await ReceiveAsync() ?? throw new InvalidOperationException($"Closed ({Socket.CloseStatusDescription}) before a {kind}.");
            if (envelope.MessageCase == kind)
            {
                return envelope;
            }
        }
    }

    public async Task<byte[]?> ReceiveBytesAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = await Socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }
            length += result.Count;
            if (result.EndOfMessage)
            {
                Assert.Equal(_json ? WebSocketMessageType.Text : WebSocketMessageType.Binary, result.MessageType);
                return _buffer[..length];
            }
        }
    }

    /// <summary>Reads on until the server closes; why it did.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> ReceiveCloseAsync()
    {
        while (await ReceiveBytesAsync() is not null)
        {
        }
        (WebSocketCloseStatus?, string?) close = (Socket.CloseStatus, Socket.CloseStatusDescription);
        using CancellationTokenSource limit = new(Patience);
        await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token);
        return close;
    }

    public void Dispose() => Socket.Dispose();
}
