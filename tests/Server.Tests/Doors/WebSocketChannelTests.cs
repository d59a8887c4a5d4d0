using System.Net.WebSockets;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Server.Metrics;

namespace RealtimeServer.Server.Doors;

public sealed class WebSocketChannelTests : IDisposable
{
    private readonly ScopedMeterFactory _meters = new();
    private readonly MetricsCollector _collector;
    private readonly ServerMetrics _metrics;
    private readonly StalledSocket _socket = new();

    public WebSocketChannelTests()
    {
        _collector = new MetricsCollector(_meters);
        _metrics = new ServerMetrics(_meters);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meters.Dispose();
        _socket.Dispose();
    }

    [Fact]
    public async Task To_a_client_that_does_not_read_snapshots_are_dropped_and_counted_and_messages_refused_at_the_bound()
    {
        using WebSocketChannel channel = new(json: true, _metrics);
        Task running = channel.RunAsync(_socket);
        Envelope message = new() { Pong = new Pong() };
        Assert.True(channel.Send(message));
        await _socket.Sending.Task;

        MatchId match = new(Guid.NewGuid(), "node1");
        int dropped = Enumerable.Range(0, 100).Count(_ => !channel.SendSnapshot(match, [1, 2, 3]));
        Assert.Equal(100 - Limits.QueuedSnapshotsMax, dropped);
        PrometheusReading reading = PrometheusReading.Of(_collector.Render());
        Assert.Equal(dropped, reading.Samples["socket_snapshots_dropped_total"]);

        Assert.Equal(Limits.QueuedMessagesMax, Enumerable.Range(0, 1_000).Count(_ => channel.Send(message)));
        channel.Close("too slow");
        Assert.False(channel.Send(message));

        // The socket never takes anything; after its patience the channel cuts it rather than waiting for ever.
        await running;
        Assert.True(channel.Cut.IsCancellationRequested);
    }

    [Fact]
    public async Task The_first_reason_to_close_is_the_one_the_client_hears_after_what_was_sent_before()
    {
        using WebSocketChannel channel = new(json: true, _metrics);
        _socket.Stalls = false;
        Assert.True(channel.Send(new Envelope { Cid = "last", Pong = new Pong() }));
        channel.Close("first");
        channel.Close("second");
        await channel.RunAsync(_socket);
        Assert.Equal((1, "first"), (_socket.Sent, _socket.CloseStatusDescription));
    }

    private sealed class StalledSocket : WebSocket
    {
        private string? _reason;

        public bool Stalls { get; set; } = true;

        public int Sent { get; private set; }

        public TaskCompletionSource Sending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => _reason;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            _reason = statusDescription;
            return Task.CompletedTask;
        }

        public override void Dispose()
        {
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The sending side does not receive.");

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            Sent++;
            Sending.TrySetResult();
            return Stalls ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask;
        }
    }
}
