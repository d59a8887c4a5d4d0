using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Server.Doors;

/// <summary>Random and mutated bytes at the TCP doors, from fixed seeds: whatever comes, the next honest client is served.</summary>
public sealed class GarbageTests : IClassFixture<SharedServer>
{
    private const int HttpRounds = 300;
    private const int SocketRounds = 60;
    private readonly TestServer _server;

    public GarbageTests(SharedServer shared)
    {
        _server = shared.Server;
    }

    [Fact]
    public async Task Mutated_http_requests_leave_the_server_serving()
    {
        string token = await _server.SignInAsync("device-of-garbage");
        byte[][] honest =
        [
            Ascii("GET /v2/account HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n"),
            Ascii("POST /v2/account/authenticate/device?create=true HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ZGVmYXVsdGtleTo=\r\nContent-Length: 30\r\n\r\n"
                + """{"id":"device-of-garbage-0001"}"""),
            Ascii("POST /v2/account/authenticate/device HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            Ascii("GET /demo/../%2e%2e/maps/lanes.json?a=%zz&&== HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n\r\n"),
            Ascii("GET /ws?token=" + token + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n"),
        ];
        DeterministicRandom random = new(1);
        for (int round = 0; round < HttpRounds; round++)
        {
            byte[] request = round % 5 == 0 ? Noise(ref random, random.Next(3_000)) : Mutate(ref random, honest[random.Next(honest.Length)]);
            await ExchangeAsync(request);
        }
        await AssertServesAsync();
    }

    [Fact]
    public async Task Mutated_websocket_frames_end_at_most_their_own_connection()
    {
        string token = await _server.SignInAsync("device-of-frames");
        byte[] upgrade = Ascii("GET /ws?token=" + token + "&format=protobuf HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        byte[] message = EnvelopeCodec.WriteBinary(new Envelope { Cid = "1", MatchCreate = new MatchCreate { Name = "simulate:lanes?seconds=30" } });
        byte[] frame = [0x82, (byte)(0x80 | message.Length), 0, 0, 0, 0, .. message];
        DeterministicRandom random = new(2);
        for (int round = 0; round < SocketRounds; round++)
        {
            byte[] frames = random.NextBool(0.3f) ? Noise(ref random, random.Next(5_000)) : [.. Mutate(ref random, frame), .. Mutate(ref random, frame)];
            await ExchangeAsync([.. upgrade, .. frames]);
        }
        await AssertServesAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mutated_envelopes_are_answered_or_close_their_socket(bool json)
    {
        string token = await _server.SignInAsync("device-of-envelopes-" + json);
        Envelope[] honest =
        [
            new() { Cid = "1", MatchCreate = new MatchCreate { Name = "simulate:lanes?map=lanes&seconds=30&ai=fill" } },
            new() { Cid = "2", MatchJoin = new MatchJoin { MatchId = _server.Running.DemoMatchId ?? "" } },
            new() { MatchDataSend = new MatchDataSend { MatchId = _server.Running.DemoMatchId ?? "", OpCode = 1, Data = Google.Protobuf.ByteString.CopyFrom(new byte[12]) } },
            new() { Cid = "3", Ping = new Ping() },
        ];
        DeterministicRandom random = new(3);
        for (int round = 0; round < SocketRounds; round++)
        {
            using TestSocket socket = await _server.ConnectAsync(token, json);
            try
            {
                for (int i = 0; i < 5; i++)
                {
                    Envelope envelope = honest[random.Next(honest.Length)];
                    byte[] bytes = json ? EnvelopeCodec.WriteJson(envelope) : EnvelopeCodec.WriteBinary(envelope);
                    await socket.SendAsync(random.NextBool(0.3f) ? bytes : Mutate(ref random, bytes), json ? WebSocketMessageType.Text : WebSocketMessageType.Binary);
                }
            }
            catch (WebSocketException)
            {
                // Closed in the middle, as it may be.
            }
            socket.Socket.Abort();
        }
        await AssertServesAsync();
    }

    private async Task AssertServesAsync()
    {
        Assert.Equal("{", (await _server.Http.GetStringAsync("healthcheck"))[..1]);
        using TestSocket socket = await _server.ConnectAsync(await _server.SignInAsync("device-of-somebody-honest"));
        await socket.SendAsync(new Envelope { Cid = "ok", Ping = new Ping() });
        Assert.Equal("ok", (await socket.ReceiveAsync(Envelope.MessageOneofCase.Pong)).Cid);
    }

    /// <summary>Sends, closes the sending side, and reads what comes until the server closes or has said enough.</summary>
    private async Task ExchangeAsync(byte[] bytes)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server.Running.HttpAddress.Host, _server.Running.HttpAddress.Port);
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(200));
        try
        {
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[16_384];
            while (await socket.ReceiveAsync(answer, limit.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Reset, or nothing more to hear: both are the server's right.
        }
    }

    private static byte[] Mutate(ref DeterministicRandom random, byte[] honest)
    {
        byte[] bytes = [.. honest];
        for (int flips = 1 + random.Next(6); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
        return random.NextBool(0.2f) ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static byte[] Noise(ref DeterministicRandom random, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)random.Next(256);
        }
        return bytes;
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
