using Microsoft.Data.Sqlite;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>How a database file is opened.</summary>
internal static class SqliteFile
{
    /// <summary>In place of a file: a database of one connection, gone with it.</summary>
    public const string Memory = ":memory:";

    static SqliteFile() => SQLitePCL.Batteries_V2.Init();

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        Pooling = false,
        DefaultTimeout = Limits.BusyTimeoutSeconds,
    }.ToString();

    /// <summary>With a log beside the file, every commit flushed to disk, and references checked.</summary>
    /// <exception cref="SqliteException">It is no database, or cannot be used.</exception>
    public static SqliteConnection OpenToWrite(string file)
    {
        SqliteConnection connection = new(ConnectionString(file));
        try
        {
            connection.Open();
            Execute(
                connection,
                $"""
                PRAGMA busy_timeout={Limits.BusyTimeoutSeconds * 1000}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
                PRAGMA cache_size=-{Limits.WriterCacheKilobytes}; PRAGMA wal_autocheckpoint={Limits.LogPagesMax}
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A file that is there, to be copied.</summary>
    /// <exception cref="SqliteException">It is no database, or cannot be used.</exception>
    public static SqliteConnection OpenToRead(string file)
    {
        SqliteConnection connection = new(ConnectionString(file));
        connection.Open();
        return connection;
    }

    public static int Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteNonQuery();
    }
}
