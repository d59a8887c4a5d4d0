using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>
/// The one writer: a thread with the one connection that writes. Jobs that are waiting when it comes round share a commit, hence
/// one flush to disk; each has a savepoint of its own, so one that fails is undone alone.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteSession _session;
    private readonly SqliteCheckpoints? _checkpoints;
    private readonly Channel<WriteJob> _queue;
    private readonly List<WriteJob> _batch = new(Limits.WritesPerCommitMax);
    private readonly Thread _thread;
    private long _commits;

    /// <param name="connection">Owned from here on.</param>
    /// <param name="checkpoints">A connection that brings its log into the file, likewise; null where there is no file.</param>
    public SqliteWriter(SqliteConnection connection, SqliteConnection? checkpoints)
    {
        _session = new SqliteSession(connection);
        _checkpoints = checkpoints is null ? null : new SqliteCheckpoints(connection, checkpoints);
        _queue = Channel.CreateBounded<WriteJob>(new BoundedChannelOptions(Limits.WriteQueueMax) { SingleReader = true });
        _thread = new Thread(Run) { IsBackground = true, Name = "database writer" };
        _thread.Start();
    }

    public long Commits => Interlocked.Read(ref _commits);

    public bool TryQueue(WriteJob job) => _queue.Writer.TryWrite(job);

    /// <summary>Finishes what is queued, then closes.</summary>
    public void Dispose()
    {
        if (_queue.Writer.TryComplete())
        {
            _thread.Join();
            _checkpoints?.Dispose();
            _session.Dispose();
        }
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_batch.Count < Limits.WritesPerCommitMax && _queue.Reader.TryRead(out WriteJob? job))
            {
                _batch.Add(job);
            }
            CommitBatch();
            _batch.Clear();
            _checkpoints?.Committed();
        }
    }

    private void CommitBatch()
    {
        Exception? failure = null;
        try
        {
            using SqliteTransaction transaction = _session.Connection.BeginTransaction(deferred: false);
            _session.Transaction = transaction;
            foreach (WriteJob job in _batch)
            {
                RunOne(job);
            }
            transaction.Commit();
            Interlocked.Increment(ref _commits);
        }
#pragma warning disable CA1031 // Whatever it was, the jobs' owners are told, and the writer lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }
        _session.Transaction = null;
        foreach (WriteJob job in _batch)
        {
            Answer(job, failure);
        }
    }

    private void RunOne(WriteJob job)
    {
        _session.Begin();
        Execute("SAVEPOINT job");
        try
        {
            job.Run(_session);
            _session.RequireUnbroken();
        }
#pragma warning disable CA1031 // The owner of the job gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            job.Fault = exception;
            // Some errors (disk full) end the whole transaction. Going on would commit each following job by itself.
            if (SQLitePCL.raw.sqlite3_get_autocommit(_session.Connection.Handle) != 0)
            {
                throw new DatabaseException("The database ended the transaction: " + exception.Message, exception);
            }
            _session.Begin();
            Execute("ROLLBACK TO job");
        }
        Execute("RELEASE job");
    }

    private void Execute(string sql) => _session.ExecuteAsync(sql).GetAwaiter().GetResult();

    private static void Answer(WriteJob job, Exception? failure)
    {
        if ((job.Fault ?? failure) is Exception exception)
        {
            job.Failed(exception);
        }
        else
        {
            job.Committed();
        }
    }
}
