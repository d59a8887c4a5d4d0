using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>
/// A thread with a connection of its own. It waits, takes what is queued, and talks to the database without further changes of
/// thread: the shortest way between many callers and one connection.
/// </summary>
internal abstract class Lane : IDisposable
{
    private readonly Thread _thread;
    private readonly string _settings;
    private NpgsqlConnection? _connection;

    protected Lane(PostgresConnector connector, string name, string settings)
    {
        Connector = connector;
        _settings = settings;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    protected PostgresConnector Connector { get; }

    public void Start() => _thread.Start();

    /// <summary>Waits until the queue, which must have been completed, is empty.</summary>
    public void Dispose()
    {
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        Disconnect();
    }

    /// <summary>Works until the queue ends.</summary>
    protected abstract void Run();

    /// <summary>The lane's connection, opened when there is none.</summary>
    /// <param name="reused">It may have broken since it was last used.</param>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    protected NpgsqlConnection Connection(out bool reused)
    {
        reused = _connection is not null;
        return _connection ??= Connector.Open(_settings);
    }

    /// <summary>Drops a connection that broke.</summary>
    protected void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
