using RealtimeServer.Protocol.Connect;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Transport.Layers;
using Kind = RealtimeServer.Protocol.Realtime.Envelope.MessageOneofCase;

namespace RealtimeServer.Server.Doors;

public sealed class ConnectTokenTests : IClassFixture<SharedServer>
{
    private readonly TestServer _server;

    public ConnectTokenTests(SharedServer shared)
    {
        _server = shared.Server;
    }

    [Fact]
    public async Task A_token_connects_once_and_from_one_place()
    {
        ConnectToken token = await _server.ConnectTokenAsync(await _server.SignInAsync("device-connect-once"));
        Assert.Equal(_server.Running.UdpEndPoint.Port, token.Port);
        Assert.InRange(token.ExpiresAt - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 20, 31);
        Assert.Equal(Cipher.ServerChoice, token.Cipher);
        using TestUdpClient first = new(_server.Running.UdpEndPoint, token.Token);
        await first.UntilAsync(() => first.IsConnected);
        using TestUdpClient second = new(_server.Running.UdpEndPoint, token.Token);
        await second.UntilAsync(() => second.IsOver);
        Assert.Contains("used before", second.Reason, StringComparison.Ordinal);
        await first.UntilAsync(() => first.IsConnected && !first.IsOver);
    }

    [Fact]
    public async Task What_is_no_connect_token_is_refused()
    {
        string session = await _server.SignInAsync("device-connect-with-session");
        using TestUdpClient client = new(_server.Running.UdpEndPoint, session);
        await client.UntilAsync(() => client.IsOver);
        Assert.Contains("POST /v2/connect", client.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_one_match_joins_no_other_and_creates_none()
    {
        using TestUdpClient owner = await _server.ConnectUdpAsync("device-owner-of-two");
        await owner.UntilAsync(() => owner.IsConnected);
        string[] matches = new string[2];
        for (int i = 0; i < 2; i++)
        {
            owner.Send(new Envelope { Cid = "m", MatchCreate = new MatchCreate() });
            matches[i] = (await owner.ReceiveAsync(Kind.Match)).Match.MatchId;
        }
        ConnectToken token = await _server.ConnectTokenAsync(await _server.SignInAsync("device-of-one-match"), $$"""{"match_id":"{{matches[0]}}"}""");
        using TestUdpClient guest = new(_server.Running.UdpEndPoint, token.Token);
        await guest.UntilAsync(() => guest.IsConnected);
        guest.Send(new Envelope { Cid = "1", MatchJoin = new MatchJoin { MatchId = matches[1] } });
        Assert.Contains(matches[0], (await guest.ReceiveAsync(Kind.Error)).Error.Message, StringComparison.Ordinal);
        guest.Send(new Envelope { Cid = "2", MatchCreate = new MatchCreate() });
        Assert.Contains("alone", (await guest.ReceiveAsync(Kind.Error)).Error.Message, StringComparison.Ordinal);
        guest.Send(new Envelope { Cid = "3", MatchJoin = new MatchJoin { MatchId = matches[0] } });
        Assert.Equal(matches[0], (await guest.ReceiveAsync(Kind.Match)).Match.MatchId);
    }

    [Theory]
    [InlineData("""{"match_id":"nonsense"}""", 400)]
    [InlineData("""{"match_id":"00000000-0000-0000-0000-000000000001.node1"}""", 404)]
    [InlineData("""{"cipher":77}""", 400)]
    [InlineData("""{"cipher":"ROT13"}""", 400)]
    [InlineData("[]", 400)]
    public async Task A_request_that_cannot_be_met_is_refused(string request, int status)
    {
        string session = await _server.SignInAsync("device-connect-badly");
        Assert.Equal(status, (await _server.AskConnectTokenAsync(session, request)).Status);
    }

    [Theory]
    [InlineData("AES_256_GCM", false)]
    [InlineData("CHACHA20_POLY1305", true)]
    public async Task A_sealed_client_plays_a_match(string cipher, bool bound)
    {
        string session = await _server.SignInAsync("device-sealed-" + cipher.ToLowerInvariant());
        ConnectToken token = await _server.ConnectTokenAsync(session, $$"""{"cipher":"{{cipher}}","bind_address":{{(bound ? "true" : "false")}}}""");
        using TestUdpClient client = new(_server.Running.UdpEndPoint, token.Token, Keys(token));
        await client.UntilAsync(() => client.IsConnected);
        client.Send(new Envelope { Cid = "1", MatchCreate = new MatchCreate { Name = "simulate:lanes?seconds=30" } });
        Assert.True((await client.ReceiveAsync(Kind.Match)).Match.Authoritative);
        await client.UntilAsync(() => client.Snapshots.Count >= 20);
    }

    [Fact]
    public async Task A_server_that_seals_gives_keys_unasked_and_its_clients_need_them()
    {
        await using TestServer server = await TestServer.StartAsync("--udp:security", "sealed");
        string session = await server.SignInAsync("device-of-a-sealed-server");
        ConnectToken token = await server.ConnectTokenAsync(session);
        Assert.Equal(Cipher.Aes256Gcm, token.Cipher);
        Assert.Equal((32, 32), (token.ClientToServerKey.Length, token.ServerToClientKey.Length));
        using TestUdpClient client = new(server.Running.UdpEndPoint, token.Token, Keys(token));
        await client.UntilAsync(() => client.IsConnected);
        client.Send(new Envelope { Cid = "1", Ping = new Ping() });
        await client.ReceiveAsync(Kind.Pong);

        ConnectToken other = await server.ConnectTokenAsync(session);
        using TestUdpClient keyless = new(server.Running.UdpEndPoint, other.Token);
        await keyless.UntilAsync(() => keyless.IsOver);
        Assert.False(keyless.IsConnected);
    }

    [Fact]
    public async Task A_server_with_checksums_hears_the_clients_that_have_them()
    {
        await using TestServer server = await TestServer.StartAsync("--udp:checksum", "true");
        string session = await server.SignInAsync("device-with-checksums");
        ConnectToken token = await server.ConnectTokenAsync(session);
        using (TestUdpClient without = new(server.Running.UdpEndPoint, token.Token))
        {
            await without.UntilAsync(() => without.IsOver);
            Assert.False(without.IsConnected);
        }

        token = await server.ConnectTokenAsync(session);
        using TestUdpClient client = new(server.Running.UdpEndPoint, token.Token, checksum: true);
        await client.UntilAsync(() => client.IsConnected);
        client.Send(new Envelope { Cid = "1", Ping = new Ping() });
        await client.ReceiveAsync(Kind.Pong);
    }

    private static SealKeys Keys(ConnectToken token) =>
        new((SealCipher)token.Cipher, token.Session, token.ClientToServerKey.Memory, token.ServerToClientKey.Memory);
}
