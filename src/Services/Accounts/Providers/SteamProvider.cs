using System.Globalization;
using System.Net;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Steam: a session ticket in hexadecimal, about which the Web API is asked with the publisher's key.</summary>
internal sealed class SteamProvider(ProviderClient client, ProviderOptions options)
{
    public async Task<ProviderAnswer> VerifyAsync(string ticket, CancellationToken cancellation)
    {
        if (options.SteamAppId == 0 || options.SteamPublisherKey.Length == 0)
        {
            return ProviderAnswer.NotConfigured;
        }
        if (ticket.Length > Limits.IdTokenCharactersMax)
        {
            return ProviderAnswer.Refused;
        }
        try
        {
            JsonElement? parameters = await AskAsync(
                string.Create(CultureInfo.InvariantCulture, $"ISteamUserAuth/AuthenticateUserTicket/v1/?format=json&appid={options.SteamAppId}&ticket={Escape(ticket)}"),
                "response",
                "params",
                cancellation).ConfigureAwait(false);
            return parameters is JsonElement answer && ProviderJson.Text(answer, "result") == "OK"
                && !(answer.TryGetProperty("publisherbanned", out JsonElement banned) && banned.ValueKind == JsonValueKind.True)
                ? ProviderAnswer.Proven(ProviderJson.Text(answer, "steamid"), ProviderProfile.Nothing)
                : ProviderAnswer.Refused;
        }
        catch (ProviderUnavailableException)
        {
            return ProviderAnswer.Unavailable;
        }
    }

    /// <summary>The Steam ids of a player's friends; empty when their list is not public.</summary>
    /// <exception cref="ProviderUnavailableException">Steam does not answer.</exception>
    public async Task<IReadOnlyList<string>> FriendsAsync(string steamId, CancellationToken cancellation)
    {
        JsonElement? list = await AskAsync(
            $"ISteamUser/GetFriendList/v1/?format=json&steamid={Escape(steamId)}&relationship=friend", "friendslist", "friends", cancellation).ConfigureAwait(false);
        return list is { ValueKind: JsonValueKind.Array } friends
            ? [.. friends.EnumerateArray().Select(f => ProviderJson.Text(f, "steamid")).OfType<string>().Take(Limits.FriendPagesMax * Limits.FriendsPage)]
            : [];
    }

    private async Task<JsonElement?> AskAsync(string query, string outer, string inner, CancellationToken cancellation)
    {
        (HttpStatusCode status, byte[] body) = await client.GetAsync(
            new Uri($"{options.SteamApi.AbsoluteUri.TrimEnd('/')}/{query}&key={Escape(options.SteamPublisherKey)}"), cancellation).ConfigureAwait(false);
        return status == HttpStatusCode.OK
            && ProviderJson.TryObject(body) is JsonElement answer
            && answer.TryGetProperty(outer, out JsonElement within) && within.ValueKind == JsonValueKind.Object
            && within.TryGetProperty(inner, out JsonElement found)
            ? found
            : null;
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
