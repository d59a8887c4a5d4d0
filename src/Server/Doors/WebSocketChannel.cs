using System.Net.WebSockets;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// The sending side of one WebSocket. Match workers and other sessions queue; one loop encodes and sends, so that a slow socket costs
/// nobody else time.
/// </summary>
internal sealed class WebSocketChannel : ISessionChannel, IDisposable
{
    private readonly bool _json;
    private readonly ServerMetrics _metrics;
    private readonly OutgoingQueue _queue = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly SnapshotMessage _snapshotMessage = new();
    private readonly Lock _closing = new();
    private string _reason = "";
    private WebSocketCloseStatus _status = WebSocketCloseStatus.NormalClosure;
    private bool _closed;
    private bool _disposed;

    public WebSocketChannel(bool json, ServerMetrics metrics)
    {
        _json = json;
        _metrics = metrics;
    }

    /// <summary>Cancelled when the connection is to be cut: the client does not answer the close, or does not read.</summary>
    public CancellationToken Cut => _cut.Token;

    public bool IsClosed => _queue.IsClosed;

    public bool Send(Envelope envelope) => _queue.TryAdd(envelope);

    public bool SendSnapshot(MatchId match, ReadOnlySpan<byte> part)
    {
        bool kept = _queue.TryAddSnapshot(match, part);
        if (!kept)
        {
            _metrics.SnapshotDropped();
        }
        return kept;
    }

    public void Close(string reason) => Close(WebSocketCloseStatus.NormalClosure, reason);

    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_closing)
        {
            if (_closed || _disposed)
            {
                return;
            }
            (_closed, _status, _reason) = (true, status, reason);
            _cut.CancelAfter(TimeSpan.FromSeconds(Limits.SocketCloseSeconds));
            _queue.Close();
        }
    }

    /// <summary>Sends what is queued until the channel is closed, then says so to the client. Never throws for what a peer does.</summary>
    public async Task RunAsync(WebSocket socket)
    {
        byte[] spare = new byte[Matches.Limits.SnapshotPartBytesMax];
        byte[] frame = new byte[SnapshotMessage.BytesMax];
        try
        {
            while (true)
            {
                while (_queue.TryTake(spare, out Envelope? message, out QueuedSnapshot snapshot))
                {
                    if (message is not null)
                    {
                        await SendAsync(socket, _json ? EnvelopeCodec.WriteJson(message) : EnvelopeCodec.WriteBinary(message)).ConfigureAwait(false);
                    }
                    else
                    {
                        spare = snapshot.Buffer;
                        await SendAsync(socket, frame.AsMemory(0, Encode(snapshot, frame))).ConfigureAwait(false);
                    }
                }
                if (_queue.IsClosed)
                {
                    break;
                }
                await _queue.WaitAsync(_cut.Token).ConfigureAwait(false);
            }
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(_status, _reason, _cut.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            await _cut.CancelAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // A worker may be closing the channel at this moment.
        lock (_closing)
        {
            _disposed = true;
            _queue.Dispose();
            _cut.Dispose();
        }
    }

    private int Encode(QueuedSnapshot snapshot, byte[] frame)
    {
        ReadOnlySpan<byte> part = snapshot.Buffer.AsSpan(0, snapshot.Length);
        return _json ? _snapshotMessage.WriteJson(snapshot.Match, part, frame) : _snapshotMessage.WriteBinary(snapshot.Match, part, frame);
    }

    private ValueTask SendAsync(WebSocket socket, ReadOnlyMemory<byte> bytes) =>
        socket.SendAsync(bytes, _json ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, _cut.Token);
}
