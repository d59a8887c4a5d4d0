using System.Collections.Frozen;
using System.Text.Json;

namespace RealtimeServer.Services.Sessions;

/// <summary>The claims as JSON: tid, uid, usn, vrs (absent when empty), exp, iat, gen (absent when 0).</summary>
internal static class ClaimsJson
{
    private static readonly IReadOnlyDictionary<string, string> NoVars = FrozenDictionary<string, string>.Empty;

    public static void Write(Utf8JsonWriter writer, SessionClaims claims)
    {
        writer.WriteStartObject();
        writer.WriteString("tid"u8, claims.TokenId);
        writer.WriteString("uid"u8, claims.UserId);
        writer.WriteString("usn"u8, claims.Username);
        if (claims.Vars.Count > 0)
        {
            writer.WriteStartObject("vrs"u8);
            foreach ((string name, string value) in claims.Vars)
            {
                writer.WriteString(name, value);
            }
            writer.WriteEndObject();
        }
        writer.WriteNumber("exp"u8, claims.ExpiresAt);
        writer.WriteNumber("iat"u8, claims.IssuedAt);
        if (claims.Generation > 0)
        {
            writer.WriteNumber("gen"u8, claims.Generation);
        }
        writer.WriteEndObject();
    }

    /// <summary>Null when anything is missing or of the wrong kind. Unknown claims are ignored.</summary>
    public static SessionClaims? TryRead(ReadOnlySpan<byte> utf8)
    {
        try
        {
            Utf8JsonReader reader = new(utf8);
            return Read(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static SessionClaims? Read(ref Utf8JsonReader reader)
    {
        Guid tokenId = Guid.Empty;
        Guid userId = Guid.Empty;
        string? username = null;
        IReadOnlyDictionary<string, string>? vars = NoVars;
        long? expires = null;
        long issued = 0;
        int generation = 0;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tid"u8))
            {
                tokenId = ReadGuid(ref reader);
            }
            else if (reader.ValueTextEquals("uid"u8))
            {
                userId = ReadGuid(ref reader);
            }
            else if (reader.ValueTextEquals("usn"u8))
            {
                username = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("vrs"u8))
            {
                vars = ReadVars(ref reader);
            }
            else if (reader.ValueTextEquals("exp"u8))
            {
                expires = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("iat"u8))
            {
                issued = ReadNumber(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("gen"u8))
            {
                generation = (int)Math.Clamp(ReadNumber(ref reader) ?? 0, 0, int.MaxValue - 1);
            }
            else
            {
                reader.Skip();
            }
        }
        bool whole = reader.TokenType == JsonTokenType.EndObject && tokenId != Guid.Empty && userId != Guid.Empty;
        return whole && !reader.Read() && username is not null && vars is not null && expires is long expiresAt
            ? new SessionClaims(tokenId, userId, username, vars, expiresAt, issued) { Generation = generation }
            : null;
    }

    private static Guid ReadGuid(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out Guid value) ? value : Guid.Empty;

    private static string? ReadString(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private static long? ReadNumber(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : null;

    private static Dictionary<string, string>? ReadVars(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> vars = new(StringComparer.Ordinal);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (ReadString(ref reader) is not string value)
            {
                return null;
            }
            vars[name] = value;
        }
        return vars;
    }
}
