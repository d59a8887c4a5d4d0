using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

public sealed class SqliteAccountLinksTests() : AccountLinksTests(Engine.Sqlite);

public sealed class PostgresAccountLinksTests() : AccountLinksTests(Engine.Postgres);

/// <summary>What signs in to an account, and what players show of themselves, on both databases.</summary>
public abstract class AccountLinksTests : IAsyncLifetime
{
    private const string LastOne = """403 {"code":7,"message":"Cannot unlink last account identifier. Check profile exists and is not last link."}""";

    private readonly TestServices _services;

    protected AccountLinksTests(Engine engine) => _services = new TestServices(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_custom_id_signs_in_like_a_device()
    {
        (Guid user, _) = await SignInAsync("custom", """{"id":"custom-pqtcytaoat"}""", "?create=true&username=carla");
        Assert.Equal(user, (await SignInAsync("custom", """{"id":"custom-pqtcytaoat"}""")).User);
        Assert.Equal("""409 {"code":6,"message":"Username is already in use."}""", await AuthenticateAsync("custom", """{"id":"custom-other"}""", "?username=carla"));
        Assert.Equal("""404 {"code":5,"message":"User account not found."}""", await AuthenticateAsync("custom", """{"id":"custom-other"}""", "?create=false"));
        Assert.Equal("""400 {"code":3,"message":"Custom ID is required."}""", await AuthenticateAsync("custom", "{}"));
        Assert.Equal("""400 {"code":3,"message":"Custom ID invalid, must be 6-128 bytes."}""", await AuthenticateAsync("custom", """{"id":"five5"}"""));
        Assert.Contains("no spaces or control", await AuthenticateAsync("custom", """{"id":"with space"}"""));
    }

    [Fact]
    public async Task What_is_linked_signs_in_to_the_same_account_and_is_shown_with_it()
    {
        (Guid user, string token) = await SignInAsync("device", """{"id":"device-1234567890"}""", "?username=dora");
        Assert.Equal("200 {}", await PostAsync(token, "link/custom", """{"id":"custom-of-dora"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "link/device", """{"id":"device-of-dora-2"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "link/device", """{"id":"device-of-dora-2"}"""));
        Assert.Equal(user, (await SignInAsync("custom", """{"id":"custom-of-dora"}""")).User);
        Assert.Equal(user, (await SignInAsync("device", """{"id":"device-of-dora-2"}""")).User);
        string account = await _services.SendAsync("GET", "/v2/account", "Bearer " + token);
        Assert.Contains("\"custom_id\":\"custom-of-dora\"", account);
        Assert.Contains("""{"id":"device-1234567890"}""", account);
        Assert.Contains("""{"id":"device-of-dora-2"}""", account);
    }

    [Fact]
    public async Task What_another_account_has_is_not_linked()
    {
        (_, string one) = await SignInAsync("device", """{"id":"device-1234567890"}""");
        await SignInAsync("device", """{"id":"device-pzgtehuxxz"}""");
        (_, string three) = await SignInAsync("custom", """{"id":"custom-taken"}""");
        Assert.Equal("""409 {"code":6,"message":"Device ID already in use."}""", await PostAsync(one, "link/device", """{"id":"device-pzgtehuxxz"}"""));
        Assert.Equal("""409 {"code":6,"message":"Custom ID is already in use."}""", await PostAsync(one, "link/custom", """{"id":"custom-taken"}"""));
        Assert.Equal("200 {}", await PostAsync(three, "link/custom", """{"id":"custom-taken"}"""));
        Assert.Equal("200 {}", await PostAsync(three, "link/custom", """{"id":"custom-instead"}"""));
        Assert.Equal("200 {}", await PostAsync(one, "link/custom", """{"id":"custom-taken"}"""));
    }

    [Fact]
    public async Task The_last_way_in_is_kept()
    {
        (_, string token) = await SignInAsync("device", """{"id":"device-1234567890"}""");
        Assert.Equal(LastOne, await PostAsync(token, "unlink/device", """{"id":"device-1234567890"}"""));
        Assert.Equal(LastOne, await PostAsync(token, "unlink/custom", "{}"));
        Assert.Equal("""400 {"code":3,"message":"A device ID must be supplied."}""", await PostAsync(token, "unlink/device", "{}"));
        Assert.Equal("200 {}", await PostAsync(token, "link/custom", """{"id":"custom-of-erik"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "unlink/device", """{"id":"device-1234567890"}"""));
        Assert.Equal(LastOne, await PostAsync(token, "unlink/custom", """{"id":"custom-of-erik"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "link/device", """{"id":"device-of-erik-2"}"""));
        Assert.Equal(LastOne, await PostAsync(token, "unlink/custom", """{"id":"custom-of-another"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "unlink/custom", """{"id":"custom-of-erik"}"""));
        Assert.StartsWith("404 ", await AuthenticateAsync("custom", """{"id":"custom-of-erik"}""", "?create=false"));
    }

    [Fact]
    public async Task Whoever_unlinks_both_at_once_keeps_one()
    {
        for (int round = 0; round < 20; round++)
        {
            (_, string token) = await SignInAsync("device", $$"""{"id":"device-of-round-{{round}}"}""");
            Assert.Equal("200 {}", await PostAsync(token, "link/custom", $$"""{"id":"custom-of-round-{{round}}"}"""));
            string[] answers = await Task.WhenAll(
                Task.Run(() => PostAsync(token, "unlink/custom", "{}")),
                Task.Run(() => PostAsync(token, "unlink/device", $$"""{"id":"device-of-round-{{round}}"}""")));
            Assert.Equal([LastOne, "200 {}"], answers.OrderDescending(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task An_account_has_so_many_devices_and_no_more()
    {
        (_, string token) = await SignInAsync("device", """{"id":"device-number-0"}""");
        for (int i = 1; i < Limits.DevicesMax; i++)
        {
            Assert.Equal("200 {}", await PostAsync(token, "link/device", $$"""{"id":"device-number-{{i}}"}"""));
        }
        Assert.StartsWith("""429 {"code":8,""", await PostAsync(token, "link/device", """{"id":"device-one-too-many"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "link/device", """{"id":"device-number-7"}"""));
    }

    [Fact]
    public async Task An_account_changes_where_it_is_asked_to()
    {
        (_, string token) = await SignInAsync("device", """{"id":"device-1234567890"}""", "?username=fred");
        await SignInAsync("device", """{"id":"device-of-gina"}""", "?username=gina");
        _services.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("200 {}", await PutAsync(token, """{"display_name":"Alice","lang_tag":"de","timezone":"UTC","location":"Paris"}"""));
        Assert.Equal("200 {}", await PutAsync(token, """{"displayName":"Alice2","avatarUrl":"http://x/y"}"""));
        Assert.Contains(
            """
            "username":"fred","display_name":"Alice2","avatar_url":"http://x/y","lang_tag":"de","location":"Paris","timezone":"UTC","metadata":"{}","create_time":"2026-11-20T21:29:27Z","update_time":"2026-11-20T21:29:32Z"}
            """.Trim(),
            Compact(await _services.SendAsync("GET", "/v2/account", "Bearer " + token)));
        Assert.Equal("""400 {"code":3,"message":"No fields to update."}""", await PutAsync(token, "{}"));
        Assert.Equal("""400 {"code":3,"message":"Username is already in use."}""", await PutAsync(token, """{"username":"gina"}"""));
        Assert.Equal("""400 {"code":3,"message":"Username invalid, must be 1-128 bytes."}""", await PutAsync(token, """{"username":""}"""));
        Assert.Contains("no spaces", await PutAsync(token, """{"username":"a b"}"""));
        Assert.Equal("""400 {"code":3,"message":"Language tag invalid, must be at most 18 bytes."}""", await PutAsync(token, """{"lang_tag":"nineteen characters"}"""));
        Assert.Equal("200 {}", await PutAsync(token, """{"username":"fredi","location":""}"""));
        string account = await _services.SendAsync("GET", "/v2/account", "Bearer " + token);
        Assert.Contains("\"username\":\"fredi\"", account);
        Assert.DoesNotContain("location", account);
    }

    [Fact]
    public async Task Players_are_found_by_id_and_by_name_each_once()
    {
        (Guid alice, string token) = await SignInAsync("device", """{"id":"device-1234567890"}""", "?username=alice");
        (Guid bob, _) = await SignInAsync("device", """{"id":"device-of-bob-1"}""", "?username=bob");
        string both = await _services.SendAsync("GET", $"/v2/user?ids={bob}&ids={Guid.NewGuid()}&usernames=bob&usernames=alice&usernames=nobody&facebook_ids=1", "Bearer " + token);
        using (JsonDocument users = JsonDocument.Parse(both[4..]))
        {
            Assert.Equal([$"{bob}", $"{alice}"], users.RootElement.GetProperty("users").EnumerateArray().Select(u => u.GetProperty("id").GetString()!));
        }
        Assert.Equal(
            $$"""200 {"users":[{"id":"{{bob}}","username":"bob","lang_tag":"en","metadata":"{}","create_time":"2026-11-20T21:29:27Z","update_time":"2026-11-20T21:29:27Z"}]}""",
            Compact(await _services.SendAsync("GET", $"/v2/user?ids={bob}", "Bearer " + token)));
        Assert.Equal("200 {}", await _services.SendAsync("GET", "/v2/user", "Bearer " + token));
        Assert.Equal("""400 {"code":3,"message":"ID 'abc' is not a valid system ID."}""", await _services.SendAsync("GET", "/v2/user?ids=abc", "Bearer " + token));
        string many = string.Join('&', Enumerable.Range(0, Limits.GetUsersMax + 1).Select(i => $"usernames={i}"));
        Assert.StartsWith("400 ", await _services.SendAsync("GET", "/v2/user?" + many, "Bearer " + token));
        Assert.Equal(alice, (await _services.Catalogue.Users.IdsOfAsync(["alice", "nobody"], default))["alice"]);
    }

    private Task<string> AuthenticateAsync(string by, string body, string query = "") =>
        _services.SendAsync("POST", $"/v2/account/authenticate/{by}{query}", TestServices.KeyHeader(), body);

    private async Task<(Guid User, string Token)> SignInAsync(string by, string body, string query = "")
    {
        string answer = await AuthenticateAsync(by, body, query);
        Assert.StartsWith("200 ", answer);
        string token = JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString()!;
        return (_services.Tokens.VerifySession(token).Claims!.UserId, token);
    }

    private Task<string> PostAsync(string token, string what, string body) => _services.SendAsync("POST", "/v2/account/" + what, "Bearer " + token, body);

    private Task<string> PutAsync(string token, string body) => _services.SendAsync("PUT", "/v2/account", "Bearer " + token, body);

    private static string Compact(string answer)
    {
        using JsonDocument body = JsonDocument.Parse(answer[4..]);
        return answer[..4] + JsonSerializer.Serialize(body.RootElement);
    }
}
