namespace RealtimeServer.Services.Data;

/// <summary>
/// Runs SQL for one piece of work, and is the work's only as long as the work runs. A statement that fails ends the work: whatever
/// it does afterwards fails too.
/// </summary>
public abstract class SqlSession
{
    /// <summary>All rows.</summary>
    public abstract ValueTask<IReadOnlyList<T>> QueryAsync<T>(SqlText sql, object? parameters = null);

    /// <summary>The first row; null (of a value type its default, so ask for <c>long?</c>) when there is none.</summary>
    public abstract ValueTask<T?> QuerySingleOrDefaultAsync<T>(SqlText sql, object? parameters = null);

    /// <summary>Rows changed.</summary>
    public abstract ValueTask<int> ExecuteAsync(SqlText sql, object? parameters = null);
}
