using System.Net.Http.Headers;
using System.Text;

namespace RealtimeServer.Server.Start;

public sealed class LeaderboardFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Declared_boards_take_scores_and_change_with_their_file()
    {
        string[] arguments = ["--data:dir=" + _folder.Path, "--leaderboards:file=" + Path.Combine(_folder.Path, "boards.json")];
        _folder.Write("boards.json", """
            {
                // Names are Nakama's.
                "leaderboards": [{ "id": "weekly", "sort_order": "asc", "operator": "incr", "reset_schedule": "0 0 * * 1", "metadata": { "season": 1 } }],
                "tournaments": [{ "id": "cup", "duration": 3600, "title": "Cup", "start_time": "2026-01-01T00:00:00Z", "max_size": 8, "join_required": true }],
            }
            """);
        string token;
        await using (TestServer first = await TestServer.StartAsync(arguments))
        {
            token = await first.SignInAsync("device-that-plays");
            first.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            await SubmitAsync(first);
            Assert.Contains("\"score\":\"10\"", await SubmitAsync(first), StringComparison.Ordinal);
            Assert.Contains("\"title\":\"Cup\"", await first.Http.GetStringAsync("v2/tournament"), StringComparison.Ordinal);
        }
        _folder.Write("boards.json", """{ "leaderboards": [{ "id": "weekly", "sort_order": "asc", "operator": "set" }] }""");
        await using TestServer second = await TestServer.StartAsync(arguments);
        second.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Contains("\"rank\":\"1\"", await SubmitAsync(second), StringComparison.Ordinal);
        Assert.Contains("\"score\":\"5\"", await SubmitAsync(second), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "leaderboards": [{ "name": "weekly" }] }""", "$.leaderboards[0]")]
    [InlineData("""{ "leaderboards": [{ }] }""", "$.leaderboards[0]")]
    [InlineData("""{ "boards": [] }""", "boards")]
    [InlineData("""{ "leaderboards": [{ "id": "a", "sort_order": "up" }] }""", "must be asc or desc")]
    [InlineData("""{ "leaderboards": [{ "id": "a", "operator": "max" }] }""", "must be best, set, incr or decr")]
    [InlineData("""{ "leaderboards": [{ "id": "a", "reset_schedule": "every day" }] }""", "has 2 fields")]
    [InlineData("""{ "leaderboards": [{ "id": "a", "metadata": 5 }] }""", "must be a JSON object")]
    [InlineData("""{ "leaderboards": [{ "id": "a" }], "tournaments": [{ "id": "a", "duration": 5 }] }""", "two boards have the id 'a'")]
    [InlineData("""{ "tournaments": [{ "id": "a" }] }""", "duration")]
    [InlineData("""{ "tournaments": [{ "id": "a", "duration": 0 }] }""", "at least 1 second")]
    [InlineData("[]", "$")]
    [InlineData("{", "LineNumber: 0")]
    public async Task A_damaged_declaration_stops_the_start_and_says_where(string text, string reason)
    {
        _folder.Write("boards.json", text);
        StartException refusal = await Assert.ThrowsAsync<StartException>(
            () => ServerHost.StartAsync(TestServer.Arguments(_folder.Path, "--leaderboards:file=" + Path.Combine(_folder.Path, "boards.json"))));
        Assert.Contains("boards.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<string> SubmitAsync(TestServer server)
    {
        using StringContent body = new("""{"score":"5"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await server.Http.PostAsync("v2/leaderboard/weekly", body);
        return await answer.Content.ReadAsStringAsync();
    }
}
