using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Realtime;
using Kind = RealtimeServer.Protocol.Realtime.Envelope.MessageOneofCase;

namespace RealtimeServer.Server.Doors;

public sealed class UdpDoorTests : IClassFixture<SharedServer>
{
    private readonly TestServer _server;

    public UdpDoorTests(SharedServer shared)
    {
        _server = shared.Server;
    }

    [Fact]
    public async Task A_client_plays_a_simulated_match_over_udp()
    {
        using TestUdpClient client = await ConnectAsync("device-udp-player");
        client.Send(new Envelope { Cid = "1", Ping = new Ping() });
        Assert.Equal("1", (await client.ReceiveAsync(Kind.Pong)).Cid);
        client.Send(new Envelope { Cid = "2", MatchCreate = new MatchCreate { Name = "simulate:lanes?seconds=30" } });
        Match match = (await client.ReceiveAsync(Kind.Match)).Match;
        Assert.True(match.Authoritative);
        Assert.True(MatchId.TryParse(match.MatchId, out MatchId id));
        await client.UntilAsync(() => client.Snapshots.Count >= 20);
        Assert.All(client.Snapshots, key => Assert.Equal(id.Key, key));
        Assert.Contains(client.Received, e => e.MatchData?.OpCode == MatchOpCodes.Welcome);
    }

    [Fact]
    public async Task Players_on_udp_and_on_websocket_share_a_match()
    {
        using TestUdpClient udp = await ConnectAsync("device-udp-mixed");
        using TestSocket web = await _server.ConnectAsync(await _server.SignInAsync("device-web-mixed"));
        udp.Send(new Envelope { Cid = "1", MatchCreate = new MatchCreate() });
        string id = (await udp.ReceiveAsync(Kind.Match)).Match.MatchId;
        await web.SendAsync(new Envelope { Cid = "1", MatchJoin = new MatchJoin { MatchId = id } });
        await web.ReceiveAsync(Kind.Match);
        // Larger than the stack buffer and than a datagram: pooled and in fragments.
        Google.Protobuf.ByteString data = Google.Protobuf.ByteString.CopyFrom(new byte[3000]);
        await web.SendAsync(new Envelope { MatchDataSend = new MatchDataSend { MatchId = id, OpCode = 5, Data = Google.Protobuf.ByteString.CopyFrom(new byte[2000]) } });
        Assert.Equal(2000, (await udp.ReceiveAsync(Kind.MatchData)).MatchData.Data.Length);
        udp.Send(new Envelope { MatchDataSend = new MatchDataSend { MatchId = id, OpCode = 6, Data = data } });
        await udp.UntilAsync(() => true);
        Task<Envelope> arrives = web.ReceiveAsync(Kind.MatchData);
        await udp.UntilAsync(() => arrives.IsCompleted);
        Assert.Equal(data, (await arrives).MatchData.Data);
    }

    [Fact]
    public async Task Bytes_that_are_no_envelope_end_the_connection_with_the_reason()
    {
        using TestUdpClient client = await ConnectAsync("device-udp-garbage");
        client.Send([0xff, 0xff, 0xff, 0xff]);
        await client.UntilAsync(() => client.IsOver);
        Assert.Equal(CloseReasons.Malformed, client.Reason);
    }

    [Fact]
    public async Task A_session_ends_with_its_connection()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestUdpClient client = await server.ConnectUdpAsync("device-udp-leaves");
        await client.UntilAsync(() => client.IsConnected && server.Running.Realtime.SessionCount == 1);
        client.Disconnect();
        await client.UntilAsync(() => server.Running.Realtime.SessionCount == 0);
    }

    private async Task<TestUdpClient> ConnectAsync(string device)
    {
        TestUdpClient client = await _server.ConnectUdpAsync(device);
        await client.UntilAsync(() => client.IsConnected);
        return client;
    }
}
