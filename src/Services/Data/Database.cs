using RealtimeServer.Services.Data.Postgres;
using RealtimeServer.Services.Data.Sqlite;

namespace RealtimeServer.Services.Data;

/// <summary>
/// The database: SQLite inside the process, or PostgreSQL. Work is a function that runs statements and awaits nothing but its
/// session; it may run more than once, so it keeps its hands off everything else.
/// <para>A write is answered once it is on disk. Readers see only what is committed, each statement as of its own moment.</para>
/// </summary>
public sealed class Database : IDisposable, IAsyncDisposable
{
    private readonly DatabaseEngine _engine;
    private volatile bool _disposed;

    private Database(DatabaseEngine engine) => _engine = engine;

    /// <summary>Commits made since the start; fewer than writes, as writes share them.</summary>
    public long Commits => _engine.Commits;

    /// <summary>Whether the database answers. While it does not, work is refused at once with <see cref="DatabaseUnavailableException"/>.</summary>
    public bool IsAvailable => _engine.IsAvailable;

    /// <summary>What people read: the file, or host and database name without the password.</summary>
    public string Description => _engine.Description;

    // By the name each gives its connections, of which PostgreSQL keeps up to 63 bytes.
    private static readonly SqlText OtherServers = new("SELECT 0", """
        SELECT count(DISTINCT application_name) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'RealtimeServer-%' AND application_name <> current_setting('application_name')
        """);

    /// <summary>Opens the database and applies the migrations it lacks.</summary>
    /// <exception cref="DatabaseException">It cannot be used; the text says why and what to do.</exception>
    public static async Task<Database> OpenAsync(
        DatabaseOptions options, IReadOnlyList<Migration> migrations, TimeProvider time, CancellationToken cancellation = default)
    {
        DatabaseEngine engine = options.Connection.Length == 0
            ? SqliteEngine.Open(options, migrations, time)
            : await PostgresEngine.OpenAsync(options, migrations, time, cancellation).ConfigureAwait(false);
        return new Database(engine);
    }

    /// <summary>
    /// Runs work in one transaction, as if no other ran beside it, and answers once it is on disk. What the work throws undoes its
    /// own changes and comes back here.
    /// </summary>
    /// <exception cref="DatabaseBusyException">Too much waits, or the work met others too often.</exception>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public Task<T> WriteAsync<T>(Func<SqlSession, ValueTask<T>> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        WriteJob<T> job = new(work);
        _engine.Queue(job);
        return job.Task;
    }

    /// <summary>Writes a batch: all of its statements, or none when one did not touch as many rows as it must.</summary>
    /// <exception cref="DatabaseBusyException">Too much waits.</exception>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public Task<SqlBatchOutcome> WriteAsync(SqlBatch batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        BatchJob job = new(batch);
        _engine.Queue(job);
        return job.Task;
    }

    /// <summary>
    /// Reads, decides, and writes what was decided, all again when the database meanwhile became another. So the rules are code that
    /// touches no database, and the write travels as a batch does.
    /// </summary>
    /// <param name="look">Reads what the decision needs.</param>
    /// <param name="decide">Decides; it may be asked more than once.</param>
    /// <exception cref="DatabaseBusyException">Too much waits, or others were faster too often.</exception>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public async Task<T> DecideAsync<TSeen, T>(Func<SqlSession, ValueTask<TSeen>> look, Func<TSeen, Decision<T>> decide)
    {
        for (int tries = 1; ; tries++)
        {
            Decision<T> decision = decide(await ReadAsync(look, CancellationToken.None).ConfigureAwait(false));
            try
            {
                if (decision.Batch is null || (await WriteAsync(decision.Batch).ConfigureAwait(false)).Written)
                {
                    return decision.Result;
                }
            }
            catch (DatabaseConstraintException) when (tries < Limits.DecisionTriesMax)
            {
                // A row this one refers to, or a key it takes, came or went since.
            }
            if (tries >= Limits.DecisionTriesMax)
            {
                throw new DatabaseBusyException();
            }
        }
    }

    /// <summary>
    /// Runs work that only reads. Statements started together, then awaited, travel together:
    /// <c>var a = s.QueryAsync…; var b = s.QueryAsync…; await a; await b</c>.
    /// </summary>
    /// <exception cref="DatabaseBusyException">Too much waits.</exception>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public ValueTask<T> ReadAsync<T>(Func<SqlSession, ValueTask<T>> work, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _engine.ReadAsync(work, cancellation);
    }

    /// <summary>How many other servers are connected to this database now. Of those whose address names the application, none is known.</summary>
    public async ValueTask<int> OtherServersAsync() => (int)await ReadAsync(
        static s => s.QuerySingleOrDefaultAsync<long>(OtherServers), CancellationToken.None).ConfigureAwait(false);

    /// <summary>
    /// Runs one query of very many rows on a connection and a thread of its own, and hands over each row where it stands: numbers and ids
    /// only. No other work waits for it.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database is away; rows may have been taken already.</exception>
    public Task ScanAsync(SqlText sql, object parameters, Action<ScannedRow> take)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.Factory.StartNew(
            () => _engine.Scan(sql, parameters, take), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Finishes the writes that wait, then closes.</summary>
    public void Dispose()
    {
        _disposed = true;
        _engine.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return new ValueTask(Task.Run(_engine.Dispose));
    }
}
