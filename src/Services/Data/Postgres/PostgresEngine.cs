using System.Globalization;
using Npgsql;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>
/// PostgreSQL behind a few lanes: reads and batches gather in queues and travel together, other writes run one to a lane.
/// </summary>
internal sealed class PostgresEngine : DatabaseEngine
{
    private readonly PostgresConnector _connector;
    private readonly WorkQueue<PendingQuery> _reads = new(Limits.ReadQueueMax, Limits.ReadLanes, Limits.ReadsWorthALane);
    private readonly WorkQueue<WriteJob> _writes = new(Limits.WriteQueueMax, Limits.WriteLanes);
    private readonly WorkQueue<BatchJob> _batches = new(Limits.WriteQueueMax, Limits.BatchLanes);
    private readonly List<Lane> _lanes = [];
    private readonly ReadSession _readSession;
    private long _commits;
    private volatile bool _disposed;

    private PostgresEngine(PostgresConnector connector, string description, TimeProvider time)
    {
        _connector = connector;
        Description = description;
        _readSession = new ReadSession(_reads, connector);
        for (int i = 1; i <= Limits.ReadLanes; i++)
        {
            _lanes.Add(new ReadLane(connector, _reads, i));
        }
        for (int i = 1; i <= Limits.WriteLanes; i++)
        {
            _lanes.Add(new WriteLane(connector, _writes, i, time, CountCommit));
        }
        for (int i = 1; i <= Limits.BatchLanes; i++)
        {
            _lanes.Add(new BatchLane(connector, _batches, i, time, CountCommit));
        }
        foreach (Lane lane in _lanes)
        {
            lane.Start();
        }
    }

    /// <summary>What every connection is told first. Commits wait for the disk whatever the server's configuration says.</summary>
    public static string LaneSettings { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"SET synchronous_commit = on; SET jit = off; SET statement_timeout = {Limits.StatementSecondsMax * 1000}");

    private static string ScanSettings { get; } = LaneSettings + "; SET default_transaction_read_only = on";

    public override long Commits => Interlocked.Read(ref _commits);

    public override bool IsAvailable => _connector.IsAvailable;

    public override string Description { get; }

    /// <exception cref="DatabaseException">It cannot be used, or did not answer in time.</exception>
    public static async Task<PostgresEngine> OpenAsync(
        DatabaseOptions options, IReadOnlyList<Migration> migrations, TimeProvider time, CancellationToken cancellation)
    {
        NpgsqlConnectionStringBuilder address = PostgresAddress.Read(options.Connection);
        string description = $"PostgreSQL {address.Host}:{address.Port}/{address.Database}";
        PostgresConnector connector = new(address, options.Availability);
        long started = time.GetTimestamp();
        bool told = false;
        while (true)
        {
            try
            {
                Version version = await Task.Run(() => Prepare(connector, description, options.Migrate ? migrations : null, time), cancellation).ConfigureAwait(false);
                if (told)
                {
                    options.Availability?.Invoke(null);
                }
                return new PostgresEngine(connector, PostgresVersions.Describe(description, version), time);
            }
            catch (Exception exception) when (CanWait(exception) && time.GetElapsedTime(started) < options.StartWait)
            {
                if (!told)
                {
                    options.Availability?.Invoke(exception);
                    told = true;
                }
                await Task.Delay(TimeSpan.FromMilliseconds(Limits.ReconnectMillisecondsMax), time, cancellation).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                connector.Dispose();
                throw exception is DatabaseException or OperationCanceledException
                    ? exception
                    : new DatabaseException($"The database {description} cannot be used: {exception.Message}", exception);
            }
        }
    }

    public override void Queue(WriteJob job) => Queue(_writes, job);

    public override void Queue(BatchJob job) => Queue(_batches, job);

    public override ValueTask<T> ReadAsync<T>(Func<SqlSession, ValueTask<T>> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return work(_readSession);
    }

    public override void Scan(SqlText sql, object parameters, Action<ScannedRow> take)
    {
        using NpgsqlConnection connection = _connector.Open(ScanSettings);
        try
        {
            PostgresScan.Run(connection, Statement.Of(sql, parameters, Dialect.Postgres), parameters, row =>
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(Database));
                take(row);
            });
        }
        catch (Exception exception) when (PostgresConnector.IsLoss(exception, connection))
        {
            throw new DatabaseUnavailableException("The connection to the database broke: " + exception.Message, exception);
        }
        catch (PostgresException exception)
        {
            throw Commands.Translate(exception);
        }
    }

    public override void Dispose()
    {
        _disposed = true;
        _reads.Complete();
        _writes.Complete();
        _batches.Complete();
        foreach (Lane lane in _lanes)
        {
            lane.Dispose();
        }
        _connector.Dispose();
    }

    /// <returns>The server's version.</returns>
    private static Version Prepare(PostgresConnector connector, string description, IReadOnlyList<Migration>? migrations, TimeProvider time)
    {
        using NpgsqlConnection connection = connector.OpenNow("SET lock_timeout = 0");
        PostgresVersions.Require(description, connection.PostgreSqlVersion);
        if (migrations is not null)
        {
            PostgresMigrator.Apply(connection, migrations, time);
        }
        return connection.PostgreSqlVersion;
    }

    // A database that starts up or has no room is worth waiting for; a wrong password or name is not.
    private static bool CanWait(Exception exception) => exception switch
    {
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal) || refused.SqlState == PostgresErrorCodes.TooManyConnections,
        NpgsqlException or IOException or TimeoutException or System.ComponentModel.Win32Exception => true,
        _ => false,
    };

    private void CountCommit() => Interlocked.Increment(ref _commits);

    private void Queue<TJob>(WorkQueue<TJob> queue, TJob job)
        where TJob : WriteJob
    {
        if (!_connector.IsAvailable)
        {
            job.Failed(new DatabaseUnavailableException("The database is not available."));
        }
        else if (!queue.TryAdd(job))
        {
            job.Failed(_disposed ? new ObjectDisposedException(nameof(Database)) : new DatabaseBusyException());
        }
    }
}
