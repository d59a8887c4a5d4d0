namespace RealtimeServer.Services.Data;

/// <summary>What SQLite and PostgreSQL each do in their own way behind <see cref="Database"/>.</summary>
internal abstract class DatabaseEngine : IDisposable
{
    public abstract long Commits { get; }

    public abstract bool IsAvailable { get; }

    public abstract string Description { get; }

    /// <summary>Takes the job, or fails it at once.</summary>
    public abstract void Queue(WriteJob job);

    /// <inheritdoc cref="Queue(WriteJob)"/>
    public abstract void Queue(BatchJob job);

    public abstract ValueTask<T> ReadAsync<T>(Func<SqlSession, ValueTask<T>> work, CancellationToken cancellation);

    /// <summary>Runs a query to its end on this thread.</summary>
    public abstract void Scan(SqlText sql, object parameters, Action<ScannedRow> take);

    public abstract void Dispose();
}
