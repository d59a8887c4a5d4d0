using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.AccountFiles;

public sealed class SqliteAccountFileTests() : AccountFileTests(Engine.Sqlite, Engine.Postgres);

public sealed class PostgresAccountFileTests() : AccountFileTests(Engine.Postgres, Engine.Sqlite);

/// <summary>Accounts as files: out of one database, into the same and into the other.</summary>
public abstract class AccountFileTests : IAsyncLifetime
{
    private static readonly SqlText TablesOfUsers = new(
        """
        SELECT DISTINCT m.name FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND c.name IN ('user_id', 'owner_id', 'source_id')
        """,
        """
        SELECT DISTINCT CAST(table_name AS TEXT) FROM information_schema.columns
        WHERE table_schema = current_schema() AND column_name IN ('user_id', 'owner_id', 'source_id')
        """);

    private readonly Engine _other;
    private readonly TestServices _services;

    protected AccountFileTests(Engine engine, Engine other)
    {
        _other = other;
        _services = new TestServices(engine);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task What_is_exported_comes_back_the_same()
    {
        (Guid user, string token) = await PlayerAsync();
        string before = await ExportAsync(_services, user);
        await WriteAsync(token, "later", "{}");
        await _services.Catalogue.Bans.LiftShadowBanAsync(user);
        Assert.NotEqual(before, await ExportAsync(_services, user));
        Assert.Equal("200 {}", await ImportAsync(_services, before));
        Assert.Equal(before, await ExportAsync(_services, user));
        Assert.True(_services.Catalogue.Bans.IsShadowBanned(user));
    }

    [Fact]
    public async Task A_file_goes_into_the_other_database_whole_and_its_player_signs_in_there()
    {
        (Guid user, _) = await PlayerAsync();
        string file = await ExportAsync(_services, user);
        await using TestServices other = new(_other);
        Assert.Equal("200 {}", await ImportAsync(other, file));
        string token = await other.TokenAsync("device-of-a-mover");
        Assert.Equal(user, other.Tokens.VerifySession(token).Claims!.UserId);
        string read = await other.SendAsync("POST", "/v2/storage", "Bearer " + token, $$"""{"object_ids":[{"collection":"saves","key":"slot1","user_id":"{{user}}"}]}""");
        Assert.Contains("""{\"level\": 3, \"ü\": \"\\\"\"}""", read, StringComparison.Ordinal);
        Assert.True(other.Catalogue.Bans.IsShadowBanned(user));
        Assert.Equal(Normal(file), Normal(await ExportAsync(other, user)));
    }

    [Fact]
    public async Task A_ban_in_a_file_holds_at_once()
    {
        (Guid user, string token) = await PlayerAsync();
        await _services.Catalogue.Bans.BanAsync(user);
        string file = await ExportAsync(_services, user);
        await _services.Catalogue.Bans.UnbanAsync(user);
        Assert.StartsWith("200 ", await _services.SendAsync("GET", "/v2/account", "Bearer " + token), StringComparison.Ordinal);
        Assert.Equal("200 {}", await ImportAsync(_services, file));
        Assert.StartsWith("401 ", await _services.SendAsync("GET", "/v2/account", "Bearer " + token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_table_with_rows_of_a_user_is_in_the_file()
    {
        (Guid user, _) = await PlayerAsync();
        HashSet<string> parts = [.. JsonNode.Parse(await ExportAsync(_services, user))!.AsObject().Select(p => p.Key)];
        IReadOnlyList<string> tables = await _services.Database.ReadAsync(s => s.QueryAsync<string>(TablesOfUsers), CancellationToken.None);
        Assert.Contains("user_devices", tables);
        // What is known of sessions' tokens is no data of the account's.
        Assert.DoesNotContain(tables, table => !parts.Contains(table) && !table.StartsWith("session_", StringComparison.Ordinal));
        Assert.DoesNotContain(parts, part => part.StartsWith("session_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scores_come_back_with_their_ranks_and_places()
    {
        LeaderboardStore boards = _services.Catalogue.Leaderboards;
        await boards.CreateAsync(new("race"));
        await _services.Catalogue.Tournaments.CreateAsync(new(new("cup") { Entry = new EntryRules(Duration: 3600, StartTime: 0, MaxSize: 5) }));
        (Guid user, _) = await PlayerAsync();
        await _services.Catalogue.Bans.LiftShadowBanAsync(user);
        await boards.WriteAsync("race", new ScoreWrite(Guid.NewGuid(), "other", 50), caller: null);
        await boards.WriteAsync("race", new ScoreWrite(user, "mover", 100), caller: null);
        Assert.Equal(RecordResult.Done, (await boards.WriteAsync("cup", new ScoreWrite(user, "mover", 7), caller: null)).Result);
        Assert.Equal(1, Assert.Single(await boards.SizesAsync([boards.Find("cup")!], default)));
        string file = await ExportAsync(_services, user);
        Assert.True(await _services.Catalogue.Accounts.DeleteAsync(user));
        Assert.Equal(0, Assert.Single(await boards.SizesAsync([boards.Find("cup")!], default)));
        Assert.Equal("200 {}", await ImportAsync(_services, file));
        LeaderboardRecord back = Assert.Single((await boards.ListAsync("race", 0, null, [user], 0, viewer: null, default)).OwnerRecords);
        Assert.Equal((100, 1), (back.Score, back.Rank));
        Assert.Equal(1, Assert.Single(await boards.SizesAsync([boards.Find("cup")!], default)));
        // Taken in again, it counts no more than before.
        Assert.Equal("200 {}", await ImportAsync(_services, file));
        Assert.Equal(1, Assert.Single(await boards.SizesAsync([boards.Find("cup")!], default)));
        Assert.Contains("score", await ImportAsync(_services, Changed(file, "leaderboard_records", row => row["rank_score"] = 5)), StringComparison.Ordinal);
        Assert.Contains("metadata", await ImportAsync(_services, Changed(file, "leaderboard_records", row => row["metadata"] = "x")), StringComparison.Ordinal);
        Assert.Contains("num_score", await ImportAsync(_services, Changed(file, "leaderboard_records", row => row["num_score"] = 1L << 31)), StringComparison.Ordinal);
        await using TestServices other = new(_other);
        Assert.Equal("200 {}", await ImportAsync(other, file));
        Assert.Equal("[]", JsonNode.Parse(await ExportAsync(other, user))!["leaderboard_records"]!.ToJsonString());
    }

    [Theory]
    [InlineData("nonsense", "no JSON")]
    [InlineData("[]", "no version")]
    [InlineData("""{"version":2,"user_id":"x"}""", "version 2")]
    [InlineData("""{"version":1,"user_id":"x"}""", "user_id")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea"}""", "one row of users")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","users":[{"id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7eb"}]}""", "another id")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","users":[{"id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea"}]}""", "lacks something")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","users":[{"id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","zzz":1}]}""", "zzz")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","users":[{"id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","username":7}]}""", "username")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","users":[],"users":[]}""", "twice")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","horses":[]}""", "horses")]
    [InlineData("""{"version":1,"user_id":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","users":5}""", "no list")]
    public async Task A_file_that_is_none_is_refused_with_the_place(string file, string place)
    {
        string answer = await ImportAsync(_services, file);
        Assert.StartsWith("400 ", answer, StringComparison.Ordinal);
        Assert.Contains(place, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_refused_changes_nothing()
    {
        (Guid user, _) = await PlayerAsync();
        (Guid neighbour, _) = await PlayerAsync("neighbour");
        string file = await ExportAsync(_services, user);
        string theirs = await ExportAsync(_services, neighbour);
        // A device that is the neighbour's; a stored value that is none; a row of somebody else.
        string[] damaged =
        [
            file.Replace("device-of-a-mover", "device-of-a-neighbour", StringComparison.Ordinal),
            Changed(file, "storage", row => row["value"] = "5"),
            Changed(file, "storage", row => row["user_id"] = neighbour.ToString()),
            Changed(file, "user_devices", row => row["create_time"] = "yesterday"),
        ];
        foreach (string one in damaged)
        {
            Assert.StartsWith("400 ", await ImportAsync(_services, one), StringComparison.Ordinal);
            Assert.Equal(file, await ExportAsync(_services, user));
            Assert.Equal(theirs, await ExportAsync(_services, neighbour));
        }
    }

    [Fact]
    public async Task There_is_no_file_of_nobody()
    {
        Assert.StartsWith("404 ", await AdminAsync(_services, "GET", $"/v2/admin/user/{Guid.NewGuid()}/export"), StringComparison.Ordinal);
        Assert.StartsWith("400 ", await AdminAsync(_services, "GET", "/v2/admin/user/x/export"), StringComparison.Ordinal);
        Assert.StartsWith("401 ", await _services.SendAsync("POST", "/v2/admin/import", TestServices.KeyHeader(), "{}"), StringComparison.Ordinal);
    }

    private async Task<(Guid User, string Token)> PlayerAsync(string name = "mover")
    {
        string token = await _services.TokenAsync("device-of-a-" + name, "?username=" + name);
        Guid user = _services.Tokens.VerifySession(token).Claims!.UserId;
        await WriteAsync(token, "slot1", """{"level": 3, "ü": "\""}""");
        await _services.Catalogue.Bans.ShadowBanAsync(user);
        return (user, token);
    }

    private async Task WriteAsync(string token, string key, string value)
    {
        string body = JsonSerializer.Serialize(new { objects = new[] { new { collection = "saves", key, value } } });
        Assert.StartsWith("200 ", await _services.SendAsync("PUT", "/v2/storage", "Bearer " + token, body), StringComparison.Ordinal);
    }

    private static async Task<string> ExportAsync(TestServices services, Guid user)
    {
        string answer = await AdminAsync(services, "GET", $"/v2/admin/user/{user}/export");
        Assert.StartsWith("200 ", answer, StringComparison.Ordinal);
        return JsonNode.Parse(answer[4..])!["json"]!.GetValue<string>();
    }

    private static Task<string> ImportAsync(TestServices services, string file) =>
        AdminAsync(services, "POST", "/v2/admin/import", JsonSerializer.Serialize(new { json = file }));

    private static Task<string> AdminAsync(TestServices services, string method, string path, string body = "") =>
        services.SendAsync(method, path, TestServices.KeyHeader(TestServices.AdminKey), body);

    private static string Changed(string file, string part, Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(file)!;
        change(root[part]![0]!);
        return root.ToJsonString();
    }

    // Databases list columns in the order they were made, and say true as they like.
    private static string Normal(string file)
    {
        JsonObject root = JsonNode.Parse(file)!.AsObject();
        StringBuilder text = new();
        foreach ((string part, JsonNode? rows) in root.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            foreach (JsonNode? row in rows as JsonArray ?? [])
            {
                text.Append(part);
                foreach ((string field, JsonNode? value) in row!.AsObject().OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    string plain = value?.ToJsonString() ?? "null";
                    text.Append(' ').Append(field).Append('=').Append(plain is "true" ? "1" : plain is "false" ? "0" : plain);
                }
                text.AppendLine();
            }
        }
        return text.ToString();
    }
}
