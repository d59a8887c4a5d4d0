using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>
/// The SQLite database inside the process: write-ahead log, every commit flushed to disk, one writer, several readers.
/// Readers never wait for the writer.
/// </summary>
internal sealed class SqliteEngine : DatabaseEngine
{
    private readonly string _connectionString;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentBag<SqliteSession> _idleReaders = [];
    private readonly SemaphoreSlim _readers = new(Limits.ReadersMax);
    private volatile bool _disposed;

    private SqliteEngine(string file, string connectionString, SqliteWriter writer)
    {
        Description = file;
        _connectionString = connectionString;
        _writer = writer;
    }

    public override long Commits => _writer.Commits;

    public override bool IsAvailable => true;

    public override string Description { get; }

    /// <exception cref="DatabaseException">The file cannot be used; the text says why and what to do.</exception>
    public static SqliteEngine Open(DatabaseOptions options, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        string file = options.File;
        SqliteConnection? connection = null;
        try
        {
            if (file != SqliteFile.Memory && Path.GetDirectoryName(Path.GetFullPath(file)) is string folder)
            {
                Directory.CreateDirectory(folder);
            }
            connection = SqliteFile.OpenToWrite(file);
            if (options.Migrate)
            {
                SqliteMigrator.Apply(connection, migrations, time);
            }
            return new SqliteEngine(
                Path.GetFullPath(file), SqliteFile.ConnectionString(file), new SqliteWriter(connection, file == SqliteFile.Memory ? null : SqliteFile.OpenToRead(file)));
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            SqliteFile.Abandon(connection);
            string reason = exception is SqliteException refused ? SqliteFile.Explain(refused) : exception.Message;
            throw new DatabaseException($"The database {file} cannot be opened: {reason}", exception);
        }
        catch (DatabaseException)
        {
            SqliteFile.Abandon(connection);
            throw;
        }
    }

    public override void Queue(WriteJob job)
    {
        if (!_writer.TryQueue(job))
        {
            job.Failed(_disposed ? new ObjectDisposedException(nameof(Database)) : new DatabaseBusyException());
        }
    }

    public override void Queue(BatchJob job) => Queue((WriteJob)job);

    /// <summary>Runs on the caller's thread: a read by key takes microseconds, less than a change of thread.</summary>
    public override async ValueTask<T> ReadAsync<T>(Func<SqlSession, ValueTask<T>> work, CancellationToken cancellation)
    {
        await _readers.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            SqliteSession session = _idleReaders.TryTake(out SqliteSession? idle) ? idle : OpenReader();
            try
            {
                session.Begin();
                return await work(session).ConfigureAwait(false);
            }
            finally
            {
                Return(session);
            }
        }
        finally
        {
            _readers.Release();
        }
    }

    public override void Scan(SqlText sql, object parameters, Action<ScannedRow> take)
    {
        using SqliteConnection connection = Reader();
        SqliteScan.Run(connection, Statement.Of(sql, parameters, Dialect.Sqlite), parameters, row =>
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(Database));
            take(row);
        });
    }

    public override void Dispose()
    {
        _disposed = true;
        while (_idleReaders.TryTake(out SqliteSession? reader))
        {
            reader.Dispose();
        }
        // Last: closing the last connection folds the log into the file.
        _writer.Dispose();
    }

    private void Return(SqliteSession session)
    {
        _idleReaders.Add(session);
        if (_disposed && _idleReaders.TryTake(out SqliteSession? late))
        {
            late.Dispose();
        }
    }

    private SqliteSession OpenReader() => new(Reader());

    private SqliteConnection Reader()
    {
        SqliteConnection connection = new(_connectionString);
        connection.Open();
        SqliteFile.Execute(connection, $"PRAGMA busy_timeout={Limits.BusyTimeoutSeconds * 1000}; PRAGMA query_only=ON");
        return connection;
    }
}
