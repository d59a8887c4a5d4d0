namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Reads for one piece of work: each statement joins the next round trip. There is one for all, as it keeps nothing.</summary>
internal sealed class ReadSession : SqlSession
{
    private readonly WorkQueue<PendingQuery> _queue;
    private readonly PostgresConnector _connector;

    public ReadSession(WorkQueue<PendingQuery> queue, PostgresConnector connector)
    {
        _queue = queue;
        _connector = connector;
    }

    public override ValueTask<IReadOnlyList<T>> QueryAsync<T>(SqlText sql, object? parameters = null)
    {
        PendingRows<T> query = new(sql, parameters);
        Queue(query);
        return new ValueTask<IReadOnlyList<T>>(query.Task);
    }

    public override ValueTask<T?> QuerySingleOrDefaultAsync<T>(SqlText sql, object? parameters = null)
        where T : default
    {
        PendingRow<T> query = new(sql, parameters);
        Queue(query);
        return new ValueTask<T?>(query.Task);
    }

    public override ValueTask<int> ExecuteAsync(SqlText sql, object? parameters = null) =>
        throw new InvalidOperationException("Work that only reads cannot execute; use WriteAsync.");

    private void Queue(PendingQuery query)
    {
        if (!_connector.IsAvailable)
        {
            throw new DatabaseUnavailableException("The database is not available.");
        }
        if (!_queue.TryAdd(query))
        {
            throw new DatabaseBusyException();
        }
    }
}
