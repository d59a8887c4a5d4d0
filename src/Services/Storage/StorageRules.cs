using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Storage;

/// <summary>What may be stored. Pure: a refusal is a text for the client, null is consent.</summary>
public static class StorageRules
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.StorageValueDepthMax };

    public static string? RefuseName(string collection, string key)
    {
        if (collection.Length == 0 || key.Length == 0)
        {
            return "Invalid collection or key value supplied. They must be set.";
        }
        return Encoding.UTF8.GetByteCount(collection) + Encoding.UTF8.GetByteCount(key) > Limits.StorageNameBytesMax
            ? $"Invalid collection or key value supplied. Together they must be at most {Limits.StorageNameBytesMax} bytes."
            : null;
    }

    public static string? RefusePermissions(int? read, int? write)
    {
        if (read is < 0 or > 2)
        {
            return "Invalid Read permission supplied. It must be either 0, 1 or 2.";
        }
        return write is < 0 or > 1 ? "Invalid Write permission supplied. It must be either 0 or 1." : null;
    }

    /// <summary>What is wrong with an object's row in an account's file.</summary>
    public static string? RefuseRow(JsonElement row)
    {
        if (!TryText(row, "collection", out string collection) || !TryText(row, "key", out string key) || !TryText(row, "value", out string value))
        {
            return "lacks collection, key or value";
        }
        return (RefuseName(collection, key) ?? RefuseValue(value)) is string refusal ? "is refused: " + refusal.TrimEnd('.') : null;
    }

    public static string? RefuseValue(string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        try
        {
            Utf8JsonReader reader = new(utf8, Options);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read())
                {
                }
                return null;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }
        return "Value must be a JSON object.";
    }

    private static bool TryText(JsonElement row, string field, out string text)
    {
        bool there = row.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String;
        text = there ? value.GetString()! : "";
        return there;
    }

    /// <summary>The version of a value: clients know it as the MD5 of the text, which here guards nothing but against overwriting by accident.</summary>
    public static string VersionOf(string value)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351
        MD5.HashData(Encoding.UTF8.GetBytes(value), hash);
#pragma warning restore CA5351
        return Convert.ToHexStringLower(hash);
    }
}
