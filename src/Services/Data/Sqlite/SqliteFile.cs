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
                PRAGMA cache_size=-{Limits.WriterCacheKilobytes}
                """);
            return connection;
        }
        catch
        {
            Abandon(connection);
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

    /// <summary>Closes a connection after an error, which is to be told, and not what closing makes of it.</summary>
    public static void Abandon(SqliteConnection? connection)
    {
        try
        {
            connection?.Dispose();
        }
        catch (SqliteException)
        {
            // A transaction that the database has ended already cannot be ended again.
        }
    }

    /// <summary>Why a file cannot be used, as people read it.</summary>
    public static string Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY =>
            $"it and the folder it is in must be writable, also to be read, as SQLite keeps its log beside it ({exception.Message})",
        SQLitePCL.raw.SQLITE_FULL => $"the disk is full ({exception.Message})",
        _ => exception.Message,
    };

    /// <summary>Whether an error says that the file is out of reach; any other, met where it is read, says that what is in it is damaged.</summary>
    public static bool IsOutOfReach(SqliteException exception) => exception.SqliteErrorCode
        is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR
        or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED;

    public static int Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteNonQuery();
    }
}
