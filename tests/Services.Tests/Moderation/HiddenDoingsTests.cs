using RealtimeServer.Services.Data;
using RealtimeServer.Services.Notifications;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Services.Storage;

namespace RealtimeServer.Services.Moderation;

public sealed class SqliteHiddenDoingsTests() : HiddenDoingsTests(Engine.Sqlite);

public sealed class PostgresHiddenDoingsTests() : HiddenDoingsTests(Engine.Postgres);

/// <summary>What a shadow-banned player does, feature by feature: that player sees it, others do not, until the ban is lifted. And what a block keeps away.</summary>
public abstract class HiddenDoingsTests(Engine engine) : IAsyncLifetime
{
    private readonly TestServices _services = new(engine, [new StorageIndexDefinition("heroes", "heroes", ["name"])]);
    private TestPlayer _cheater = null!;
    private TestPlayer _other = null!;

    public async Task InitializeAsync()
    {
        _cheater = await TestPlayer.SignUpAsync(_services, "cheater");
        _other = await TestPlayer.SignUpAsync(_services, "other");
        await _services.Catalogue.Bans.ShadowBanAsync(_cheater.Id);
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task Public_objects()
    {
        const string Object = """{"objects":[{"collection":"heroes","key":"k","value":"{\"name\":\"bob\"}","permission_read":2}]}""";
        Assert.StartsWith("200 ", await _cheater.SendAsync("PUT", "/v2/storage", Object), StringComparison.Ordinal);
        string read = $$"""{"object_ids":[{"collection":"heroes","key":"k","user_id":"{{_cheater.Id}}"}]}""";
        await SeenAsync("POST", "/v2/storage", read);
        await SeenAsync("GET", $"/v2/storage/heroes?user_id={_cheater.Id}");
        await SeenAsync("GET", $"/v2/storage/heroes/{_cheater.Id}");
        StorageStore storage = _services.Catalogue.Storage;
        Assert.Empty((await storage.ListAsync("heroes", null, _other.Id, 10, null, default))!.Objects);
        Assert.Single((await storage.ListAsync("heroes", null, null, 10, null, default))!.Objects);
        Assert.Single(await storage.ReadAsync([new StorageId("heroes", "k", _cheater.Id)], caller: null, default));
    }

    [Fact]
    public async Task Groups_they_made_and_asked_to_join()
    {
        await _cheater.CallAsync("POST", "/v2/group", """{"name":"cheaters of the world","open":true}""");
        await SeenAsync("GET", "/v2/group?name=cheaters%25&limit=10");
        string club = (await _other.CallAsync("POST", "/v2/group", """{"name":"club"}""")).GetProperty("id").GetString()!;
        Assert.Equal("200 {}", await _cheater.SendAsync("POST", $"/v2/group/{club}/join"));
        await SeenAsync("GET", $"/v2/group/{club}/user?limit=10");
    }

    [Fact]
    public async Task What_they_send_in_relayed_matches()
    {
        TestChannel theirs = _cheater.OpenSocket(out RealtimeSession cheater);
        TestChannel others = _other.OpenSocket(out RealtimeSession other);
        await SendAsync(other, """{"match_create":{"name":"room"}}""");
        await SendAsync(cheater, """{"match_create":{"name":"room"}}""");
        string match = System.Text.Json.JsonDocument.Parse(theirs.Take()[^1]).RootElement.GetProperty("match").GetProperty("match_id").GetString()!;
        others.Take();
        string self = $$"""{"user_id":"{{_cheater.Id}}","session_id":"{{cheater.Presence.SessionId}}","username":"cheater"}""";
        await SendAsync(cheater, $$$"""{"match_data_send":{"match_id":"{{{match}}}","op_code":"7","data":"eA=="}}""");
        await SendAsync(cheater, $$$"""{"match_data_send":{"match_id":"{{{match}}}","op_code":"8","data":"eA==","presences":[{{{self}}}]}}""");
        Assert.Empty(others.Take());
        Assert.Contains("\"op_code\":\"8\"", Assert.Single(theirs.Take()), StringComparison.Ordinal);
        await SendAsync(other, $$$"""{"match_data_send":{"match_id":"{{{match}}}","op_code":"9","data":"eA=="}}""");
        Assert.Contains("\"op_code\":\"9\"", Assert.Single(theirs.Take()), StringComparison.Ordinal);
        await _services.Catalogue.Bans.LiftShadowBanAsync(_cheater.Id);
        await SendAsync(cheater, $$$"""{"match_data_send":{"match_id":"{{{match}}}","op_code":"10","data":"eA=="}}""");
        Assert.Contains("\"op_code\":\"10\"", Assert.Single(others.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notifications_do_not_pass_a_block()
    {
        await _services.Catalogue.Bans.LiftShadowBanAsync(_cheater.Id);
        TestPlayer third = await TestPlayer.SignUpAsync(_services, "third");
        await _other.CallAsync("POST", $"/v2/friend/block?ids={_cheater.Id}");
        TestChannel socket = _other.OpenSocket(out _);
        TestChannel free = third.OpenSocket(out _);
        await _services.Catalogue.Notifications.SendAsync(
            new NewNotification([_other.Id, third.Id], "gift", "{}", 1, _cheater.Id), new NewNotification([_other.Id], "now", "{}", 2, _cheater.Id, Persistent: false));
        await _services.Catalogue.Notifications.SendToAllAsync(new NewNotification([], "all", "{}", 3, _cheater.Id));
        await _services.Catalogue.Notifications.SendToAllAsync(new NewNotification([], "all now", "{}", 4, _cheater.Id, Persistent: false));
        Assert.Empty(socket.Take());
        Assert.DoesNotContain("subject", await _other.SendAsync("GET", "/v2/notification"), StringComparison.Ordinal);
        Assert.Equal(3, free.Take().Length);
        await _services.Catalogue.Notifications.SendAsync(new NewNotification([_other.Id], "news", "{}", 1));
        Assert.Single(socket.Take());
    }

    /// <summary>The cheater's id is in the answer to the cheater, in that to the other not before the ban is lifted.</summary>
    private async Task SeenAsync(string method, string target, string body = "")
    {
        string id = $"{_cheater.Id}";
        Assert.Contains(id, await _cheater.SendAsync(method, target, body), StringComparison.Ordinal);
        string others = await _other.SendAsync(method, target, body);
        Assert.StartsWith("200 ", others, StringComparison.Ordinal);
        Assert.DoesNotContain(id, others, StringComparison.Ordinal);
        await _services.Catalogue.Bans.LiftShadowBanAsync(_cheater.Id);
        Assert.Contains(id, await _other.SendAsync(method, target, body), StringComparison.Ordinal);
        await _services.Catalogue.Bans.ShadowBanAsync(_cheater.Id);
    }

    private static async Task SendAsync(RealtimeSession session, string json)
    {
        Assert.True(Protocol.Json.EnvelopeCodec.TryReadJson(System.Text.Encoding.UTF8.GetBytes(json), out Protocol.Realtime.Envelope? envelope));
        await session.Receive(envelope);
    }
}
