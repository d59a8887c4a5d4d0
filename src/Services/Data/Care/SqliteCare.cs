using Microsoft.Data.Sqlite;
using RealtimeServer.Services.Data.Sqlite;

namespace RealtimeServer.Services.Data.Care;

internal static class SqliteCare
{
    public static async Task<IReadOnlyList<string>> DamageAsync(Database database)
    {
        List<string> wrong = [];
        try
        {
            IReadOnlyList<string> pages = await database.ReadAsync(s => s.QueryAsync<string>("PRAGMA integrity_check"), default).ConfigureAwait(false);
            wrong.AddRange(pages.Where(p => p != "ok").Select(p => "the file is damaged: " + p));
            IReadOnlyList<string> references = await database.ReadAsync(
                s => s.QueryAsync<string>("SELECT 'row ' || rowid || ' of ' || \"table\" || ' refers to nothing in ' || parent FROM pragma_foreign_key_check"), default)
                .ConfigureAwait(false);
            wrong.AddRange(references);
        }
        catch (SqliteException exception) when (!SqliteFile.IsOutOfReach(exception))
        {
            // A look for damage stops at damage that is bad enough.
            wrong.Add("the file is damaged: " + exception.Message);
        }
        return wrong;
    }

    /// <exception cref="DatabaseException">Why it could not.</exception>
    public static void BackUp(string file, string target)
    {
        if (!File.Exists(file))
        {
            throw new DatabaseException($"There is no database at {file}.");
        }
        if (Path.Exists(target))
        {
            throw new DatabaseException($"{target} exists already; a backup overwrites nothing.");
        }
        string aside = target + ".partial";
        try
        {
            File.Delete(aside);
            using (SqliteConnection from = SqliteFile.OpenToRead(file))
            using (SqliteConnection to = new(SqliteFile.ConnectionString(aside)))
            {
                to.Open();
                from.BackupDatabase(to);
                // A backup is one file: it needs no log beside it.
                SqliteFile.Execute(to, "PRAGMA journal_mode=DELETE");
                using SqliteCommand check = to.CreateCommand();
                check.CommandText = "PRAGMA integrity_check";
                if (check.ExecuteScalar() as string is not "ok")
                {
                    throw new DatabaseException($"The copy of {file} is damaged, and so the database itself may be; run check.");
                }
            }
            using (FileStream written = new(aside, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }
            File.Move(aside, target, overwrite: false);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            string reason = exception is SqliteException refused ? SqliteFile.Explain(refused) : exception.Message;
            throw new DatabaseException($"The backup of {file} to {target} failed: {reason}", exception);
        }
        finally
        {
            // What is not whole is no backup, and would only fill the disk.
            if (File.Exists(aside))
            {
                File.Delete(aside);
            }
        }
    }
}
