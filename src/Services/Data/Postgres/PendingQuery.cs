using System.Data.Common;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>A statement that reads, waiting for its turn, and whoever asked for it.</summary>
internal abstract class PendingQuery
{
    protected PendingQuery(SqlText sql, object? parameters)
    {
        Statement = Statement.Of(sql, parameters, Dialect.Postgres);
        Parameters = parameters;
        IsShared = sql.IsShared;
        // Here, so that a text no column can hold fails its caller, not the round trip it would have shared.
        foreach (ParameterAccess parameter in Statement.Parameters)
        {
            parameter.RequireStorable(parameters!);
        }
    }

    public Statement Statement { get; }

    public object? Parameters { get; }

    /// <summary>Whether others of its statement may be asked together with it.</summary>
    public bool IsShared { get; }

    protected Exception? Failure { get; private set; }

    /// <summary>Takes the result the reader stands at.</summary>
    public abstract void Read(DbDataReader reader);

    /// <summary>Forgets rows of a result that broke off.</summary>
    public abstract void Begin();

    /// <summary>Takes one of its rows, at which the reader stands, from a result it shares.</summary>
    public abstract void ReadRow(DbDataReader reader, Statement many);

    /// <summary>Answers with what was read or what failed; whoever waits goes on before this returns.</summary>
    public abstract void Answer();

    /// <summary>Takes a failure in place of a result.</summary>
    public void Fail(Exception exception) => Failure = exception;
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

    public override void Begin() => _rows = [];

    public override void ReadRow(DbDataReader reader, Statement many)
    {
        if (_rows is not List<T> rows)
        {
            _rows = rows = [];
        }
        rows.Add(RowReader<T>.ReadCurrent(reader, many));
    }

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
    private bool _hasRow;
    private T? _row;

    public PendingRow(SqlText sql, object? parameters)
        : base(sql, parameters)
    {
    }

    public Task<T?> Task => _completion.Task;

    public override void Read(DbDataReader reader) => _row = RowReader<T>.ReadFirst(reader, Statement);

    public override void Begin() => _hasRow = false;

    public override void ReadRow(DbDataReader reader, Statement many)
    {
        if (!_hasRow)
        {
            _row = RowReader<T>.ReadCurrent(reader, many);
            _hasRow = true;
        }
    }

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
