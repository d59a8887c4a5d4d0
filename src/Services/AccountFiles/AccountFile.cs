using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RealtimeServer.Services.AccountFiles;

/// <param name="Columns">Those the row has.</param>
/// <param name="Json">The row.</param>
internal sealed record AccountRow(IReadOnlyList<string> Columns, string Json);

/// <summary>A file that was read and looked at; nothing of the document is kept.</summary>
internal sealed record AccountFile(Guid UserId, IReadOnlyList<(PartTable Table, IReadOnlyList<AccountRow> Rows)> Parts)
{
    /// <param name="wrong">What is wrong, with its place.</param>
    public static bool TryRead(
        JsonElement root, int version, PartTable[] tables, [NotNullWhen(true)] out AccountFile? file, [NotNullWhen(false)] out string? wrong)
    {
        file = null;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out JsonElement v) || v.ValueKind != JsonValueKind.Number || !v.TryGetInt32(out int number))
        {
            wrong = "The file is no account: it has no version.";
            return false;
        }
        if (number != version)
        {
            wrong = $"The file has the version {number}; this server reads {version}.";
            return false;
        }
        if (!root.TryGetProperty("user_id", out JsonElement id) || id.ValueKind != JsonValueKind.String || !Guid.TryParseExact(id.GetString(), "D", out Guid userId))
        {
            wrong = "The file's user_id is no id.";
            return false;
        }
        wrong = UnknownPart(root, tables);
        List<(PartTable, IReadOnlyList<AccountRow>)> parts = [];
        for (int i = 0; i < tables.Length && wrong is null; i++)
        {
            if (root.TryGetProperty(tables[i].Part.Table, out JsonElement rows) && tables[i].Part.Imports)
            {
                parts.Add((tables[i], ReadRows(tables[i], rows, userId, out wrong)));
            }
        }
        if (wrong is null && (parts.Count == 0 || parts[0].Item1 != tables[0] || parts[0].Item2.Count != 1))
        {
            wrong = $"The file must have one row of {tables[0].Part.Table}: the account itself.";
        }
        file = wrong is null ? new AccountFile(userId, parts) : null;
        return file is not null;
    }

    private static string? UnknownPart(JsonElement root, PartTable[] tables)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty part in root.EnumerateObject())
        {
            bool known = part.Name is "version" or "user_id" || tables.Any(t => t.Part.Table == part.Name);
            if (!known || !seen.Add(part.Name))
            {
                return known ? $"The file has the part {part.Name} twice." : $"The file has a part {part.Name}, which this server does not know.";
            }
        }
        return null;
    }

    private static List<AccountRow> ReadRows(PartTable table, JsonElement rows, Guid userId, out string? wrong)
    {
        List<AccountRow> read = [];
        int number = 0;
        wrong = rows.ValueKind == JsonValueKind.Array ? null : $"The part {table.Part.Table} is no list.";
        if (wrong is null && rows.GetArrayLength() > Limits.AccountFileRowsMax)
        {
            wrong = $"The part {table.Part.Table} has {rows.GetArrayLength()} rows, at most {Limits.AccountFileRowsMax}.";
        }
        foreach (JsonElement row in wrong is null ? rows.EnumerateArray().ToArray() : [])
        {
            number++;
            if (table.Refuse(row, userId) is string refusal)
            {
                wrong = $"Row {number} of {table.Part.Table} {refusal}.";
                break;
            }
            if (!table.Part.Takes(row))
            {
                continue;
            }
            read.Add(new AccountRow([.. row.EnumerateObject().Select(static f => f.Name)], row.GetRawText()));
        }
        return read;
    }
}
