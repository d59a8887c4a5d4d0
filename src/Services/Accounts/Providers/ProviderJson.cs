using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Answers of providers, of which nothing is taken for granted.</summary>
internal static class ProviderJson
{
    /// <summary>Null when it is no JSON object.</summary>
    public static JsonElement? TryObject(ReadOnlySpan<byte> utf8)
    {
        try
        {
            JsonElement element = JsonElement.Parse(utf8);
            return element.ValueKind == JsonValueKind.Object ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A property that is a text; null when there is none.</summary>
    public static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}
