namespace RealtimeServer.Client;

/// <summary>
/// Polls many connections on one thread, for programs without a game loop of their own: bots, tests, tools.
/// Handlers of a connection run on this thread.
/// </summary>
public sealed class ConnectionPump : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<RealtimeConnection> _connections = [];
    private readonly Thread _thread;
    private readonly TimeSpan _period;
    private volatile bool _stopping;

    /// <param name="period">How long to rest between two rounds; also the resolution of measured round trips.</param>
    public ConnectionPump(TimeSpan period)
    {
        _period = period;
        _thread = new Thread(Run) { IsBackground = true, Name = "connection pump" };
        _thread.Start();
    }

    public void Add(RealtimeConnection connection)
    {
        using (_lock.EnterScope())
        {
            _connections.Add(connection);
        }
    }

    /// <summary>Stops polling it; the caller still disposes of it.</summary>
    public void Remove(RealtimeConnection connection)
    {
        using (_lock.EnterScope())
        {
            _connections.Remove(connection);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        var round = new List<RealtimeConnection>();
        while (!_stopping)
        {
            round.Clear();
            using (_lock.EnterScope())
            {
                round.AddRange(_connections);
            }

            foreach (RealtimeConnection connection in round)
            {
                connection.Poll();
            }

            Thread.Sleep(_period);
        }
    }
}
