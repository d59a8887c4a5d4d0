using System.Net.Http.Headers;
using System.Text;

namespace RealtimeServer.Server.Start;

public sealed class StorageIndexFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_declared_collection_is_searched_also_after_a_restart()
    {
        _folder.Write("indexes.json", """[{ "name": "players", "collection": "profiles", "fields": ["level"] }]""");
        string[] arguments = ["--data:dir=" + _folder.Path, "--storage:indexes=" + Path.Combine(_folder.Path, "indexes.json")];
        string token;
        await using (TestServer first = await TestServer.StartAsync(arguments))
        {
            token = await first.SignInAsync("device-that-has-a-profile");
            first.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using StringContent body = new("""{"objects":[{"collection":"profiles","key":"main","value":"{\"level\":7}"}]}""", Encoding.UTF8, "application/json");
            (await first.Http.PutAsync("v2/storage", body)).EnsureSuccessStatusCode();
            Assert.Contains("main", await SearchAsync(first), StringComparison.Ordinal);
        }
        await using TestServer second = await TestServer.StartAsync(arguments);
        second.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Contains("main", await SearchAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_declaration_stops_the_start_in_words()
    {
        _folder.Write("indexes.json", """[{ "name": "players" }]""");
        StartException refusal = await Assert.ThrowsAsync<StartException>(
            () => ServerHost.StartAsync(TestServer.Arguments(_folder.Path, "--storage:indexes=" + Path.Combine(_folder.Path, "indexes.json"))));
        Assert.Contains("indexes.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("collection", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_demo_match_is_found_by_its_label()
    {
        await using TestServer server = await TestServer.StartAsync("--demo=true");
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await server.SignInAsync("device-that-looks-for-matches"));
        Assert.Contains(server.Running.DemoMatchId!, await server.Http.GetStringAsync("v2/match?query=%2Blabel.game%3Alanes"), StringComparison.Ordinal);
        Assert.Equal("{}", await server.Http.GetStringAsync("v2/match?query=%2Blabel.game%3Achess"));
    }

    private static Task<string> SearchAsync(TestServer server) => server.Http.GetStringAsync("v2/search/storage/players?query=%2Bvalue.level%3A%3E6");
}
