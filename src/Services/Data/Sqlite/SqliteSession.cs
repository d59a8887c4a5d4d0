using System.Data.Common;
using Microsoft.Data.Sqlite;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>One connection with its prepared statements. Every statement completes before its call returns.</summary>
internal sealed class SqliteSession : SqlSession, IDisposable
{
    private readonly Dictionary<Statement, SqliteCommand> _commands = [];
    private Exception? _broken;

    /// <param name="connection">Owned from here on.</param>
    public SqliteSession(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    public SqliteTransaction? Transaction { get; set; }

    public override ValueTask<IReadOnlyList<T>> QueryAsync<T>(SqlText sql, object? parameters = null) =>
        Run(sql, parameters, static (command, statement) =>
        {
            using DbDataReader reader = command.ExecuteReader();
            return RowReader<T>.ReadAll(reader, statement);
        });

    public override ValueTask<T?> QuerySingleOrDefaultAsync<T>(SqlText sql, object? parameters = null)
        where T : default =>
        Run(sql, parameters, static (command, statement) =>
        {
            using DbDataReader reader = command.ExecuteReader();
            return RowReader<T>.ReadFirst(reader, statement);
        });

    public override ValueTask<int> ExecuteAsync(SqlText sql, object? parameters = null) =>
        Run(sql, parameters, static (command, _) => command.ExecuteNonQuery());

    /// <summary>Forgets what failed: the next work begins.</summary>
    public void Begin() => _broken = null;

    /// <exception cref="DatabaseException">A statement of the work failed, and the work hid it.</exception>
    public void RequireUnbroken()
    {
        if (_broken is Exception broken)
        {
            throw new DatabaseException("A statement failed, which ends its work: " + broken.Message, broken);
        }
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }
        _commands.Clear();
        Connection.Dispose();
    }

    private ValueTask<TResult> Run<TResult>(SqlText sql, object? parameters, Func<SqliteCommand, Statement, TResult> execute)
    {
        RequireUnbroken();
        try
        {
            Statement statement = Statement.Of(sql, parameters, Dialect.Sqlite);
            SqliteCommand command = Prepared(statement);
            for (int i = 0; i < statement.Parameters.Length; i++)
            {
                command.Parameters[i].Value = statement.Parameters[i].ForSqlite(parameters!);
            }
            command.Transaction = Transaction;
            return new ValueTask<TResult>(execute(command, statement));
        }
        catch (Exception exception)
        {
            _broken = exception;
            if (exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT })
            {
                // Without the name of the library and the number, which are in the exception's own.
                throw new DatabaseConstraintException(SQLitePCL.raw.sqlite3_errmsg(Connection.Handle).utf8_to_string(), exception);
            }
            throw;
        }
    }

    // Texts are constants, so the commands of a connection are as many as the texts of the product.
    private SqliteCommand Prepared(Statement statement)
    {
        if (_commands.TryGetValue(statement, out SqliteCommand? known))
        {
            return known;
        }
        SqliteCommand command = Connection.CreateCommand();
        command.CommandText = statement.Sql;
        for (int i = 0; i < statement.Parameters.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = Statement.PlaceholderOf(i + 1, Dialect.Sqlite) });
        }
        _commands.Add(statement, command);
        return command;
    }
}
