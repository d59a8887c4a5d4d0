using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// Facebook: an ID token of Limited Login, or an access token, about which the Graph API is asked: whether it is good and of our app, and
/// whose it is. Requests with a player's token carry a proof that we know the app's secret.
/// </summary>
internal sealed class FacebookProvider(ProviderClient client, IdTokenProvider limitedLogin, ProviderOptions options, TimeProvider time)
{
    public async Task<ProviderAnswer> VerifyAsync(string token, CancellationToken cancellation)
    {
        if (options.FacebookAppId.Length == 0)
        {
            return ProviderAnswer.NotConfigured;
        }
        if (IdToken.Resembles(token))
        {
            return await limitedLogin.VerifyAsync(token, cancellation).ConfigureAwait(false);
        }
        if (options.FacebookAppSecret.Length == 0)
        {
            return ProviderAnswer.NotConfigured;
        }
        if (token.Length > Limits.IdTokenCharactersMax)
        {
            return ProviderAnswer.Refused;
        }
        try
        {
            string appToken = $"{options.FacebookAppId}|{options.FacebookAppSecret}";
            JsonElement? inspected = await AskAsync($"debug_token?input_token={Escape(token)}&access_token={Escape(appToken)}", cancellation).ConfigureAwait(false);
            if (inspected is null || OwnerOf(inspected.Value) is not string player)
            {
                return ProviderAnswer.Refused;
            }
            JsonElement? profile = await AskAsync($"me?fields=id,name,picture&{Proven(token)}", cancellation).ConfigureAwait(false);
            return profile is JsonElement me && Text(me, "id") == player
                ? ProviderAnswer.Proven(player, ProviderProfile.Of(Text(me, "name"), PictureOf(me), ""))
                : ProviderAnswer.Refused;
        }
        catch (ProviderUnavailableException)
        {
            return ProviderAnswer.Unavailable;
        }
    }

    /// <summary>The Facebook ids of a player's friends who play too; empty for Limited Login, which tells none.</summary>
    /// <exception cref="ProviderUnavailableException">Facebook does not answer.</exception>
    public async Task<IReadOnlyList<string>> FriendsAsync(string token, CancellationToken cancellation)
    {
        List<string> ids = [];
        string after = "";
        for (int page = 0; page < Limits.FriendPagesMax && !IdToken.Resembles(token); page++)
        {
            JsonElement? answer = await AskAsync(
                $"me/friends?fields=id&limit={Limits.FriendsPage}&{Proven(token)}{(after.Length == 0 ? "" : $"&after={Escape(after)}")}", cancellation).ConfigureAwait(false);
            if (answer is not JsonElement friends || !friends.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Array)
            {
                break;
            }
            ids.AddRange(data.EnumerateArray().Select(f => Text(f, "id")).OfType<string>());
            // The answer also holds the next page's URL; where we ask is not for an answer to say.
            after = friends.TryGetProperty("paging", out JsonElement paging) && paging.ValueKind == JsonValueKind.Object && paging.TryGetProperty("next", out _)
                && paging.TryGetProperty("cursors", out JsonElement cursors) ? Text(cursors, "after") ?? "" : "";
            if (after.Length == 0)
            {
                break;
            }
        }
        return ids;
    }

    private string? OwnerOf(JsonElement inspected)
    {
        if (!inspected.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("is_valid", out JsonElement valid) || valid.ValueKind != JsonValueKind.True
            || Text(data, "app_id") != options.FacebookAppId)
        {
            return null;
        }
        // 0: it does not expire.
        bool isExpired = data.TryGetProperty("expires_at", out JsonElement expires) && expires.ValueKind == JsonValueKind.Number
            && expires.TryGetInt64(out long at) && at != 0 && at <= time.GetUtcNow().ToUnixTimeSeconds();
        return isExpired ? null : Text(data, "user_id");
    }

    private string Proven(string token)
    {
        byte[] proof = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.FacebookAppSecret), Encoding.UTF8.GetBytes(token));
        return $"access_token={Escape(token)}&appsecret_proof={Convert.ToHexStringLower(proof)}";
    }

    private async Task<JsonElement?> AskAsync(string query, CancellationToken cancellation)
    {
        (HttpStatusCode status, byte[] body) = await client.GetAsync(
            new Uri($"{options.FacebookGraph.AbsoluteUri.TrimEnd('/')}/{query}"), cancellation).ConfigureAwait(false);
        return status == HttpStatusCode.OK ? ProviderJson.TryObject(body) : null;
    }

    private static string? PictureOf(JsonElement me) =>
        me.TryGetProperty("picture", out JsonElement picture) && picture.ValueKind == JsonValueKind.Object && picture.TryGetProperty("data", out JsonElement data)
            ? Text(data, "url")
            : null;

    private static string? Text(JsonElement element, string name) => ProviderJson.Text(element, name);

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
