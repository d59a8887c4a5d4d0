using System.Buffers.Text;
using System.Globalization;
using Microsoft.Data.Sqlite;
using RealtimeServer.Services.Data.Mapping;
using SQLitePCL;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>Steps through a query's rows without a reader's objects between: at millions of rows those are most of the time.</summary>
internal sealed class SqliteScan : ScannedRow
{
    private readonly sqlite3_stmt _statement;

    private SqliteScan(sqlite3_stmt statement) => _statement = statement;

    /// <exception cref="SqliteException">It failed.</exception>
    public static void Run(SqliteConnection connection, Statement statement, object parameters, Action<ScannedRow> take)
    {
        Check(raw.sqlite3_prepare_v2(connection.Handle, statement.Sql, out sqlite3_stmt prepared), connection);
        using (prepared)
        {
            for (int i = 0; i < statement.Parameters.Length; i++)
            {
                object value = statement.Parameters[i].ForSqlite(parameters);
                int bound = value is string text
                    ? raw.sqlite3_bind_text(prepared, i + 1, text)
                    : raw.sqlite3_bind_int64(prepared, i + 1, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                Check(bound, connection);
            }
            SqliteScan row = new(prepared);
            int result;
            while ((result = raw.sqlite3_step(prepared)) == raw.SQLITE_ROW)
            {
                take(row);
            }
            if (result != raw.SQLITE_DONE)
            {
                Check(result, connection);
            }
        }
    }

    public override long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public override Guid Id(int column)
    {
        ReadOnlySpan<byte> text = raw.sqlite3_column_blob(_statement, column);
        return Utf8Parser.TryParse(text, out Guid id, out int length) && length == text.Length
            ? id
            : throw new DatabaseException("The database has an id that is none.");
    }

    private static void Check(int result, SqliteConnection connection) => SqliteException.ThrowExceptionForRC(result, connection.Handle);
}
