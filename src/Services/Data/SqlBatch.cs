namespace RealtimeServer.Services.Data;

/// <summary>
/// Statements that are written together or not at all, with nothing to decide between them: each says how many rows it must touch.
/// The fast way to write, because concurrent batches travel and commit together. Each statement sees the rows of its own moment, not
/// a snapshot: put every condition into the statement itself.
/// </summary>
public sealed class SqlBatch
{
    private readonly List<BatchStatement> _statements = [];

    internal IReadOnlyList<BatchStatement> Statements => _statements;

    /// <summary>
    /// Runs between the commit and its answer, on a thread of the database, one after another in the order in which batches were
    /// committed: what keeps a picture of the database in memory changes it here. It is quick and throws nothing.
    /// </summary>
    public Action? Committed { get; set; }

    /// <summary>Adds a statement that must change <paramref name="rows"/> rows; null: any number.</summary>
    public void Execute(SqlText sql, object? parameters, int? rows) => _statements.Add(new BatchExecute(sql, parameters, rows));

    /// <summary>Adds a statement that returns rows (RETURNING, SELECT) and must return <paramref name="rows"/> of them; null: any number.</summary>
    /// <returns>The rows, once the batch is written.</returns>
    public SqlBatchRows<T> Query<T>(SqlText sql, object? parameters, int? rows)
    {
        BatchQuery<T> query = new(sql, parameters, rows);
        _statements.Add(query);
        return query.Result;
    }
}

/// <summary>The rows of a statement in a batch; empty until the batch is written.</summary>
public sealed class SqlBatchRows<T>
{
    public IReadOnlyList<T> Rows { get; internal set; } = [];
}

/// <param name="Written">False: nothing was written, because a statement did not touch as many rows as it must.</param>
/// <param name="FailedStatement">Which, counted from 0; -1 when written.</param>
public readonly record struct SqlBatchOutcome(bool Written, int FailedStatement);
