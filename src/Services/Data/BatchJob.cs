using System.Data.Common;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data;

/// <summary>A batch waiting for its turn. As a write job, where batches are not gathered, it runs statement by statement.</summary>
internal sealed class BatchJob : WriteJob
{
    private readonly TaskCompletionSource<SqlBatchOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqlBatch _batch;

    public BatchJob(SqlBatch batch) => _batch = batch;

    public Task<SqlBatchOutcome> Task => _completion.Task;

    public IReadOnlyList<BatchStatement> Statements => _batch.Statements;

    /// <summary>The first statement that did not touch as many rows as it must; -1 when all did.</summary>
    public int FailedStatement { get; set; } = -1;

    /// <summary>Runs the statements; one that does not touch its rows throws <see cref="BatchRefusedException"/>, which undoes the others.</summary>
    public override void Run(SqlSession session)
    {
        FailedStatement = -1;
        for (int i = 0; i < Statements.Count; i++)
        {
            if (!Statements[i].Run(session))
            {
                FailedStatement = i;
                throw new BatchRefusedException();
            }
        }
    }

    public override void Committed()
    {
        try
        {
            _batch.Committed?.Invoke();
            _completion.TrySetResult(new SqlBatchOutcome(true, -1));
        }
#pragma warning disable CA1031 // The owner of the batch gets it; the lane lives on, and the commit stands.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _completion.TrySetException(exception);
        }
    }

    public override void Failed(Exception exception)
    {
        if (exception is BatchRefusedException)
        {
            _completion.TrySetResult(new SqlBatchOutcome(false, FailedStatement));
        }
        else
        {
            _completion.TrySetException(exception);
        }
    }
}

/// <summary>A statement of a batch did not touch as many rows as it must: an outcome, which undoes the batch.</summary>
internal sealed class BatchRefusedException : Exception;

/// <summary>One statement of a batch.</summary>
internal abstract class BatchStatement
{
    protected BatchStatement(SqlText sql, object? parameters, int? rows)
    {
        Sql = sql;
        Parameters = parameters;
        MustTouch = rows;
    }

    public SqlText Sql { get; }

    public object? Parameters { get; }

    public abstract bool ReturnsRows { get; }

    protected int? MustTouch { get; }

    /// <summary>Runs in a session that completes at once; false when the rows are not as many as must be.</summary>
    public abstract bool Run(SqlSession session);

    /// <summary>Takes its rows from a reader that stands at them.</summary>
    public abstract void Read(DbDataReader reader, Statement statement);

    /// <summary>Whether, after <see cref="Read"/>, the rows are as many as must be.</summary>
    /// <param name="changed">Rows the database says it changed.</param>
    public abstract bool Accepts(int changed);
}

internal sealed class BatchExecute(SqlText sql, object? parameters, int? rows) : BatchStatement(sql, parameters, rows)
{
    public override bool ReturnsRows => false;

    public override bool Run(SqlSession session) => Accepts(session.ExecuteAsync(Sql, Parameters).GetAwaiter().GetResult());

    public override void Read(DbDataReader reader, Statement statement)
    {
    }

    public override bool Accepts(int changed) => MustTouch is not int must || changed == must;
}

internal sealed class BatchQuery<T>(SqlText sql, object? parameters, int? rows) : BatchStatement(sql, parameters, rows)
{
    public SqlBatchRows<T> Result { get; } = new();

    public override bool ReturnsRows => true;

    public override bool Run(SqlSession session)
    {
        Result.Rows = session.QueryAsync<T>(Sql, Parameters).GetAwaiter().GetResult();
        return Accepts(0);
    }

    public override void Read(DbDataReader reader, Statement statement) => Result.Rows = RowReader<T>.ReadAll(reader, statement);

    public override bool Accepts(int changed) => MustTouch is not int must || Result.Rows.Count == must;
}
