using System.Text;
using Google.Protobuf;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Realtime;

/// <summary>Whatever a client sends, the session answers, ignores or closes; nothing is thrown, and no fault is reported.</summary>
public sealed class RealtimeFuzz : IAsyncLifetime
{
    private readonly TestServices _services = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task Random_bytes_and_mutated_messages_end_in_an_answer_or_a_close()
    {
        DeterministicRandom random = new(6);
        TestClient client = new(_services, "fuzz");
        for (int i = 0; i < 30_000; i++)
        {
            _services.Time.Advance(TimeSpan.FromSeconds(1));
            byte[] bytes = Next(ref random);
            bool read = random.NextBool(0.5f)
                ? EnvelopeCodec.TryReadJson(bytes, out Envelope? envelope)
                : EnvelopeCodec.TryReadBinary(bytes, out envelope);
            if (read)
            {
                await client.Session.Receive(envelope!);
            }
            else
            {
                client.Session.ReceiveMalformed();
            }
            client.Channel.Take();
            if (client.Channel.ClosedFor is not null)
            {
                client.Session.Closed();
                client = new TestClient(_services, "fuzz");
            }
        }
        Assert.Equal(1, _services.Catalogue.Realtime.SessionCount);
    }

    [Fact]
    public async Task Messages_of_random_fields_end_in_an_answer_or_a_close()
    {
        DeterministicRandom random = new(7);
        TestClient client = new(_services, "fuzz");
        string known = "";
        for (int i = 0; i < 30_000; i++)
        {
            _services.Time.Advance(TimeSpan.FromSeconds(1));
            await client.Session.Receive(Message(ref random, known));
            foreach (string sent in client.Channel.Take())
            {
                int at = sent.IndexOf("\"match_id\":\"", StringComparison.Ordinal);
                known = at >= 0 ? sent.Substring(at + 12, 37) : known;
            }
            Assert.Null(client.Channel.ClosedFor);
        }
    }

    private static Envelope Message(ref DeterministicRandom random, string known)
    {
        string id = random.Next(4) switch
        {
            0 => known,
            1 => Text(ref random),
            2 => Guid.Empty + ".",
            _ => Guid.Empty + "." + Text(ref random),
        };
        switch (random.Next(5))
        {
            case 0:
                return new Envelope { Cid = "c", MatchCreate = new MatchCreate { Name = random.NextBool(0.5f) ? "simulate:" + Text(ref random) : Text(ref random) } };
            case 1:
                MatchJoin join = new() { MatchId = id };
                if (random.NextBool(0.2f))
                {
                    join.Token = Text(ref random);
                }
                join.Metadata[Text(ref random)] = Text(ref random);
                return new Envelope { Cid = "c", MatchJoin = join };
            case 2:
                return new Envelope { Cid = "c", MatchLeave = new MatchLeave { MatchId = id } };
            case 3:
                MatchDataSend send = new() { MatchId = id, OpCode = random.Next(-5, 5), Data = ByteString.CopyFromUtf8(Text(ref random)) };
                if (random.NextBool(0.3f))
                {
                    send.Presences.Add(new UserPresence { UserId = Text(ref random), SessionId = Guid.Empty.ToString() });
                }
                return new Envelope { MatchDataSend = send };
            default:
                return new Envelope { Ping = new Ping() };
        }
    }

    private static string Text(ref DeterministicRandom random)
    {
        string[] words = ["", "lanes", "?", "=", "&", "seed", "map", "%", "%zz", "x", new string('y', 300), ".", "ü", "\0", "00000000-0000-0000-0000-000000000000"];
        string text = "";
        for (int n = random.Next(4); n > 0; n--)
        {
            text += words[random.Next(words.Length)];
        }
        return text;
    }

    private static byte[] Next(ref DeterministicRandom random)
    {
        byte[] bytes = random.Next(3) switch
        {
            0 => new byte[random.Next(40)],
            1 => Encoding.UTF8.GetBytes("""{"cid":"2","match_join":{"match_id":"00000000-0000-4000-8000-000000000000.","metadata":{"k":"v"}}}"""),
            _ => new Envelope { Cid = "1", MatchCreate = new MatchCreate { Name = "simulate:lanes?map=lanes" } }.ToByteArray(),
        };
        for (int n = random.Next(4); n > 0 && bytes.Length > 0; n--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
        return bytes;
    }
}
