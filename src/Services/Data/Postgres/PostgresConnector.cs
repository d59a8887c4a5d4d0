using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Opens connections, and knows whether the database is there. While it is not, one thread tries until it is back.</summary>
internal sealed class PostgresConnector : IDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly Action<Exception?>? _availability;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stopping = new();
    private Thread? _prober;
    private volatile Exception? _lost;

    public PostgresConnector(NpgsqlConnectionStringBuilder address, Action<Exception?>? availability)
    {
        NpgsqlSlimDataSourceBuilder builder = new(address.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        _source = builder.Build();
        _availability = availability;
    }

    public bool IsAvailable => _lost is null;

    /// <summary>A connection for one lane.</summary>
    /// <param name="settings">Run on it first: SET statements.</param>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public NpgsqlConnection Open(string settings)
    {
        if (_lost is Exception lost)
        {
            throw Unavailable(lost);
        }
        try
        {
            return OpenNow(settings);
        }
        catch (Exception exception) when (IsConnectFailure(exception))
        {
            Lose(exception);
            throw Unavailable(exception);
        }
    }

    /// <summary>The same without asking whether the database is thought to be there.</summary>
    public NpgsqlConnection OpenNow(string settings)
    {
        NpgsqlConnection connection = _source.CreateConnection();
        try
        {
            connection.Open();
            using NpgsqlCommand command = new(settings, connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether an exception means that the connection is gone, not that the statement was wrong.</summary>
    public static bool IsLoss(Exception exception, NpgsqlConnection connection) =>
        connection.State != System.Data.ConnectionState.Open || IsConnectFailure(exception);

    public void Dispose()
    {
        _stopping.Set();
        Thread? prober;
        lock (_gate)
        {
            prober = _prober;
        }
        prober?.Join();
        _source.Dispose();
        _stopping.Dispose();
    }

    private static DatabaseUnavailableException Unavailable(Exception why) => new("The database is not available: " + why.Message, why);

    // 08: connection; 57P0x: shut down, crashed, starting up; 53300: too many connections; 28: refused to us; 3D: no such database.
    private static bool IsConnectFailure(Exception exception) => exception switch
    {
        PostgresException refused => refused.SqlState.StartsWith("08", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("28", StringComparison.Ordinal)
            || refused.SqlState is "53300" or "3D000",
        NpgsqlException or IOException or TimeoutException or System.ComponentModel.Win32Exception => true,
        _ => false,
    };

    private void Lose(Exception why)
    {
        lock (_gate)
        {
            if (_lost is not null || _stopping.IsSet)
            {
                return;
            }
            _lost = why;
            _prober = new Thread(Probe) { IsBackground = true, Name = "database prober" };
            _prober.Start();
        }
        _availability?.Invoke(why);
    }

    private void Probe()
    {
        int wait = Limits.ReconnectMillisecondsMin;
        while (!_stopping.Wait(wait))
        {
            try
            {
                OpenNow("SELECT 1").Dispose();
                break;
            }
            catch (Exception exception) when (IsConnectFailure(exception))
            {
                wait = Math.Min(wait * 2, Limits.ReconnectMillisecondsMax);
            }
        }
        if (_stopping.IsSet)
        {
            return;
        }
        lock (_gate)
        {
            _lost = null;
        }
        _availability?.Invoke(null);
    }
}
