using System.Data.Common;
using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.AccountFiles;

/// <summary>
/// The front door of account files: everything kept of one user as JSON, and back.
/// <code>{"version":1,"user_id":"…","users":[{…}],"storage":[{…},…],…}</code>
/// A file of one database goes into the other: SQLite's into PostgreSQL and back.
/// </summary>
public sealed class AccountFileStore
{
    private const int Version = 1;
    private const string Users = "users";

    private static readonly SqlText TablesOfUsers = new(
        """
        SELECT m.name AS TableName, c.name AS UserColumn FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND c.name IN ('user_id', 'owner_id')
        ORDER BY 1, 2
        """,
        """
        SELECT CAST(table_name AS TEXT) AS TableName, CAST(column_name AS TEXT) AS UserColumn FROM information_schema.columns
        WHERE table_schema = current_schema() AND column_name IN ('user_id', 'owner_id')
        ORDER BY 1, 2
        """);

    private readonly Database _database;
    private readonly IReadOnlyList<AccountPart> _parts;
    private readonly IReadOnlyList<string> _hidden;
    private readonly Lazy<Task<PartTable[]>> _tables;

    /// <param name="database">Where the parts' tables are.</param>
    /// <param name="parts">That of the table users first. Tables of users that none names are shown in files, and not taken in.</param>
    /// <param name="hidden">Tables of users that are no data of theirs, such as what is known of their tokens.</param>
    public AccountFileStore(Database database, IReadOnlyList<AccountPart> parts, IReadOnlyList<string> hidden)
    {
        _hidden = hidden;
        if (parts[0].Table != Users)
        {
            throw new ArgumentException("The first part is the account itself: others refer to it.", nameof(parts));
        }
        _database = database;
        _parts = parts;
        _tables = new Lazy<Task<PartTable[]>>(ReadTablesAsync);
    }

    /// <summary>A user's file, UTF-8, as of one moment; null when there is no such account.</summary>
    public async Task<byte[]?> ExportAsync(Guid userId)
    {
        PartTable[] tables = await _tables.Value.ConfigureAwait(false);
        // In a transaction that could write, because only such a one sees all tables as of one moment on both databases.
        string[][] rows = await _database.WriteAsync(async session =>
        {
            string[][] found = new string[tables.Length][];
            for (int i = 0; i < tables.Length; i++)
            {
                found[i] = [.. await session.QueryAsync<string>(tables[i].Select, new { UserId = userId }).ConfigureAwait(false)];
            }
            return found;
        }).ConfigureAwait(false);
        return rows[0].Length == 0 ? null : Write(userId, tables, rows);
    }

    /// <summary>
    /// Puts a file's account in the place of what is there under its id, all parts or nothing. Parts that are not in the file stay; so do
    /// those that are only shown.
    /// </summary>
    /// <returns>What is wrong with the file; null when it is in.</returns>
    public async Task<string?> ImportAsync(ReadOnlyMemory<byte> json)
    {
        PartTable[] tables = await _tables.Value.ConfigureAwait(false);
        AccountFile? file;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Limits.AccountFileDepthMax });
            if (!AccountFile.TryRead(document.RootElement, Version, tables, out file, out string? wrong))
            {
                return wrong;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair where a text is read.
            return "The file is no JSON: " + exception.Message;
        }
        try
        {
            await _database.WriteAsync(async session =>
            {
                foreach ((PartTable table, IReadOnlyList<AccountRow> rows) in file.Parts)
                {
                    if (table.Part.Table != Users)
                    {
                        await table.Part.Deleting(session, file.UserId).ConfigureAwait(false);
                        await session.ExecuteAsync(table.Delete, new { file.UserId }).ConfigureAwait(false);
                    }
                    foreach (AccountRow row in rows)
                    {
                        await session.ExecuteAsync(table.Insert(row.Columns, replace: table.Part.Table == Users), new { row.Json }).ConfigureAwait(false);
                    }
                    await table.Part.Inserted(session, file.UserId).ConfigureAwait(false);
                }
                return true;
            }).ConfigureAwait(false);
        }
        catch (DatabaseConstraintException exception)
        {
            return "The file does not go together with other accounts, or lacks something: " + exception.Message;
        }
        catch (Exception exception) when (exception is DbException or DatabaseTextException)
        {
            return "The database refuses the file: " + exception.Message;
        }
        foreach ((PartTable table, _) in file.Parts)
        {
            await table.Part.Imported(file.UserId).ConfigureAwait(false);
        }
        return null;
    }

    private static byte[] Write(Guid userId, PartTable[] tables, string[][] rows)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("user_id", userId);
            for (int i = 0; i < tables.Length; i++)
            {
                writer.WriteStartArray(tables[i].Part.Table);
                foreach (string row in rows[i])
                {
                    writer.WriteRawValue(row);
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private async Task<PartTable[]> ReadTablesAsync()
    {
        IReadOnlyList<UserTable> found = await _database.ReadAsync(static s => s.QueryAsync<UserTable>(TablesOfUsers), CancellationToken.None).ConfigureAwait(false);
        AccountPart[] parts =
        [
            .. _parts,
            .. found.Where(f => !_hidden.Contains(f.TableName) && _parts.All(p => p.Table != f.TableName))
                .DistinctBy(static f => f.TableName)
                .Select(static f => new AccountPart(f.TableName, f.UserColumn) { Imports = false }),
        ];
        PartTable[] tables = new PartTable[parts.Length];
        for (int i = 0; i < tables.Length; i++)
        {
            string name = parts[i].Table;
            IReadOnlyList<PartColumn> columns = await _database.ReadAsync(
                s => s.QueryAsync<PartColumn>(PartTable.Columns, new { Table = name }), CancellationToken.None).ConfigureAwait(false);
            tables[i] = new PartTable(parts[i], columns);
        }
        return tables;
    }

    private sealed record UserTable(string TableName, string UserColumn);
}
