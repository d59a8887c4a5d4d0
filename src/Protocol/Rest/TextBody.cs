using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RealtimeServer.Protocol.Rest;

/// <summary>A body that is one JSON string: the form of a field of text. Nothing and null are the empty text.</summary>
internal static class TextBody
{
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        text = "";
        error = null;
        if (body.IsEmpty)
        {
            return true;
        }
        try
        {
            Utf8JsonReader reader = new(body);
            reader.Read();
            // Clients have been shown, and match on, this text.
            string? kind = reader.TokenType switch
            {
                JsonTokenType.StartObject => "object",
                JsonTokenType.StartArray => "array",
                JsonTokenType.Number => "number",
                JsonTokenType.True or JsonTokenType.False => "bool",
                _ => null,
            };
            text = kind is null ? reader.GetString() ?? "" : null;
            error = kind is null ? null : $"json: cannot unmarshal {kind} into Go value of type string";
            if (text is not null && reader.Read())
            {
                throw new JsonException();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            text = null;
            error = "The body must be a JSON string.";
        }
        return error is null;
    }
}
