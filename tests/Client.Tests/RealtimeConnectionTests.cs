using System.Text;
using Google.Protobuf;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Transport;

namespace RealtimeServer.Client;

public sealed class RealtimeConnectionTests
{
    private const string MatchId = "00112233-4455-6677-8899-aabbccddeeff.node1";
    private const string Welcome = """
        {"game":"g","map":"m","tickRate":30,"player":2,"players":2,"tick":0,"schema":{"version":1,"hash":"0","components":
        [{"name":"Thing","fields":[{"name":"X","bits":8,"min":0,"step":0.5,"signed":false,"interpolate":true}]}]}}
        """;

    [Fact]
    public void A_refused_connection_fails_with_the_servers_reason()
    {
        // The reason must fit the request's own size, or the server leaves it out.
        using var server = new ScriptedServer(static (_, _) => []) { Refusal = "token expired" };
        using var connection = Connect(server);
        string? closed = null;
        connection.Closed += reason => closed = reason;
        ScriptedServer.Pump(connection, () => connection.Connected.IsCompleted);
        Assert.Equal("token expired", connection.Connected.Exception!.InnerException!.Message);
        Assert.Equal("token expired", closed);
        Assert.False(connection.IsConnected);
    }

    [Fact]
    public void A_server_that_says_nothing_is_given_up_in_time()
    {
        using var silent = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, 0);
        silent.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        using var connection = new RealtimeConnection(
            (System.Net.IPEndPoint)silent.LocalEndPoint!, TestSession.Make(), "key", new UdpClientOptions(), TimeSpan.FromMilliseconds(200), TimeProvider.System);
        ScriptedServer.Pump(connection, () => connection.CloseReason is not null);
        Assert.Contains("did not answer within 0.2 s", connection.CloseReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_match_says_before_the_join_is_answered_is_not_lost()
    {
        using var server = new ScriptedServer(static (_, request) =>
        [
            Data(-1, Welcome),
            Data(7, "early"),
            new Envelope { Cid = request.Cid, Match = AMatch() },
            Data(7, "late"),
        ]);
        using var connection = Connect(server);
        Task<ClientMatch> joining = connection.JoinMatchAsync(MatchId);
        ScriptedServer.Pump(connection, () => joining.IsCompleted);
        ClientMatch match = await joining;
        ScriptedServer.Pump(connection, () => match.Welcome.IsCompleted);
        MatchWelcome welcome = await match.Welcome;
        Assert.Equal(2, welcome.Player);
        Assert.Equal("X", welcome.Schema.Components[0].Fields[0].Name);
    }

    [Fact]
    public void A_refused_request_carries_the_servers_code_and_words()
    {
        using var server = new ScriptedServer(static (_, request) => [new Envelope { Cid = request.Cid, Error = new Error { Code = 4, Message = "Match not found" } }]);
        using var connection = Connect(server);
        Task<ClientMatch> joining = connection.JoinMatchAsync(MatchId);
        ScriptedServer.Pump(connection, () => joining.IsCompleted);
        var error = Assert.IsType<ClientException>(joining.Exception!.InnerException);
        Assert.Equal((4, "Match not found"), (error.Code, error.Message));
    }

    [Fact]
    public async Task A_result_and_the_own_leave_end_a_match()
    {
        using var server = new ScriptedServer(static (_, request) => [new Envelope { Cid = request.Cid, Match = AMatch() }, Data(-3, """{"winner":1}"""), Leave()]);
        using var connection = Connect(server);
        Task<ClientMatch> joining = connection.JoinMatchAsync(MatchId);
        ScriptedServer.Pump(connection, () => joining.IsCompleted);
        ClientMatch match = await joining;
        ScriptedServer.Pump(connection, () => match.Closed.IsCompleted);
        Assert.Equal("""{"winner":1}""", match.Result);
    }

    [Fact]
    public void Bytes_that_are_no_envelope_end_the_connection_and_everything_waiting()
    {
        using var server = new ScriptedServer(static (server, _) =>
        {
            server.SayBytes([0xFF, 0xFF, 0xFF, 0x01]);
            return [];
        });
        using var connection = Connect(server);
        Task<ClientMatch> joining = connection.JoinMatchAsync(MatchId);
        ScriptedServer.Pump(connection, () => joining.IsCompleted);
        Assert.Contains("no envelope", joining.Exception!.InnerException!.Message, StringComparison.Ordinal);
        Assert.False(connection.IsConnected);
        Assert.True(connection.JoinMatchAsync(MatchId).IsFaulted);
    }

    [Fact]
    public async Task Random_snapshot_frames_change_nothing()
    {
        using var server = new ScriptedServer(static (_, request) => [new Envelope { Cid = request.Cid, Match = AMatch() }, Data(-1, Welcome)]);
        using var connection = Connect(server);
        Task<ClientMatch> joining = connection.JoinMatchAsync(MatchId);
        ScriptedServer.Pump(connection, () => joining.IsCompleted);
        ClientMatch match = await joining;
        ScriptedServer.Pump(connection, () => match.Welcome.IsCompleted);
        var random = new RealtimeServer.Foundation.DeterministicRandom(seed: 3);
        for (int i = 0; i < 500; i++)
        {
            byte[] frame = new byte[random.Next(1, 200)];
            for (int b = 0; b < frame.Length; b++)
            {
                frame[b] = (byte)random.NextUInt();
            }

            // The right kind and match key, so that the decoder gets to see the rest.
            new byte[] { 1, 0x00, 0x11, 0x22, 0x33 }.AsSpan(0, Math.Min(5, frame.Length)).CopyTo(frame);
            server.SaySnapshot(frame);
        }

        Task<TimeSpan> ping = connection.PingAsync();
        ScriptedServer.Pump(connection, () => ping.IsCompleted);
        Assert.True(connection.IsConnected);
        Assert.Null(match.Latest);
    }

    [Fact]
    public async Task A_kick_tells_its_reason_and_closes_the_matches()
    {
        using var server = new ScriptedServer(static (_, request) => [new Envelope { Cid = request.Cid, Match = AMatch() }]);
        using var connection = Connect(server);
        Task<ClientMatch> joining = connection.JoinMatchAsync(MatchId);
        ScriptedServer.Pump(connection, () => joining.IsCompleted);
        server.Kick("you were banned");
        ScriptedServer.Pump(connection, () => connection.CloseReason is not null);
        Assert.Equal("you were banned", connection.CloseReason);
        Assert.Equal("you were banned", await (await joining).Closed);
    }

    private static RealtimeConnection Connect(ScriptedServer server)
    {
        var connection = new RealtimeConnection(server.EndPoint, TestSession.Make(), "key", new UdpClientOptions(), TimeSpan.FromSeconds(15), TimeProvider.System);
        if (server.Refusal is null)
        {
            ScriptedServer.Pump(connection, () => connection.Connected.IsCompletedSuccessfully);
        }

        return connection;
    }

    private static Match AMatch() => new() { MatchId = MatchId, Authoritative = true, Self = new UserPresence { SessionId = "me" } };

    private static Envelope Data(long opCode, string text) =>
        new() { MatchData = new MatchData { MatchId = MatchId, OpCode = opCode, Data = ByteString.CopyFrom(text, Encoding.UTF8) } };

    private static Envelope Leave()
    {
        var change = new MatchPresenceEvent { MatchId = MatchId };
        change.Leaves.Add(new UserPresence { SessionId = "me" });
        return new Envelope { MatchPresenceEvent = change };
    }
}
