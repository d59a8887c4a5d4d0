using System.Text;
using System.Text.Json;
using RealtimeServer.Matches;
using RealtimeServer.Services.Accounts.Passwords;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Connecting;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Sessions;
using RealtimeServer.Services.Storage;

namespace RealtimeServer.Services;

/// <summary>All services on a database of their own and a virtual clock, without sockets.</summary>
internal sealed class TestServices : IAsyncDisposable
{
    public const string ServerKey = "test-server-key";
    public const string HttpKey = "test-http-key";
    public const string AdminKey = "test-admin-key";

    private readonly TestDatabase _place;

    public TestServices(
        Engine engine = Engine.Sqlite,
        IReadOnlyList<StorageIndexDefinition>? indexes = null,
        IConnectTokenSealer? connectTokens = null,
        ServerCode? code = null,
        TimeSpan? codeTimeMax = null,
        Func<ServicesSetup, ServicesSetup>? changed = null)
    {
        _place = new TestDatabase(engine);
        Database = Open();
        Matches = TestMatches.Host(Time);
        Tokens = new SessionTokens(
            new SessionOptions("session-key-of-the-tests"u8.ToArray(), "refresh-key-of-the-tests"u8.ToArray(), TimeSpan.FromHours(2), TimeSpan.FromDays(7)),
            Time);
        ServicesSetup setup = new(Database, Matches, Tokens, ServerKey, Time, (where, what) => Faults.Add($"{where}: {what}"))
        {
            StorageIndexes = indexes ?? [],
            ConnectTokens = connectTokens,
            AdminKey = AdminKey,
            HttpKey = HttpKey,
            Code = code ?? new ServerCode(),
            ServerCodeTimeMax = codeTimeMax ?? TimeSpan.FromSeconds(Limits.ServerCodeSeconds),
            Passwords = new PasswordOptions { Rounds = 10 },
        };
        Setup = changed?.Invoke(setup) ?? setup;
        Catalogue = new Catalogue(Setup);
    }

    public VirtualTime Time { get; } = new();

    public Database Database { get; private set; }

    public MatchHost Matches { get; }

    public SessionTokens Tokens { get; }

    public ServicesSetup Setup { get; }

    public Catalogue Catalogue { get; }

    public System.Collections.Concurrent.ConcurrentBag<string> Faults { get; } = [];

    public static string KeyHeader(string key = ServerKey) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"));

    /// <summary>One request; the answer as "status body".</summary>
    public async Task<string> SendAsync(string method, string target, string? authorization, string body = "")
    {
        int question = target.IndexOf('?', StringComparison.Ordinal);
        (string path, string query) = question < 0 ? (target, "") : (target[..question], target[question..]);
        RestAnswer answer = await Catalogue.Rest.HandleAsync(method, path, query, authorization, Encoding.UTF8.GetBytes(body), CancellationToken.None);
        Assert.Equal(answer.HttpStatus == 401, answer.Challenge is not null);
        return $"{answer.HttpStatus} {Encoding.UTF8.GetString(answer.Json)}";
    }

    /// <summary>One request of a user; the answer as "status body".</summary>
    public Task<string> SendAsAsync(Guid user, string method, string target, string body = "") =>
        SendAsync(method, target, "Bearer " + Tokens.Issue(user, "user", new Dictionary<string, string>()).Token, body);

    public Task<string> AuthenticateAsync(string deviceId, string query = "", string vars = "{}") =>
        SendAsync("POST", "/v2/account/authenticate/device" + query, KeyHeader(), $$"""{"id":"{{deviceId}}","vars":{{vars}}}""");

    /// <summary>Signs in and returns the session token.</summary>
    public async Task<string> TokenAsync(string deviceId, string query = "", string vars = "{}")
    {
        string answer = await AuthenticateAsync(deviceId, query, vars);
        Assert.StartsWith("200 ", answer);
        return JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>Opens the database a second time, as a server after a restart would.</summary>
    public Database Open() => _place.Open(Catalogue.Migrations, Time);

    public async ValueTask DisposeAsync()
    {
        await Matches.DisposeAsync();
        Catalogue.Dispose();
        Database.Dispose();
        _place.Dispose();
        Assert.Empty(Faults);
    }
}
