using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>
/// Brings the pages of SQLite's log into the file (a "checkpoint") on a thread and a connection of its own: they lie all over the file and are
/// flushed, for which no commit should wait. The few that are written meanwhile are the writer's: once all are in, its next commit begins the
/// log anew (sqlite.org/wal.html).
/// </summary>
internal sealed class SqliteCheckpoints : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE: pages a connection has written.
    private const int PagesWritten = 9;

    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _own;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly ManualResetEventSlim _idle = new(true);
    private readonly Thread _thread;
    private volatile bool _stopping;

    // The writer's: pages in the log, or more; whether what is left of them is its own to bring in.
    private int _pages;
    private bool _asks;

    /// <param name="writer">The connection that writes.</param>
    /// <param name="own">Another one, owned from here on.</param>
    public SqliteCheckpoints(SqliteConnection writer, SqliteConnection own)
    {
        _writer = writer;
        _own = own;
        SqliteFile.Execute(writer, "PRAGMA wal_autocheckpoint=0");
        _thread = new Thread(Run) { IsBackground = true, Name = "database checkpoints" };
        _thread.Start();
    }

    /// <summary>Called by the writer's thread after each commit.</summary>
    public void Committed()
    {
        raw.sqlite3_db_status(_writer.Handle, PagesWritten, out int written, out _, 1);
        _pages += written;
        if (_asks)
        {
            if (_pages >= Limits.LogPagesAtMost)
            {
                _idle.Wait();
            }
            if (_idle.IsSet)
            {
                _asks = false;
                _pages = Checkpoint(_writer);
            }
        }
        else if (_pages >= Limits.LogPagesMax)
        {
            _asks = true;
            _idle.Reset();
            _asked.Release();
        }
    }

    /// <summary>To be called when the writer has stopped.</summary>
    public void Dispose()
    {
        _stopping = true;
        _asked.Release();
        _thread.Join();
        _own.Dispose();
        _asked.Dispose();
        _idle.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _asked.Wait();
            // A connection finds the log when it reads, whatever that says.
            raw.sqlite3_exec(_own.Handle, "PRAGMA schema_version");
            // Each time fewer: what was written while those before were brought in.
            for (int round = 0; round < Limits.CheckpointRounds && !_stopping; round++)
            {
                Checkpoint(_own);
            }
            _idle.Set();
            if (_stopping)
            {
                return;
            }
        }
    }

    /// <returns>Pages that are left in the log. What an error or a reader prevents, the next time brings in.</returns>
    private static int Checkpoint(SqliteConnection connection)
    {
        raw.sqlite3_wal_checkpoint_v2(connection.Handle, null, raw.SQLITE_CHECKPOINT_PASSIVE, out int pages, out int done);
        return Math.Max(pages - done, 0);
    }
}
