using Npgsql;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>
/// One transaction on a lane's connection. It begins with its first statement, in the same round trip, and learns its number then,
/// by which it can be asked for should the connection break in the commit. Every statement completes before its call returns.
/// </summary>
internal sealed class WriteSession : SqlSession
{
    /// <summary>As if transactions ran one after another; the database refuses (40001) what would not be so, and it is run again.</summary>
    public const string Begin = "BEGIN ISOLATION LEVEL SERIALIZABLE";

    /// <summary>Known since PostgreSQL 8.3; the name in newer ones is an alias.</summary>
    public const string AskNumber = "SELECT txid_current()";

    private readonly NpgsqlConnection _connection;
    private Exception? _broken;

    public WriteSession(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Of the transaction; 0 while it has not begun.</summary>
    public long Number { get; private set; }

    public bool HasBegun { get; private set; }

    public override ValueTask<IReadOnlyList<T>> QueryAsync<T>(SqlText sql, object? parameters = null) =>
        Run(sql, parameters, static (reader, statement, _) => RowReader<T>.ReadAll(reader, statement));

    public override ValueTask<T?> QuerySingleOrDefaultAsync<T>(SqlText sql, object? parameters = null)
        where T : default =>
        Run(sql, parameters, static (reader, statement, _) => RowReader<T>.ReadFirst(reader, statement));

    public override ValueTask<int> ExecuteAsync(SqlText sql, object? parameters = null) =>
        Run(sql, parameters, static (reader, _, command) =>
        {
            reader.Close();
            return (int)command.RecordsAffected;
        });

    /// <exception cref="DatabaseException">A statement of the work failed, and the work hid it.</exception>
    public void RequireUnbroken()
    {
        if (_broken is Exception broken)
        {
            throw new DatabaseException("A statement failed, which ends its work: " + broken.Message, broken);
        }
    }

    private ValueTask<TResult> Run<TResult>(SqlText sql, object? parameters, Func<NpgsqlDataReader, Statement, NpgsqlBatchCommand, TResult> take)
    {
        RequireUnbroken();
        try
        {
            Statement statement = Statement.Of(sql, parameters, Dialect.Postgres);
            NpgsqlBatchCommand command = Commands.Of(statement, parameters);
            using NpgsqlBatch batch = new(_connection);
            bool begins = !HasBegun;
            if (begins)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
                batch.BatchCommands.Add(new NpgsqlBatchCommand(AskNumber));
            }
            batch.BatchCommands.Add(command);
            HasBegun = true;
            using NpgsqlDataReader reader = batch.ExecuteReader();
            if (begins)
            {
                reader.Read();
                Number = reader.GetInt64(0);
                reader.NextResult();
            }
            return new ValueTask<TResult>(take(reader, statement, command));
        }
        catch (Exception exception)
        {
            _broken = exception;
            throw;
        }
    }
}
