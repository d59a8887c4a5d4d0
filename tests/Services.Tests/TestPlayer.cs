using System.Text.Json;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services;

/// <summary>An account, its session token, and sockets if it opens some.</summary>
internal sealed class TestPlayer
{
    private readonly TestServices _services;
    private readonly string _token;

    private TestPlayer(TestServices services, string username, string token)
    {
        _services = services;
        _token = token;
        Username = username;
        Id = services.Tokens.VerifySession(token).Claims!.UserId;
    }

    public Guid Id { get; }

    public string Username { get; }

    public static async Task<TestPlayer> SignUpAsync(TestServices services, string username) =>
        new(services, username, await services.TokenAsync("device-of-" + username, "?username=" + username));

    /// <summary>One request; the answer as "status body".</summary>
    public Task<string> SendAsync(string method, string target, string body = "") => _services.SendAsync(method, target, "Bearer " + _token, body);

    /// <summary>One request that must succeed; the answer.</summary>
    public async Task<JsonElement> CallAsync(string method, string target, string body = "")
    {
        string answer = await SendAsync(method, target, body);
        Assert.StartsWith("200 ", answer, StringComparison.Ordinal);
        return JsonDocument.Parse(answer[4..]).RootElement;
    }

    /// <summary>A list of an answer; empty when the answer has none.</summary>
    public async Task<JsonElement[]> ListAsync(string target, string list)
    {
        JsonElement answer = await CallAsync("GET", target);
        return answer.TryGetProperty(list, out JsonElement items) ? [.. items.EnumerateArray()] : [];
    }

    /// <summary>All of a listing, page after page.</summary>
    public async Task<List<JsonElement>> ListAllAsync(string target, string list)
    {
        List<JsonElement> all = [];
        string cursor = "";
        do
        {
            JsonElement page = await CallAsync("GET", $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}");
            all.AddRange(page.TryGetProperty(list, out JsonElement items) ? items.EnumerateArray() : []);
            cursor = page.TryGetProperty("cursor", out JsonElement next) ? next.GetString()! : "";
        }
        while (cursor.Length > 0);
        return all;
    }

    /// <summary>Edges as the account counts them.</summary>
    public async Task<int> EdgeCountAsync() => await _services.Database.ReadAsync(
        s => s.QuerySingleOrDefaultAsync<int>("SELECT edge_count FROM users WHERE id = @Id", new { Id }), default);

    public TestChannel OpenSocket(out RealtimeSession session)
    {
        TestChannel channel = new();
        session = _services.Catalogue.Realtime.Open(_token, channel).Session!;
        return channel;
    }
}
