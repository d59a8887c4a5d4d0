using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Storage;

public sealed class SqliteStorageTests() : StorageTests(Engine.Sqlite);

public sealed class PostgresStorageTests() : StorageTests(Engine.Postgres);

/// <summary>Storage, request by request as recorded from the server that clients know.</summary>
public abstract class StorageTests : IAsyncLifetime
{
    private const string VersionFailed = """400 {"code":3,"message":"Storage write rejected - version check failed."}""";
    private const string DeleteFailed =
        """400 {"code":3,"message":"Storage delete rejected - not found, version check failed, or permission denied."}""";

    private readonly TestServices _services;
    private readonly Guid _alice = Guid.Parse("26df2f9f-5da2-4e96-80e1-8414bfe7b7ea");
    private readonly Guid _bob = Guid.NewGuid();

    protected StorageTests(Engine engine)
    {
        _services = new TestServices(engine);
        _services.Time.Advance(TimeSpan.FromMicroseconds(1_382_210));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task Objects_are_written_and_acknowledged_with_their_versions() => Assert.Equal(
        $$"""200 {"acks":[{"collection":"saves","key":"slot1","version":"8e1ca8ff9f4ce39e615993c5fd1a60d3","user_id":"{{_alice}}","create_time":"2026-11-20T21:29:28.382210Z","update_time":"2026-11-20T21:29:28.382210Z"},{"collection":"saves","key":"slot2","version":"84b77cbf383a73c83f10cf830ed9b6b7","user_id":"{{_alice}}","create_time":"2026-11-20T21:29:28.382210Z","update_time":"2026-11-20T21:29:28.382210Z"}]}""",
        await WriteTwoAsync());

    [Fact]
    public async Task An_object_that_is_written_again_keeps_its_time_of_creation()
    {
        await WriteTwoAsync();
        _services.Time.Advance(TimeSpan.FromSeconds(2));
        string again = await WriteAsync(_alice, """{"collection":"saves","key":"slot2","value":"{}"}""");
        Assert.Contains("\"create_time\":\"2026-11-20T21:29:28.382210Z\",\"update_time\":\"2026-11-20T21:29:30.382210Z\"", again);
    }

    [Theory]
    [InlineData("""{"collection":"saves","key":"slot1","value":"{\"level\":9}","version":"wrong"}""", VersionFailed)]
    [InlineData("""{"collection":"saves","key":"slot2","value":"{\"level\":9}","version":"*"}""", VersionFailed)]
    [InlineData("""{"collection":"saves","key":"new","value":"{\"level\":9}","version":"84b77cbf383a73c83f10cf830ed9b6b7"}""", VersionFailed)]
    [InlineData("""{"collection":"saves","key":"slot3","value":"5"}""", """400 {"code":3,"message":"Value must be a JSON object."}""")]
    [InlineData("""{"collection":"saves","key":"slot3","value":""}""", """400 {"code":3,"message":"Value must be a JSON object."}""")]
    [InlineData("""{"collection":"saves","key":"slot3","value":"{}}"}""", """400 {"code":3,"message":"Value must be a JSON object."}""")]
    [InlineData("""{"collection":"saves","key":"slot3","value":"[{}]"}""", """400 {"code":3,"message":"Value must be a JSON object."}""")]
    [InlineData("""{"collection":"saves","key":"","value":"{}"}""", """400 {"code":3,"message":"Invalid collection or key value supplied. They must be set."}""")]
    [InlineData("""{"collection":"","key":"k","value":"{}"}""", """400 {"code":3,"message":"Invalid collection or key value supplied. They must be set."}""")]
    [InlineData("""{"collection":"saves","key":"k","value":"{}","permission_read":3}""", """400 {"code":3,"message":"Invalid Read permission supplied. It must be either 0, 1 or 2."}""")]
    [InlineData("""{"collection":"saves","key":"k","value":"{}","permission_write":2}""", """400 {"code":3,"message":"Invalid Write permission supplied. It must be either 0 or 1."}""")]
    [InlineData("""{"collection":"saves","key":"nul\u0000","value":"{}"}""", """400 {"code":3,"message":"A text holds a NUL character or is not valid Unicode."}""")]
    public async Task A_wrong_write_is_refused_and_its_neighbours_with_it(string wrong, string expected)
    {
        await WriteTwoAsync();
        Assert.Equal(expected, await WriteAsync(_alice, """{"collection":"saves","key":"neighbour","value":"{}"}""", wrong));
        Assert.Equal("200 {}", await ReadAsync(_alice, "neighbour"));
        Assert.Contains("\\\"level\\\":4", await ReadAsync(_alice, "slot2"));
    }

    [Fact]
    public async Task A_version_that_is_there_may_be_overwritten_and_deleted()
    {
        await WriteTwoAsync();
        Assert.StartsWith("200 ", await WriteAsync(_alice, """{"collection":"saves","key":"slot2","value":"{\"level\":5}","version":"84b77cbf383a73c83f10cf830ed9b6b7"}"""));
        Assert.Equal(VersionFailed, await WriteAsync(_alice, """{"collection":"saves","key":"slot2","value":"{\"level\":6}","version":"84b77cbf383a73c83f10cf830ed9b6b7"}"""));
        Assert.Equal(DeleteFailed, await DeleteAsync(_alice, """{"collection":"saves","key":"slot2","version":"84b77cbf383a73c83f10cf830ed9b6b7"}"""));
        Assert.Equal("200 {}", await DeleteAsync(_alice, """{"collection":"saves","key":"slot2","version":"4cdd2b577d2e56ab0e93ef3ead8ff1cd"}""".Replace("4cdd2b577d2e56ab0e93ef3ead8ff1cd", StorageRules.VersionOf("{\"level\":5}"), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_only_the_server_may_write_clients_may_not()
    {
        Assert.Contains("99914b932bd37a50b983c5e7c90ae93b", await WriteAsync(_alice, """{"collection":"saves","key":"ro","value":"{}","permission_write":0,"permission_read":0}"""));
        const string Denied = """400 {"code":3,"message":"Storage write rejected - permission denied."}""";
        Assert.Equal(Denied, await WriteAsync(_alice, """{"collection":"saves","key":"ro","value":"{\"x\":1}"}"""));
        Assert.Equal(Denied, await WriteAsync(_alice, """{"collection":"saves","key":"ro","value":"{\"x\":1}","version":"99914b932bd37a50b983c5e7c90ae93b"}"""));
        Assert.Equal(VersionFailed, await WriteAsync(_alice, """{"collection":"saves","key":"ro","value":"{\"x\":1}","version":"wrong"}"""));
        Assert.Equal(DeleteFailed, await DeleteAsync(_alice, """{"collection":"saves","key":"ro"}"""));
        Assert.Equal("200 {}", await ReadAsync(_alice, "ro"));
        StorageId id = new("saves", "ro", _alice);
        Assert.Single(await _services.Catalogue.Storage.ReadAsync([id], null, default));
        StorageOutcome byServer = await _services.Catalogue.Storage.WriteAsync([new StorageWrite(id, "{\"x\":2}")], null);
        Assert.Equal(StorageResult.Done, byServer.Result);
        Assert.True(await _services.Catalogue.Storage.DeleteAsync([new StorageDelete(id)], null));
    }

    [Fact]
    public async Task Public_objects_are_read_by_anyone_private_ones_by_their_owner()
    {
        await WriteTwoAsync();
        Assert.Equal(
            $$"""200 {"objects":[{"collection":"saves","key":"slot1","user_id":"{{_alice}}","value":"{\"level\":3,\"a\":1}","version":"8e1ca8ff9f4ce39e615993c5fd1a60d3","permission_read":2,"permission_write":1,"create_time":"2026-11-20T21:29:28Z","update_time":"2026-11-20T21:29:28Z"}]}""",
            await ReadAsync(_bob, "slot1", "none"));
        Assert.Equal("200 {}", await ReadAsync(_bob, "slot2"));
        Assert.Contains("slot2", await ReadAsync(_alice, "slot2"));
    }

    [Fact]
    public async Task Objects_of_the_server_itself_have_no_user()
    {
        await _services.Catalogue.Storage.WriteAsync([new StorageWrite(new StorageId("news", "today", Guid.Empty), "{}", Read: StorageRead.Everybody)], null);
        Assert.Contains("00000000-0000-0000-0000-000000000000", await _services.SendAsAsync(_bob, "POST", "/v2/storage", """{"object_ids":[{"collection":"news","key":"today"}]}"""));
    }

    [Theory]
    [InlineData("""{"object_ids":[{"collection":"saves","key":""}]}""", "Invalid collection or key value supplied. They must be set.")]
    [InlineData("""{"object_ids":[{"collection":"saves","key":"a","user_id":"abc"}]}""", "Invalid user ID - make sure user ID is a valid UUID.")]
    public async Task A_wrong_read_is_refused(string body, string message) =>
        Assert.Equal($$"""400 {"code":3,"message":"{{message}}"}""", await _services.SendAsAsync(_alice, "POST", "/v2/storage", body));

    [Fact]
    public async Task Own_objects_are_listed_by_permission_then_key_and_in_pages()
    {
        await WriteTwoAsync();
        await WriteAsync(_alice, """{"collection":"saves","key":"hidden","value":"{}","permission_read":0}""", """{"collection":"other","key":"a","value":"{}"}""");
        string first = await ListAsync(_alice, $"saves/{_alice}?limit=1");
        Assert.StartsWith(
            $$"""200 {"objects":[{"collection":"saves","key":"slot2","user_id":"{{_alice}}","value":"{\"level\":4}","version":"84b77cbf383a73c83f10cf830ed9b6b7","permission_read":1,"permission_write":1,"create_time":"2026-11-20T21:29:28Z","update_time":"2026-11-20T21:29:28Z"}],"cursor":" """.TrimEnd(),
            first);
        string second = await ListAsync(_alice, $"saves/{_alice}?limit=1&cursor={Cursor(first)}");
        Assert.Contains("\"slot1\"", second);
        Assert.DoesNotContain("cursor", second);
        Assert.Equal(["slot2"], Keys(await ListAsync(_alice, $"saves/{_alice}")));
    }

    [Fact]
    public async Task Of_others_only_public_objects_are_listed_and_pages_miss_none()
    {
        Guid[] users = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).Order()];
        foreach (Guid user in users)
        {
            await WriteAsync(user, [.. Enumerable.Range(0, 9).Select(i => $$"""{"collection":"c","key":"k{{i}}","value":"{}","permission_read":{{i % 3}}}""")]);
        }
        Assert.Equal(["k2", "k5", "k8"], Keys(await ListAsync(_bob, $"c/{users[1]}?limit=100")));
        List<string> all = [];
        string cursor = "";
        do
        {
            string page = await ListAsync(_bob, $"c?limit=4&cursor={cursor}");
            all.AddRange(Keys(page));
            cursor = page.Contains("\"cursor\"", StringComparison.Ordinal) ? Cursor(page) : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(["k2", "k2", "k2", "k5", "k5", "k5", "k8", "k8", "k8"], all);
        Assert.Equal(6, Keys(await ListAsync(users[0], $"c/{users[0]}?limit=100")).Count);
    }

    [Theory]
    [InlineData("saves?limit=1000", "Invalid limit - limit must be between 1 and 100.")]
    [InlineData("saves?limit=0", "Invalid limit - limit must be between 1 and 100.")]
    [InlineData("saves?limit=1&cursor=zzz", "Malformed cursor was used.")]
    [InlineData("saves?limit=1&cursor=AQEAAAAAAAAAAAAAAAAAAAAA_w", "Malformed cursor was used.")]
    [InlineData("saves/nobody?limit=1", "Invalid user ID - make sure user ID is a valid UUID.")]
    public async Task A_wrong_listing_is_refused(string target, string message) =>
        Assert.Equal($$"""400 {"code":3,"message":"{{message}}"}""", await ListAsync(_alice, target));

    [Fact]
    public async Task Objects_are_deleted_all_or_none()
    {
        await WriteTwoAsync();
        Assert.Equal(DeleteFailed, await DeleteAsync(_alice, """{"collection":"saves","key":"slot1","version":"nope"}"""));
        Assert.Equal(DeleteFailed, await DeleteAsync(_bob, """{"collection":"saves","key":"slot1"}"""));
        Assert.Equal(DeleteFailed, await DeleteAsync(_alice, """{"collection":"saves","key":"slot1"},{"collection":"saves","key":"none"}"""));
        Assert.Contains("slot1", await ReadAsync(_alice, "slot1"));
        Assert.Equal("200 {}", await DeleteAsync(_alice, """{"collection":"saves","key":"slot2"}"""));
        Assert.Equal(DeleteFailed, await DeleteAsync(_alice, """{"collection":"saves","key":"slot2"}"""));
        Assert.Equal("200 {}", await DeleteAsync(_alice));
    }

    [Fact]
    public async Task Of_many_that_write_if_nothing_is_there_one_does()
    {
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WriteAsync(_alice, $$"""{"collection":"saves","key":"race","value":"{\"i\":{{i}}}","version":"*"}""")));
        Assert.Single(answers, a => a.StartsWith("200 ", StringComparison.Ordinal));
        Assert.Equal(19, answers.Count(a => a == VersionFailed));
    }

    [Fact]
    public async Task Writing_what_one_has_read_loses_no_increment()
    {
        await WriteAsync(_alice, """{"collection":"saves","key":"n","value":"{\"n\":0}"}""");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (true)
            {
                StorageRecord there = (await _services.Catalogue.Storage.ReadAsync([new StorageId("saves", "n", _alice)], _alice, default))[0];
                int next = JsonDocument.Parse(there.Value).RootElement.GetProperty("n").GetInt32() + 1;
                StorageWrite write = new(there.Id, $$"""{"n":{{next}}}""", there.Version);
                if ((await _services.Catalogue.Storage.WriteAsync([write], _alice)).Result == StorageResult.Done)
                {
                    return;
                }
            }
        }));
        Assert.Contains("{\\\"n\\\":8}", await ReadAsync(_alice, "n"));
    }

    private Task<string> WriteTwoAsync() => WriteAsync(
        _alice,
        """{"collection":"saves","key":"slot1","value":"{\"level\":3,\"a\":1}","permission_read":2,"permission_write":1}""",
        """{"collection":"saves","key":"slot2","value":"{\"level\":4}","version":"*"}""");

    private Task<string> WriteAsync(Guid user, params string[] objects) =>
        _services.SendAsAsync(user, "PUT", "/v2/storage", $$"""{"objects":[{{string.Join(',', objects)}}]}""");

    private Task<string> ReadAsync(Guid user, params string[] keys) => _services.SendAsAsync(
        user, "POST", "/v2/storage", $$"""{"object_ids":[{{string.Join(',', keys.Select(k => $$"""{"collection":"saves","key":"{{k}}","user_id":"{{_alice}}"}"""))}}]}""");

    private Task<string> DeleteAsync(Guid user, string ids = "") => _services.SendAsAsync(user, "PUT", "/v2/storage/delete", $$"""{"object_ids":[{{ids}}]}""");

    private Task<string> ListAsync(Guid user, string target) => _services.SendAsAsync(user, "GET", "/v2/storage/" + target);

    private static string Cursor(string answer) => JsonDocument.Parse(answer[4..]).RootElement.GetProperty("cursor").GetString()!;

    private static List<string> Keys(string answer) =>
        [.. JsonDocument.Parse(answer[4..]).RootElement.GetProperty("objects").EnumerateArray().Select(o => o.GetProperty("key").GetString()!)];
}
