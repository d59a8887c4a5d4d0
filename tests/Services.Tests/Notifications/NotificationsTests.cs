using System.Text.Json;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Notifications;

public sealed class SqliteNotificationsTests() : NotificationsTests(Engine.Sqlite);

public sealed class PostgresNotificationsTests() : NotificationsTests(Engine.Postgres);

public abstract class NotificationsTests(Engine engine) : IAsyncLifetime
{
    private readonly TestServices _services = new(engine);
    private TestPlayer _alice = null!;
    private TestPlayer _bob = null!;

    private NotificationStore Store => _services.Catalogue.Notifications;

    public async Task InitializeAsync()
    {
        _alice = await TestPlayer.SignUpAsync(_services, "alice");
        _bob = await TestPlayer.SignUpAsync(_services, "bob");
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_persistent_one_reaches_open_sockets_and_the_list_of_those_away()
    {
        TestChannel one = _alice.OpenSocket(out _);
        TestChannel two = _alice.OpenSocket(out _);
        NewNotification sent = new([_alice.Id, _bob.Id, Guid.NewGuid()], "You have unlocked level 100!", """{"reward_coins":1000}""", 1, _alice.Id);
        await Store.SendAsync(sent);
        string shown = $$"""{"id":"{{sent.Id}}","subject":"You have unlocked level 100!","content":"{\"reward_coins\":1000}","code":1,"sender_id":"{{_alice.Id}}","create_time":"2026-11-20T21:29:27Z","persistent":true}""";
        string pushed = $$$"""{"notifications":{"notifications":[{{{shown}}}]}}""";
        Assert.Equal([pushed], one.Take());
        Assert.Equal([pushed], two.Take());
        Assert.StartsWith($$"""200 {"notifications":[{{shown}}],"cacheable_cursor":""", await _bob.SendAsync("GET", "/v2/notification?limit=2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transient_one_reaches_open_sockets_alone()
    {
        TestChannel socket = _alice.OpenSocket(out RealtimeSession session);
        await Store.SendAsync(new NewNotification([_alice.Id, _bob.Id], "now", "{}", 7, Persistent: false));
        Assert.DoesNotContain("persistent", Assert.Single(socket.Take()), StringComparison.Ordinal);
        Assert.DoesNotContain("notifications", await _alice.SendAsync("GET", "/v2/notification"), StringComparison.Ordinal);
        session.Closed();
        await Store.SendAsync(new NewNotification([_alice.Id], "gone", "{}", 7, Persistent: false));
        Assert.Empty(socket.Take());
    }

    [Fact]
    public async Task A_cursor_is_good_for_what_comes_later_even_when_everything_was_deleted()
    {
        string none = (await _alice.CallAsync("GET", "/v2/notification")).GetProperty("cacheable_cursor").GetString()!;
        await SendAsync("one", "two", "three");
        JsonElement page = await _alice.CallAsync("GET", $"/v2/notification?limit=2&cacheable_cursor={none}");
        Assert.Equal(["one", "two"], Subjects(page));
        string cursor = page.GetProperty("cacheable_cursor").GetString()!;
        page = await _alice.CallAsync("GET", $"/v2/notification?limit=100&cacheable_cursor={cursor}");
        Assert.Equal(["three"], Subjects(page));
        cursor = page.GetProperty("cacheable_cursor").GetString()!;
        Assert.Equal($$"""200 {"cacheable_cursor":"{{cursor}}"}""", await _alice.SendAsync("GET", $"/v2/notification?limit=100&cacheable_cursor={cursor}"));
        await DeleteAllAsync();
        await SendAsync("four");
        Assert.Equal(["four"], Subjects(await _alice.CallAsync("GET", $"/v2/notification?limit=100&cacheable_cursor={cursor}")));
    }

    [Fact]
    public async Task Only_ones_own_are_deleted_and_those_that_are_not_there_passed_over()
    {
        await Store.SendAsync(new NewNotification([_alice.Id, _bob.Id], "both", "{}", 1));
        Guid id = (await _alice.ListAsync("/v2/notification", "notifications"))[0].GetProperty("id").GetGuid();
        Assert.Equal("200 {}", await _alice.SendAsync("DELETE", $"/v2/notification?ids={id}&ids={Guid.NewGuid()}&ids=nonsense"));
        Assert.Empty(await _alice.ListAsync("/v2/notification", "notifications"));
        Assert.Single(await _bob.ListAsync("/v2/notification", "notifications"));
        Assert.Equal("200 {}", await _alice.SendAsync("DELETE", "/v2/notification"));
    }

    [Theory]
    [InlineData("limit=0", "Invalid limit - limit must be between 1 and 100.")]
    [InlineData("limit=101", "Invalid limit - limit must be between 1 and 100.")]
    [InlineData("cacheable_cursor=zzz", "Malformed cursor was used.")]
    public async Task A_wrong_listing_is_refused(string query, string message) =>
        Assert.Equal($$"""400 {"code":3,"message":"{{message}}"}""", await _alice.SendAsync("GET", "/v2/notification?" + query));

    [Fact]
    public async Task The_oldest_go_when_a_user_never_looks()
    {
        await SendAsync([.. Enumerable.Range(0, 20).Select(i => $"early{i}")]);
        await _services.Database.WriteAsync(s => s.ExecuteAsync("UPDATE notification_counters SET newest = newest + @By", new { By = Limits.NotificationsKeptMax - 15 }));
        await SendAsync("late");
        JsonElement[] kept = await _alice.ListAsync("/v2/notification?limit=100", "notifications");
        Assert.Equal([.. Enumerable.Range(6, 14).Select(i => $"early{i}"), "late"], kept.Select(n => n.GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task One_to_all_reaches_every_account_once()
    {
        TestPlayer[] players = [_alice, _bob, .. await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TestPlayer.SignUpAsync(_services, $"player{i}")))];
        TestChannel socket = players[3].OpenSocket(out _);
        await Store.SendToAllAsync(new NewNotification([], "maintenance", "{}", 5));
        await Store.SendToAllAsync(new NewNotification([], "now", "{}", 6, Persistent: false));
        foreach (TestPlayer player in players)
        {
            Assert.Equal(["maintenance"], Subjects(await player.CallAsync("GET", "/v2/notification?limit=100")));
        }
        Assert.Equal(2, socket.Take().Length);
    }

    [Theory]
    [InlineData("", "{}", 1)]
    [InlineData("subject", "5", 1)]
    [InlineData("subject", "{}", 0)]
    public async Task What_no_client_can_show_is_not_sent(string subject, string content, int code) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.SendAsync(new NewNotification([_alice.Id], subject, content, code)));

    [Fact]
    public async Task Many_senders_at_once_lose_none_and_a_reader_who_pages_along_misses_none()
    {
        const int Senders = 16, Each = 25;
        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
            {
                await Store.SendAsync(new NewNotification(sender % 2 == 0 ? [_alice.Id, _bob.Id] : [_bob.Id, _alice.Id], $"{sender}.{i}", "{}", 1));
            }
        })));
        List<string> read = [];
        string cursor = "";
        while (true)
        {
            bool last = sending.IsCompleted;
            JsonElement page = await _alice.CallAsync("GET", $"/v2/notification?limit=7&cacheable_cursor={cursor}");
            string[] subjects = Subjects(page);
            read.AddRange(subjects);
            cursor = page.GetProperty("cacheable_cursor").GetString()!;
            if (subjects.Length == 0 && last)
            {
                break;
            }
        }
        await sending;
        Assert.Equal(Enumerable.Range(0, Senders).SelectMany(s => Enumerable.Range(0, Each).Select(i => $"{s}.{i}")).Order(), read.Order());
    }

    private async Task SendAsync(params string[] subjects)
    {
        foreach (string subject in subjects)
        {
            await Store.SendAsync(new NewNotification([_alice.Id], subject, "{}", 1));
        }
    }

    private async Task DeleteAllAsync()
    {
        JsonElement[] all = await _alice.ListAsync("/v2/notification?limit=100", "notifications");
        await _alice.CallAsync("DELETE", "/v2/notification?" + string.Join('&', all.Select(n => "ids=" + n.GetProperty("id").GetString())));
    }

    private static string[] Subjects(JsonElement page) => page.TryGetProperty("notifications", out JsonElement list)
        ? [.. list.EnumerateArray().Select(n => n.GetProperty("subject").GetString()!)]
        : [];
}
