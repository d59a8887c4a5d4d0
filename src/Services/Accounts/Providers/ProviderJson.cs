using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Answers of providers, of which nothing is taken for granted.</summary>
internal static class ProviderJson
{
    /// <summary>
    /// Null when it is no JSON object, or has a text that is none (half a surrogate pair, bytes that are no UTF-8), over which whoever reads
    /// it would trip.
    /// </summary>
    public static JsonElement? TryObject(ReadOnlySpan<byte> utf8)
    {
        try
        {
            JsonElement element = JsonElement.Parse(utf8);
            return element.ValueKind == JsonValueKind.Object && HasWholeTexts(utf8) ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A property that is a text; null when there is none.</summary>
    /// <param name="element">Of what <see cref="TryObject"/> gave.</param>
    /// <param name="name">Of the property.</param>
    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool HasWholeTexts(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();
                }
            }
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
