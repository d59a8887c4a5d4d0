using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace RealtimeServer.Services.Data;

/// <summary>
/// The SQLite database inside the process: write-ahead log, every commit flushed to disk, one writer, several readers.
/// Readers never wait for the writer and see only what is committed.
/// </summary>
public sealed class Database : IDisposable
{
    private readonly string _connectionString;
    private readonly Writer _writer;
    private readonly ConcurrentBag<SqliteConnection> _idleReaders = [];
    private readonly SemaphoreSlim _readers = new(Limits.ReadersMax);
    private volatile bool _disposed;

    private Database(string connectionString, Writer writer)
    {
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <summary>Commits made since the start; fewer than writes, as writes share them.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Opens the file, making it and its folder when absent, and applies the migrations it lacks.</summary>
    /// <exception cref="DatabaseException">The file cannot be used; the text says why and what to do.</exception>
    public static Database Open(string file, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        string connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false,
            DefaultTimeout = Limits.BusyTimeoutSeconds,
        }.ToString();
        SqliteConnection? connection = null;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is string folder)
            {
                Directory.CreateDirectory(folder);
            }
            connection = new SqliteConnection(connectionString);
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout={Limits.BusyTimeoutSeconds * 1000}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
            Migrator.Apply(connection, migrations, time);
            return new Database(connectionString, new Writer(connection));
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            throw new DatabaseException($"The database {file} cannot be opened: {exception.Message}", exception);
        }
        catch (DatabaseException)
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs work in a transaction that nobody else writes in, and answers once it is on disk. What the work throws undoes its own
    /// changes and comes back here.
    /// </summary>
    /// <exception cref="DatabaseBusyException">Too many writes wait.</exception>
    public Task<T> WriteAsync<T>(Func<SqlSession, T> work)
    {
        WriteJob<T> job = new(work);
        if (_writer.TryQueue(job))
        {
            return job.Task;
        }
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.FromException<T>(new DatabaseBusyException());
    }

    /// <summary>Runs work that only reads, on the caller's thread: a read by key takes microseconds, less than a change of thread.</summary>
    public async Task<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _readers.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            SqliteConnection connection = _idleReaders.TryTake(out SqliteConnection? idle) ? idle : OpenReader();
            try
            {
                return work(new SqlSession(connection));
            }
            finally
            {
                Return(connection);
            }
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>Finishes the writes that wait, then closes.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idleReaders.TryTake(out SqliteConnection? reader))
        {
            reader.Dispose();
        }
        // Last: closing the last connection folds the log into the file.
        _writer.Dispose();
    }

    private void Return(SqliteConnection connection)
    {
        _idleReaders.Add(connection);
        if (_disposed && _idleReaders.TryTake(out SqliteConnection? late))
        {
            late.Dispose();
        }
    }

    private SqliteConnection OpenReader()
    {
        SqliteConnection connection = new(_connectionString);
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout={Limits.BusyTimeoutSeconds * 1000}; PRAGMA query_only=ON");
        return connection;
    }
}
