using System.Text;
using RealtimeServer.Services.Accounts.Passwords;
using RealtimeServer.Services.Accounts.Providers;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Server.Settings;

/// <summary>The settings of accounts and sessions: how players prove who they are, and for how long that holds.</summary>
internal sealed record AccountSettings
{
    private const string UrlText = "an https URL";

    public static readonly IReadOnlyList<Setting> All =
    [
        new("session:oldKey", SettingKind.Secret, "", "The key before session:key, whose tokens are still good; empty: data:dir's, if any.")
        {
            Min = Limits.SigningKeyLengthMin, Max = Limits.SigningKeyLengthMax,
        },
        new("session:oldRefreshKey", SettingKind.Secret, "", "The key before session:refreshKey, likewise.") { Min = Limits.SigningKeyLengthMin, Max = Limits.SigningKeyLengthMax },
        new("session:refreshReuse", SettingKind.Choice, "end", "A refresh token that was used before ends its session (end), or is good still (allow).")
        {
            Choices = ["end", "allow"],
        },
        new("session:graceSeconds", SettingKind.Whole, "60", "How long a used refresh token is good still: its answer may have been lost.") { Max = 3600 },
        new("passwords:rounds", SettingKind.Whole, "210000", "Rounds of PBKDF2-HMAC-SHA512 for new password hashes.") { Min = 1000, Max = 10_000_000 },
        new("passwords:threads", SettingKind.Whole, "0", "Threads that hash passwords; 0: one for two cores.") { Max = Limits.WorkersMax },
        new("passwords:queue", SettingKind.Whole, "64", "Sign-ins that may wait for a hash; more are refused at once.") { Min = 1, Max = 65_536 },
        new("signIn:failures", SettingKind.Whole, "5", "Wrong passwords for one account from one address before they have to wait.") { Min = 1, Max = 1_000_000 },
        new("signIn:addressFailures", SettingKind.Whole, "30", "Wrong passwords from one address, for any accounts.") { Min = 1, Max = 1_000_000 },
        new("signIn:spreadFailures", SettingKind.Whole, "100", "Wrong passwords for one account from any addresses but those it was signed in from.") { Min = 1, Max = 1_000_000 },
        new("signIn:failureSeconds", SettingKind.Whole, "60", "Seconds after which one wrong password is forgiven.") { Min = 1, Max = 86_400 },
        new("providers:seconds", SettingKind.Whole, "5", "Longest time to wait for an answer of Google, Apple, Facebook or Steam.") { Min = 1, Max = 60 },
        new("providers:calls", SettingKind.Whole, "32", "Requests to one provider at the same time; more are refused at once.") { Min = 1, Max = 4096 },
        List("google:clientIds", "OAuth client ids whose Google ID tokens sign in; empty: none."),
        Url("google:keys", "https://www.googleapis.com/oauth2/v3/certs", "Where Google's signing keys are."),
        List("apple:bundleIds", "Bundle and service ids whose Apple ID tokens sign in; empty: none."),
        Url("apple:keys", "https://appleid.apple.com/auth/keys", "Where Apple's signing keys are."),
        new("facebook:appId", SettingKind.Text, "", "Facebook app whose players sign in; empty: none.") { Max = Limits.ProviderTextLengthMax, AllowedText = "empty or an app id" },
        new("facebook:appSecret", SettingKind.Secret, "", "Its secret; without it, only Limited Login signs in.") { Min = 1, Max = Limits.ProviderTextLengthMax },
        Url("facebook:graph", "https://graph.facebook.com/v21.0", "Facebook's Graph API."),
        Url("facebook:keys", "https://www.facebook.com/.well-known/oauth/openid/jwks/", "Where Facebook's signing keys are."),
        new("facebookInstant:appSecret", SettingKind.Secret, "", "Secret of the Instant Game whose players sign in; empty: none.") { Min = 1, Max = Limits.ProviderTextLengthMax },
        List("gameCenter:bundleIds", "Bundle ids whose Game Center players sign in; empty: none."),
        new("gameCenter:hosts", SettingKind.Text, "https://static.gc.apple.com", "Where Game Center's certificates may be.")
        {
            Min = 1, Max = Limits.ListLengthMax, AllowedText = "origins (https://static.gc.apple.com) with commas between",
        },
        new("gameCenter:roots", SettingKind.Text, "", "PEM file of the root certificates trusted for it; empty: the system's.")
        {
            Max = Limits.PathLengthMax, AllowedText = "empty or the path of a file",
        },
        new("steam:appId", SettingKind.Whole, "0", "Steam app whose players sign in; 0: none."),
        new("steam:publisherKey", SettingKind.Secret, "", "Publisher key of the Steam Web API; empty: no Steam sign-in.") { Min = 1, Max = Limits.ProviderTextLengthMax },
        Url("steam:api", "https://partner.steam-api.com", "Steam's Web API."),
    ];

