using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.AccountFiles;

/// <summary>A column as its database describes it.</summary>
internal sealed record PartColumn(string Name, string Type);

/// <summary>
/// The table of a part, and the SQL that makes JSON of its rows and rows of JSON. Column names come from the database's own description
/// of the table, never from a file.
/// </summary>
internal sealed class PartTable
{
    private readonly Dictionary<string, PartColumn> _columns;

    public PartTable(AccountPart part, IReadOnlyList<PartColumn> columns)
    {
        if (columns.All(c => c.Name != part.UserColumn))
        {
            throw new InvalidOperationException($"The table {part.Table} of an account's part is not there, or has no column {part.UserColumn}.");
        }
        Part = part;
        _columns = columns.ToDictionary(static c => c.Name, StringComparer.Ordinal);
        // JSON has no bytes: they are shown as hexadecimal digits.
        string sqlite = string.Join(", ", columns.Select(static c => $"'{c.Name}', {(c.Type == "BLOB" ? $"hex(\"{c.Name}\")" : $"\"{c.Name}\"")}"));
        string postgres = string.Join(", ", columns.Select(static c => $"'{c.Name}', {(c.Type == "BYTEA" ? $"encode(\"{c.Name}\", 'hex')" : $"\"{c.Name}\"")}"));
        Select = new SqlText(
            $"SELECT json_object({sqlite}) FROM {part.Table} WHERE \"{part.UserColumn}\" = @UserId",
            $"SELECT CAST(json_build_object({postgres}) AS TEXT) FROM {part.Table} WHERE \"{part.UserColumn}\" = @UserId");
        Delete = $"DELETE FROM {part.Table} WHERE \"{part.UserColumn}\" = @UserId";
    }

    public static SqlText Columns { get; } = new(
        "SELECT name AS Name, type AS Type FROM pragma_table_info(@Table)",
        """
        SELECT CAST(column_name AS TEXT) AS Name, upper(CAST(data_type AS TEXT)) AS Type FROM information_schema.columns
        WHERE table_name = @Table AND table_schema = current_schema()
        ORDER BY ordinal_position
        """);

    public AccountPart Part { get; }

    /// <summary>With @UserId.</summary>
    public SqlText Select { get; }

    /// <inheritdoc cref="Select"/>
    public SqlText Delete { get; }

    /// <summary>A row out of the JSON object @Json.</summary>
    /// <param name="columns">Those the object has.</param>
    /// <param name="replace">Takes the place of a row of the same user.</param>
    public SqlText Insert(IReadOnlyList<string> columns, bool replace)
    {
        string quoted = string.Join(", ", columns.Select(static c => $"\"{c}\""));
        string instead = string.Join(", ", columns.Select(static c => $"\"{c}\" = excluded.\"{c}\""));
        string end = replace ? $" ON CONFLICT (\"{Part.UserColumn}\") DO UPDATE SET {instead}" : "";
        return new SqlText(
            // "WHERE true": without it SQLite takes ON CONFLICT for the condition of a join.
            $"INSERT INTO {Part.Table} ({quoted}) SELECT {string.Join(", ", columns.Select(static c => $"json_extract(@Json, '$.{c}')"))} WHERE true{end}",
            $"INSERT INTO {Part.Table} ({quoted}) SELECT {quoted} FROM json_populate_record(CAST(NULL AS {Part.Table}), CAST(@Json AS json)){end}");
    }

    /// <summary>What is wrong with a row; null: nothing that can be seen without the database.</summary>
    public string? Refuse(JsonElement row, Guid userId)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return "is no object";
        }
        if (!row.TryGetProperty(Part.UserColumn, out JsonElement owner) || owner.ValueKind != JsonValueKind.String || owner.GetString() != userId.ToString("D"))
        {
            return $"has another {Part.UserColumn} than the file's user_id";
        }
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty field in row.EnumerateObject())
        {
            if (!_columns.TryGetValue(field.Name, out PartColumn? column))
            {
                return $"has a field {field.Name}, which this server does not know";
            }
            if (!seen.Add(field.Name))
            {
                return $"has the field {field.Name} twice";
            }
            bool isId = Part.IdColumns.Contains(field.Name) || column.Type == "UUID";
            if (!Fits(column.Type, field.Value) || (isId && !Guid.TryParseExact(field.Value.GetString(), "D", out _)))
            {
                return $"has in the field {field.Name} what no {column.Type} is";
            }
        }
        return Part.Refuse(row);
    }

    private static bool Fits(string type, JsonElement value) => value.ValueKind == JsonValueKind.Null || type switch
    {
        "BIGINT" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        // SQLite itself would take 64 bits.
        "INTEGER" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        "BOOLEAN" => value.ValueKind is JsonValueKind.True or JsonValueKind.False || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int bit) && bit is 0 or 1),
        "DOUBLE PRECISION" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind == JsonValueKind.String,
    };
}
