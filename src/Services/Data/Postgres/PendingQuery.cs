using System.Data.Common;
using Npgsql;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>A statement that reads, waiting for its turn, and whoever asked for it.</summary>
internal abstract class PendingQuery
{
    private readonly object? _parameters;

    protected PendingQuery(SqlText sql, object? parameters)
    {
        Statement = Statement.Of(sql, parameters, Dialect.Postgres);
        _parameters = parameters;
        // Here, so that a text no column can hold fails its caller, not the round trip it would have shared.
        Command = Commands.Of(Statement, _parameters);
    }

    public NpgsqlBatchCommand Command { get; private set; }

    protected Statement Statement { get; }

    protected Exception? Failure { get; private set; }

    /// <summary>Takes the result the reader stands at.</summary>
    public abstract void Read(DbDataReader reader);

    /// <summary>Answers with what was read or what failed; whoever waits goes on before this returns.</summary>
    public abstract void Answer();

    /// <summary>Takes a failure in place of a result.</summary>
    public void Fail(Exception exception) => Failure = exception;

    /// <summary>A command belongs to one batch; another try needs another.</summary>
    public void Renew() => Command = Commands.Of(Statement, _parameters);
}

internal sealed class PendingRows<T> : PendingQuery
{
    private readonly TaskCompletionSource<IReadOnlyList<T>> _completion = new();
    private IReadOnlyList<T> _rows = [];

    public PendingRows(SqlText sql, object? parameters)
        : base(sql, parameters)
    {
    }

    public Task<IReadOnlyList<T>> Task => _completion.Task;

    public override void Read(DbDataReader reader) => _rows = RowReader<T>.ReadAll(reader, Statement);

    public override void Answer()
    {
        if (Failure is null)
        {
            _completion.TrySetResult(_rows);
        }
        else
        {
            _completion.TrySetException(Failure);
        }
    }
}

internal sealed class PendingRow<T> : PendingQuery
{
    private readonly TaskCompletionSource<T?> _completion = new();
    private T? _row;

    public PendingRow(SqlText sql, object? parameters)
        : base(sql, parameters)
    {
    }

    public Task<T?> Task => _completion.Task;

    public override void Read(DbDataReader reader) => _row = RowReader<T>.ReadFirst(reader, Statement);

    public override void Answer()
    {
        if (Failure is null)
        {
            _completion.TrySetResult(_row);
        }
        else
        {
            _completion.TrySetException(Failure);
        }
    }
}