    public required string OldSessionKey { get; init; }

    public required string OldRefreshKey { get; init; }

    public required RefreshOptions Refresh { get; init; }

    public required PasswordOptions Passwords { get; init; }

    public required SignInLimits SignIn { get; init; }

    public required ProviderOptions Providers { get; init; }

    /// <exception cref="SettingException">A value is no URL, or a file cannot be read.</exception>
    public static AccountSettings From(SettingValues values) => new()
    {
        OldSessionKey = values.Text("session:oldKey"),
        OldRefreshKey = values.Text("session:oldRefreshKey"),
        Refresh = new RefreshOptions(values.Text("session:refreshReuse") == "allow", Seconds(values, "session:graceSeconds")),
        Passwords = new PasswordOptions
        {
            Rounds = Whole(values, "passwords:rounds"),
            Threads = Whole(values, "passwords:threads") is var threads and > 0 ? threads : PasswordOptions.ThreadsFor(Environment.ProcessorCount),
            Queue = Whole(values, "passwords:queue"),
        },
        SignIn = new SignInLimits
        {
            Failures = Whole(values, "signIn:failures"),
            AddressFailures = Whole(values, "signIn:addressFailures"),
            SpreadFailures = Whole(values, "signIn:spreadFailures"),
            Forgiven = Seconds(values, "signIn:failureSeconds"),
        },
        Providers = new ProviderOptions
        {
            Timeout = Seconds(values, "providers:seconds"),
            CallsMax = Whole(values, "providers:calls"),
            GoogleClientIds = SettingLists.Entries(values, "google:clientIds"),
            GoogleKeys = Address(values, "google:keys"),
            AppleBundleIds = SettingLists.Entries(values, "apple:bundleIds"),
            AppleKeys = Address(values, "apple:keys"),
            FacebookAppId = values.Text("facebook:appId"),
            FacebookAppSecret = values.Text("facebook:appSecret"),
            FacebookGraph = Address(values, "facebook:graph"),
            FacebookKeys = Address(values, "facebook:keys"),
            FacebookInstantAppSecret = values.Text("facebookInstant:appSecret"),
            GameCenterBundleIds = SettingLists.Entries(values, "gameCenter:bundleIds"),
            GameCenterHosts = SettingLists.Origins(values, "gameCenter:hosts"),
            GameCenterRoots = Text(values, "gameCenter:roots"),
            SteamAppId = Whole(values, "steam:appId"),
            SteamPublisherKey = values.Text("steam:publisherKey"),
            SteamApi = Address(values, "steam:api"),
        },
    };

    private static Setting List(string name, string help) =>
        new(name, SettingKind.Text, "", help) { Max = Limits.ListLengthMax, AllowedText = "empty, or ids with commas between" };

    private static Setting Url(string name, string url, string help) =>
        new(name, SettingKind.Text, url, help) { Min = 1, Max = Limits.PathLengthMax, AllowedText = UrlText };

    private static int Whole(SettingValues values, string name)
    {
        Setting.TryWhole(values.Text(name), out int number);
        return number;
    }

    private static TimeSpan Seconds(SettingValues values, string name) => TimeSpan.FromSeconds(Whole(values, name));

    // Keys and answers that anybody on the way could change would prove nothing.
    private static Uri Address(SettingValues values, string name) =>
        Uri.TryCreate(values.Text(name), UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : throw new SettingException($"{name} (from {values.Origin(name)}) must be {UrlText}, or one of http to this machine.");

    private static string Text(SettingValues values, string name)
    {
        string file = values.Text(name);
        try
        {
            return file.Length == 0 ? "" : File.ReadAllText(file, Encoding.ASCII);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{name} (from {values.Origin(name)}): {file} cannot be read: {exception.Message}");
        }
    }
}
