using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Api;

/// <summary>What texts of requests may be. Pure.</summary>
internal static class RequestTexts
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.MetadataDepthMax };

    /// <summary>Whether a text is one JSON object, of whose texts none is half a surrogate pair: whoever reads one would trip over it.</summary>
    public static bool IsJsonObject(string text)
    {
        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text), Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public static bool Fits(string text, int bytesMax) => text.Length <= bytesMax && Encoding.UTF8.GetByteCount(text) <= bytesMax;

    public static bool HasControl(string text) => text.Any(char.IsControl);
}
