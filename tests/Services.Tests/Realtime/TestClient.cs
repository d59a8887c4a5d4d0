using System.Text;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Realtime;

/// <summary>A signed-in user on a socket, speaking JSON.</summary>
internal sealed class TestClient
{
    public TestClient(TestServices services, string username)
    {
        string token = services.Tokens.Issue(Guid.NewGuid(), username, new Dictionary<string, string>()).Token;
        Session = services.Catalogue.Realtime.Open(token, Channel).Session!;
        Json = $$"""{"user_id":"{{Session.Presence.UserId}}","session_id":"{{Session.Presence.SessionId}}","username":"{{username}}"}""";
    }

    public TestChannel Channel { get; } = new();

    public RealtimeSession Session { get; }

    /// <summary>This user's presence as others see it.</summary>
    public string Json { get; }

    /// <summary>Sends and returns what this client got by then, its own answer included.</summary>
    public async Task<string[]> SendAsync(string json)
    {
        if (EnvelopeCodec.TryReadJson(Encoding.UTF8.GetBytes(json), out Envelope? envelope))
        {
            await Session.Receive(envelope);
        }
        else
        {
            Session.ReceiveMalformed();
        }
        return Channel.Take();
    }
}
