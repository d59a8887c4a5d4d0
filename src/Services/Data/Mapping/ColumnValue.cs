using System.Text.Json;
using NpgsqlTypes;

namespace RealtimeServer.Services.Data.Mapping;

/// <summary>The types columns have, in both databases.</summary>
internal static class ColumnValue
{
    public static NpgsqlDbType PostgresType(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsArray && plain != typeof(byte[]))
        {
            return NpgsqlDbType.Array | PostgresType(plain.GetElementType()!);
        }
        return Type.GetTypeCode(plain) switch
        {
            TypeCode.String => NpgsqlDbType.Text,
            TypeCode.Int64 => NpgsqlDbType.Bigint,
            TypeCode.Int32 => NpgsqlDbType.Integer,
            TypeCode.Boolean => NpgsqlDbType.Boolean,
            TypeCode.Double => NpgsqlDbType.Double,
            _ when plain == typeof(Guid) => NpgsqlDbType.Uuid,
            _ when plain == typeof(byte[]) => NpgsqlDbType.Bytea,
            _ => throw new NotSupportedException($"No column holds a {type.Name}; use string, long, int, bool, double, Guid, byte[] or arrays of them."),
        };
    }

    public static object ForSqlite<T>(T value) => value switch
    {
        Guid id => id.ToString("D"),
        Guid[] ids => JsonSerializer.Serialize(ids),
        string[] texts => JsonSerializer.Serialize(texts),
        long[] numbers => JsonSerializer.Serialize(numbers),
        int[] numbers => JsonSerializer.Serialize(numbers),
        _ => value!,
    };

    /// <exception cref="DatabaseTextException">PostgreSQL would refuse the text, and SQLite would cut it off.</exception>
    public static void RequireStorable<T>(T value)
    {
        if (value is string text)
        {
            RequireStorable(text);
        }
        else if (value is string[] texts)
        {
            foreach (string one in texts)
            {
                RequireStorable(one);
            }
        }
    }

    private static void RequireStorable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal) || !IsUnicode(text))
        {
            throw new DatabaseTextException();
        }
    }

    private static bool IsUnicode(string text)
    {
        int at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0 && at < text.Length)
        {
            if (!char.IsHighSurrogate(text[at]) || at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return false;
            }
            int next = text.AsSpan(at + 2).IndexOfAnyInRange('\uD800', '\uDFFF');
            at = next < 0 ? -1 : at + 2 + next;
        }
        return true;
    }
}
