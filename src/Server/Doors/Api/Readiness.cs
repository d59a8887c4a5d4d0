namespace RealtimeServer.Server.Doors.Api;

/// <summary>Whether this server should be sent requests. The database is asked at most once a second, however often this is.</summary>
internal sealed class Readiness
{
    private readonly Func<CancellationToken, Task> _database;
    private readonly Action<string> _silent;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _asking = new(1);
    private volatile bool _stopping;
    private long _askedAt;
    private string? _answer = "the database was not asked yet";

    /// <param name="database">Asks the database anything; throws when it does not answer.</param>
    /// <param name="silent">Told why, each time it did not.</param>
    /// <param name="time">For the age of the last answer.</param>
    public Readiness(Func<CancellationToken, Task> database, Action<string> silent, TimeProvider time)
    {
        _database = database;
        _silent = silent;
        _time = time;
        _askedAt = time.GetTimestamp() - time.TimestampFrequency;
    }

    public bool IsStopping => _stopping;

    /// <summary>From now on the server is not ready; requests that come all the same are still answered.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Null when the server is ready, else why it is not.</summary>
    public async Task<string?> ReasonAsync(CancellationToken cancellation)
    {
        if (_stopping)
        {
            return "stopping";
        }
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_time.GetElapsedTime(_askedAt) >= TimeSpan.FromSeconds(1))
            {
                _answer = await AskAsync().ConfigureAwait(false);
                _askedAt = _time.GetTimestamp();
            }
            return _answer;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string?> AskAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(Limits.DatabaseAnswerSeconds), _time);
        try
        {
            await _database(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, the database does not answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _silent(exception.Message);
            return "the database does not answer";
        }
    }
}
