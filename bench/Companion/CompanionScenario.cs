using System.Globalization;
using System.Text;

namespace RealtimeServer.Bench.Companion;

/// <summary>One kind of request, a thousand times over.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Nakama">What Nakama 3.40 answered in a second on such a machine.</param>
/// <param name="Next">The requests of one connection, by its number.</param>
internal sealed record CompanionScenario(string Name, double Nakama, Func<int, Func<ReadOnlyMemory<byte>>> Next)
{
    private const string Sign = "Authorization: Basic ZGVmYXVsdGtleTo=\r\n";

    /// <summary>Those of the companion service's goals.</summary>
    /// <param name="tokens">A session for each connection.</param>
    public static IReadOnlyList<CompanionScenario> All(IReadOnlyList<string> tokens)
    {
        string run = Guid.NewGuid().ToString("N");
        return
        [
            new("health", 20_700, _ => Always(Request("GET", "/healthcheck", "", ""))),
            new("account get", 8_600, c => Always(Request("GET", "/v2/account", Bearer(tokens[c]), ""))),
            new("authenticate existing", 8_700, c => Always(Authenticate(Device(c)))),
            new("authenticate new", 3_000, c =>
            {
                int count = 0;
                return () => Authenticate(string.Create(CultureInfo.InvariantCulture, $"new-{run}-{c}-{count++}"));
            }),
            new("storage write", 2_300, c =>
            {
                int count = 0;
                return () => Request("PUT", "/v2/storage", Bearer(tokens[c]), string.Create(
                    CultureInfo.InvariantCulture, $$"""{"objects":[{"collection":"saves","key":"slot{{count++ % 8}}","value":"{\"level\":{{count}},\"gold\":12345,\"name\":\"some hero\"}"}]}"""));
            }),
            new("storage read", 9_100, c => Always(Request(
                "POST", "/v2/storage", Bearer(tokens[c]), $$"""{"object_ids":[{"collection":"saves","key":"slot1","user_id":"{{UserOf(tokens[c])}}"}]}"""))),
        ];
    }

    public static string Device(int connection) => string.Create(CultureInfo.InvariantCulture, $"device-of-bench-{connection}");

    public static byte[] Authenticate(string device) => Request("POST", "/v2/account/authenticate/device", Sign, $$"""{"id":"{{device}}"}""");

    public static Func<ReadOnlyMemory<byte>> Always(byte[] request) => () => request;

    public static string Bearer(string token) => $"Authorization: Bearer {token}\r\n";

    public static byte[] Request(string method, string path, string headers, string body)
    {
        string content = body.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        return Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: bench\r\n{headers}{content}\r\n{body}");
    }

    public static string UserOf(string token)
    {
        byte[] claims = System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(claims);
        return json.RootElement.GetProperty("uid").GetString()!;
    }
}
