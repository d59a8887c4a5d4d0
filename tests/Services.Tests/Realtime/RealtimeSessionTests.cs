using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Realtime;

public sealed class RealtimeSessionTests : IAsyncLifetime
{
    private readonly TestServices _services = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Theory]
    [InlineData("", "Session token missing: sign in first.")]
    [InlineData("nonsense", "Session token malformed: sign in again.")]
    public void A_socket_without_a_good_token_is_refused_with_a_reason(string token, string expected)
    {
        OpenOutcome outcome = _services.Catalogue.Realtime.Open(token, new TestChannel());
        Assert.Null(outcome.Session);
        Assert.Equal(expected, outcome.Refusal);
        Assert.Equal(0, _services.Catalogue.Realtime.SessionCount);
    }

    [Fact]
    public void An_expired_token_is_refused_with_a_reason()
    {
        string token = _services.Tokens.Issue(Guid.NewGuid(), "alice", new Dictionary<string, string>()).Token;
        _services.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("Session token expired: sign in again.", _services.Catalogue.Realtime.Open(token, new TestChannel()).Refusal);
    }

    [Fact]
    public async Task A_ping_is_answered_and_a_pong_is_not()
    {
        TestClient alice = new(_services, "alice");
        Assert.Equal(["""{"cid":"65","pong":{}}"""], await alice.SendAsync("""{"cid":"65","ping":{}}"""));
        Assert.Equal(["""{"pong":{}}"""], await alice.SendAsync("""{"ping":{}}"""));
        Assert.Empty(await alice.SendAsync("""{"pong":{}}"""));
    }

    [Fact]
    public async Task A_missing_message_closes_the_session()
    {
        TestClient alice = new(_services, "alice");
        Assert.Equal(["""{"cid":"67","error":{"code":2,"message":"Missing message."}}"""], await alice.SendAsync("""{"cid":"67"}"""));
        Assert.Equal("error processing message", alice.Channel.ClosedFor);
        Assert.Empty(await alice.SendAsync("""{"ping":{}}"""));
    }

    [Theory]
    [InlineData("""{"cid":"1","match":{}}""")]
    [InlineData("""{"cid":"1","error":{}}""")]
    [InlineData("""{"cid":"1","match_presence_event":{}}""")]
    [InlineData("""{"cid":"1","match_data":{}}""")]
    public async Task A_message_only_servers_send_closes_the_session(string message)
    {
        TestClient alice = new(_services, "alice");
        Assert.Equal(["""{"cid":"1","error":{"code":1,"message":"Unrecognized message."}}"""], await alice.SendAsync(message));
        Assert.Equal("error processing message", alice.Channel.ClosedFor);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("""{"cid":"1","ping":{},"zzz":1}""")]
    public async Task Malformed_messages_close_the_session(string message)
    {
        TestClient alice = new(_services, "alice");
        Assert.Empty(await alice.SendAsync(message));
        Assert.Equal("received malformed payload", alice.Channel.ClosedFor);
    }

    [Fact]
    public async Task A_client_that_does_not_keep_up_is_closed()
    {
        TestClient alice = new(_services, "alice");
        alice.Channel.Full = true;
        await alice.SendAsync("""{"ping":{}}""");
        Assert.Equal("outgoing queue full", alice.Channel.ClosedFor);
    }

    [Fact]
    public async Task A_flood_closes_the_session_and_a_steady_stream_does_not()
    {
        TestClient steady = new(_services, "steady");
        for (int i = 0; i < 3 * Limits.MessageBurstMax; i++)
        {
            _services.Time.Advance(TimeSpan.FromSeconds(1.0 / Limits.MessagesPerSecondMax));
            await steady.SendAsync("""{"pong":{}}""");
        }
        Assert.Null(steady.Channel.ClosedFor);

        TestClient flood = new(_services, "flood");
        for (int i = 0; i < Limits.MessageBurstMax; i++)
        {
            await flood.SendAsync("""{"pong":{}}""");
        }
        Assert.Null(flood.Channel.ClosedFor);
        await flood.SendAsync("""{"pong":{}}""");
        Assert.Equal("too many messages", flood.Channel.ClosedFor);
    }

    [Fact]
    public void Closed_sessions_are_forgotten()
    {
        TestClient alice = new(_services, "alice");
        Assert.Equal(1, _services.Catalogue.Realtime.SessionCount);
        alice.Session.Closed();
        alice.Session.Closed();
        Assert.Equal(0, _services.Catalogue.Realtime.SessionCount);
    }

    [Fact]
    public void Stopping_closes_every_session_with_a_reason()
    {
        TestClient[] clients = [new(_services, "alice"), new(_services, "bob")];
        _services.Catalogue.Realtime.CloseAll(CloseReasons.ServerStopping);
        Assert.All(clients, c => Assert.Equal("server shutting down", c.Channel.ClosedFor));
    }

    [Fact]
    public async Task Messages_behind_one_that_waits_keep_their_order()
    {
        TaskCompletionSource gate = new();
        List<string> handled = [];
        RealtimeService service = Service(
            async (_, e) =>
            {
                if (e.Cid == "0")
                {
                    await gate.Task;
                }
                handled.Add(e.Cid);
            });
        RealtimeSession session = Open(service, out _);
        Task first = session.Receive(Create("0"));
        for (int i = 1; i < 10; i++)
        {
            Assert.True(session.Receive(Create(i.ToString())).IsCompleted);
        }
        Assert.Empty(handled);
        gate.SetResult();
        await first;
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i.ToString()), handled);
    }

    [Fact]
    public async Task Messages_waiting_when_the_session_closes_are_dropped()
    {
        TaskCompletionSource gate = new();
        int handled = 0;
        RealtimeService service = Service(async (_, _) =>
        {
            handled++;
            await gate.Task;
        });
        RealtimeSession session = Open(service, out _);
        Task first = session.Receive(Create("0"));
        _ = session.Receive(Create("1"));
        session.Closed();
        gate.SetResult();
        await first;
        Assert.Equal(1, handled);
    }

    [Fact]
    public void More_messages_than_may_wait_close_the_session()
    {
        TaskCompletionSource gate = new();
        RealtimeService service = Service((_, _) => gate.Task);
        RealtimeSession session = Open(service, out TestChannel channel);
        for (int i = 0; i <= Limits.PendingMessagesMax; i++)
        {
            _ = session.Receive(Create("x"));
        }
        Assert.Null(channel.ClosedFor);
        _ = session.Receive(Create("x"));
        Assert.Equal("too many messages", channel.ClosedFor);
    }

    [Fact]
    public async Task A_fault_in_a_handler_is_told_without_its_text()
    {
        List<string> faults = [];
        RealtimeService service = new(
            _services.Tokens,
            static _ => ValueTask.FromResult(false),
            static _ => false,
            [new RealtimeMethod(Envelope.MessageOneofCase.MatchCreate, (_, _) => throw new InvalidOperationException("secret"))],
            static _ => { },
            _services.Time,
            (where, what) => faults.Add(where + ": " + what.Message));
        RealtimeSession session = Open(service, out TestChannel channel);
        await session.Receive(Create("5"));
        Assert.Equal(["""{"cid":"5","error":{"message":"An internal error occurred."}}"""], channel.Take());
        Assert.Equal(["MatchCreate: secret"], faults);
        Assert.Null(channel.ClosedFor);
    }

    [Fact]
    public void Snapshots_pass_through_without_costing_memory()
    {
        TestClient alice = new(_services, "alice");
        IMatchMember member = alice.Session;
        MatchId match = new(Guid.NewGuid(), "node1");
        byte[] part = new byte[900];
        member.Snapshot(match, part);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            member.Snapshot(match, part);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001 * 900, alice.Channel.SnapshotBytes);
    }

    [Fact]
    public void A_match_that_fails_says_so_and_which_it_was()
    {
        TestClient alice = new(_services, "alice");
        IMatchMember member = alice.Session;
        MatchId match = new(Guid.Parse("26df2f9f-5da2-4e96-80e1-8414bfe7b7ea"), "node1");
        member.MatchClosed(match, "The game failed.", failed: true);
        Assert.Equal(
            [
                $$$$$"""{"error":{"message":"The game failed.","context":{"match_id":"{{{{{match}}}}}"}}}""",
                $$$$$"""{"match_presence_event":{"match_id":"{{{{{match}}}}}","leaves":[{{{{{alice.Json}}}}}]}}""",
            ],
            alice.Channel.Take());
        member.MatchClosed(match, "Over.", failed: false);
        Assert.Equal([$$$$$"""{"match_presence_event":{"match_id":"{{{{{match}}}}}","leaves":[{{{{{alice.Json}}}}}]}}"""], alice.Channel.Take());
    }

    private static Envelope Create(string cid) => new() { Cid = cid, MatchCreate = new MatchCreate() };

    private RealtimeService Service(Func<RealtimeSession, Envelope, Task> handler) => new(
        _services.Tokens,
        static _ => ValueTask.FromResult(false),
        static _ => false,
        [new RealtimeMethod(Envelope.MessageOneofCase.MatchCreate, handler)],
        static _ => { },
        _services.Time,
        (where, what) => Assert.Fail($"{where}: {what}"));

    private RealtimeSession Open(RealtimeService service, out TestChannel channel)
    {
        channel = new TestChannel();
        return service.Open(_services.Tokens.Issue(Guid.NewGuid(), "alice", new Dictionary<string, string>()).Token, channel).Session!;
    }
}
