using System.Buffers.Text;
using System.Text;

namespace RealtimeServer.Client;

internal static class TestSession
{
    public static readonly Guid User = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    public static string Token(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.signature";

    public static ClientSession Make() =>
        ClientSession.FromTokens(Token($$"""{"uid":"{{User}}","usn":"ada","exp":1795210227}"""), "refresh", created: true);
}
