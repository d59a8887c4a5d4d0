using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Realtime;
using Kind = RealtimeServer.Protocol.Realtime.Envelope.MessageOneofCase;

namespace RealtimeServer.Server.Doors;

public sealed class WebSocketDoorTests : IClassFixture<SharedServer>
{
    private readonly TestServer _server;

    public WebSocketDoorTests(SharedServer shared)
    {
        _server = shared.Server;
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Two_players_meet_in_a_relayed_match_and_part(bool aliceJson, bool bobJson)
    {
        using TestSocket alice = await _server.ConnectAsync(await _server.SignInAsync("device-of-alice-ws", "alice_ws"), aliceJson);
        using TestSocket bob = await _server.ConnectAsync(await _server.SignInAsync("device-of-bob-ws", "bob_ws"), bobJson);

        await alice.SendAsync(new Envelope { Cid = "1", MatchCreate = new MatchCreate() });
        Dictionary<Kind, Envelope> created = await ReceiveAsync(alice, 2);
        Match match = created[Kind.Match].Match;
        Assert.Equal(("1", 1, "alice_ws"), (created[Kind.Match].Cid, match.Size, match.Self.Username));
        Assert.EndsWith(".", match.MatchId, StringComparison.Ordinal);
        Assert.Equal(match.Self, Assert.Single(created[Kind.MatchPresenceEvent].MatchPresenceEvent.Joins));

        await bob.SendAsync(new Envelope { Cid = "2", MatchJoin = new MatchJoin { MatchId = match.MatchId } });
        Dictionary<Kind, Envelope> joined = await ReceiveAsync(bob, 2);
        Assert.Equal("2", joined[Kind.Match].Cid);
        Assert.Equal(match.Self, Assert.Single(joined[Kind.Match].Match.Presences));
        UserPresence bobSelf = joined[Kind.Match].Match.Self;
        Assert.Equal(bobSelf, Assert.Single((await alice.ReceiveAsync())!.MatchPresenceEvent.Joins));

        ByteString data = ByteString.CopyFromUtf8("{\"x\":1}");
        await bob.SendAsync(new Envelope { MatchDataSend = new MatchDataSend { MatchId = match.MatchId, OpCode = 7, Data = data, Reliable = true } });
        Assert.Equal(
            new Envelope { MatchData = new MatchData { MatchId = match.MatchId, Presence = bobSelf, OpCode = 7, Data = data, Reliable = true } },
            await alice.ReceiveAsync());

        await bob.SendAsync(new Envelope { Cid = "3", MatchLeave = new MatchLeave { MatchId = match.MatchId } });
        Assert.Equal(bobSelf, Assert.Single((await alice.ReceiveAsync(Kind.MatchPresenceEvent)).MatchPresenceEvent.Leaves));
        await alice.SendAsync(new Envelope { Cid = "4", Ping = new Ping() });
        Assert.Equal(new Envelope { Cid = "4", Pong = new Pong() }, await alice.ReceiveAsync());
    }

    [Fact]
    public async Task A_json_client_reads_and_writes_what_nakamas_clients_do()
    {
        using TestSocket socket = await _server.ConnectAsync(await _server.SignInAsync("device-raw-json", "raw_json"));
        await socket.SendAsync("""{"cid":"1","match_create":{}}""");
        JsonElement match = default;
        for (int i = 0; i < 2; i++)
        {
            JsonElement message = JsonDocument.Parse(await socket.ReceiveBytesAsync()).RootElement;
            match = message.TryGetProperty("match", out JsonElement found) ? found : match;
        }
        string id = match.GetProperty("match_id").GetString()!;
        string self = match.GetProperty("self").GetProperty("session_id").GetString()!;
        Assert.Equal("raw_json", match.GetProperty("self").GetProperty("username").GetString());
        Assert.False(match.TryGetProperty("authoritative", out _));

        // Not echoed unless the sender is among the receivers.
        string user = match.GetProperty("self").GetProperty("user_id").GetString()!;
        string receiver = $$"""{ "user_id": "{{user}}", "session_id": "{{self}}", "username": "raw_json" }""";
        string camelCase = $$"""{ "matchId": "{{id}}", "opCode": "7", "data": "eyJ4IjoxfQ==", "reliable": true, "presences": [ {{receiver}} ] }""";
        await socket.SendAsync($$"""{ "matchDataSend": {{camelCase}} }""");
        JsonElement data = JsonDocument.Parse(await socket.ReceiveBytesAsync()).RootElement.GetProperty("match_data");
        Assert.Equal(("7", "eyJ4IjoxfQ=="), (data.GetProperty("op_code").GetString(), data.GetProperty("data").GetString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_simulated_match_sends_its_schema_and_then_a_snapshot_every_tick(bool json)
    {
        using TestSocket socket = await _server.ConnectAsync(await _server.SignInAsync("device-simulated-" + json), json);
        await socket.SendAsync(new Envelope { Cid = "1", MatchCreate = new MatchCreate { Name = "simulate:lanes?map=lanes&seconds=30" } });
        List<uint> ticks = [];
        bool welcomed = false;
        while (ticks.Count < 20)
        {
            Envelope envelope = (await socket.ReceiveAsync())!;
            if (envelope.MatchData is { OpCode: MatchOpCodes.Welcome } welcome)
            {
                JsonElement text = JsonDocument.Parse(welcome.Data.ToStringUtf8()).RootElement;
                Assert.Equal(("lanes", 1), (text.GetProperty("game").GetString(), text.GetProperty("player").GetInt32()));
                Assert.True(text.GetProperty("schema").GetProperty("components").GetArrayLength() > 0);
                welcomed = true;
            }
            else if (envelope.MatchData is { OpCode: MatchOpCodes.Snapshot } snapshot)
            {
                Assert.True(welcomed, "a snapshot came before the schema that explains it");
                byte[] part = snapshot.Data.ToByteArray();
                Assert.Equal(1, part[0]);
                ticks.Add(BitConverter.ToUInt32(part, 4));
            }
        }
        Assert.True(ticks.Distinct().Order().SequenceEqual(ticks.Distinct()));
    }

    [Theory]
    [InlineData("", 401, "Missing or invalid token", "Session token missing")]
    [InlineData("token=", 401, "Missing or invalid token", "Session token missing")]
    [InlineData("token=nonsense", 401, "Missing or invalid token", "Session token malformed")]
    [InlineData("format=xml", 400, "Invalid format parameter", null)]
    public async Task Who_cannot_be_let_in_is_told_in_plain_text(string query, int status, string text, string? reason)
    {
        using HttpResponseMessage response = await _server.Http.GetAsync("ws?" + query);
        Assert.Equal((status, text), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        if (reason is not null)
        {
            Assert.Contains(reason, response.Headers.GetValues("WWW-Authenticate").Single(), StringComparison.Ordinal);
        }
        using ClientWebSocket socket = new();
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(_server.SocketAddress(query), CancellationToken.None));
    }

    [Fact]
    public async Task A_token_is_taken_from_the_header_too_and_a_plain_request_is_refused()
    {
        string token = await _server.SignInAsync("device-header-token");
        using HttpResponseMessage plain = await _server.Http.GetAsync("ws?token=" + token);
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(_server.SocketAddress("format=json"), CancellationToken.None);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Theory]
    [InlineData("garbage", CloseReasons.Malformed)]
    [InlineData("""{"cid":"1","ping":{},"zzz":1}""", CloseReasons.Malformed)]
    [InlineData("""{"cid":"67"}""", CloseReasons.Unprocessable)]
    [InlineData("""{"cid":"1","pong":7}""", CloseReasons.Malformed)]
    public async Task What_is_no_envelope_closes_the_socket_with_the_reason(string text, string reason)
    {
        using TestSocket socket = await _server.ConnectAsync(await _server.SignInAsync("device-malformed"));
        await socket.SendAsync(text);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, reason), await socket.ReceiveCloseAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_wrong_kind_of_frame_closes_the_socket(bool json)
    {
        using TestSocket socket = await _server.ConnectAsync(await _server.SignInAsync("device-wrong-kind"), json);
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"ping":{}}"""), json ? WebSocketMessageType.Binary : WebSocketMessageType.Text);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, CloseReasons.WrongFrameType), await socket.ReceiveCloseAsync());
    }

    [Theory]
    [InlineData(Limits.SocketMessageBytesMax, false)]
    [InlineData(Limits.SocketMessageBytesMax + 1, true)]
    [InlineData(100_000, true)]
    public async Task A_message_beyond_the_limit_closes_the_socket_and_one_within_does_not(int bytes, bool closes)
    {
        using TestSocket socket = await _server.ConnectAsync(await _server.SignInAsync("device-too-large"));
        const string ping = """{"cid":"1","ping":{}}""";
        await socket.SendAsync(ping + new string(' ', bytes - ping.Length));
        if (closes)
        {
            Assert.Equal(WebSocketCloseStatus.MessageTooBig, (await socket.ReceiveCloseAsync()).Status);
        }
        else
        {
            Assert.Equal(Kind.Pong, (await socket.ReceiveAsync())!.MessageCase);
        }
    }

    [Fact]
    public async Task A_client_that_vanishes_leaves_its_matches()
    {
        using TestSocket stays = await _server.ConnectAsync(await _server.SignInAsync("device-that-stays"));
        TestSocket goes = await _server.ConnectAsync(await _server.SignInAsync("device-that-goes", "goes_away"));
        await stays.SendAsync(new Envelope { MatchCreate = new MatchCreate() });
        string id = (await stays.ReceiveAsync(Kind.Match)).Match.MatchId;
        await goes.SendAsync(new Envelope { MatchJoin = new MatchJoin { MatchId = id } });
        await goes.ReceiveAsync(Kind.Match);
        goes.Socket.Abort();
        goes.Dispose();
        MatchPresenceEvent presence;
        do
        {
            presence = (await stays.ReceiveAsync(Kind.MatchPresenceEvent)).MatchPresenceEvent;
        }
        while (presence.Leaves.Count == 0);
        Assert.Equal("goes_away", presence.Leaves[0].Username);
    }

    // The reply to a join and the presence event come in no fixed order.
    private static async Task<Dictionary<Kind, Envelope>> ReceiveAsync(TestSocket socket, int count)
    {
        Dictionary<Kind, Envelope> received = [];
        for (int i = 0; i < count; i++)
        {
            Envelope envelope = (await socket.ReceiveAsync())!;
            received.Add(envelope.MessageCase, envelope);
        }
        return received;
    }
}
