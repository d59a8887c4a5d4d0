using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Sessions;

/// <summary>
/// Keeps memory and database of ended sessions alike: another server of the same database, or a command beside this one, may end a
/// session or ban a player too. Runs until it is disposed.
/// </summary>
public sealed class SessionWatch : IAsyncDisposable
{
    private readonly SessionStore _sessions;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <param name="fault">Told when a look fails for another reason than a database that is away.</param>
    public SessionWatch(SessionStore sessions, TimeProvider time, Action<string, Exception> fault)
    {
        _sessions = sessions;
        _time = time;
        _fault = fault;
    }

    /// <summary>Learns what was ended before the start, and goes on looking.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _sessions.LearnAsync(cancellation).ConfigureAwait(false);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(Limits.RevocationPollSeconds), _time);
        try
        {
            for (int round = 1; await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false); round++)
            {
                await LookAsync(round % Limits.RevocationPruneRounds == 0).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task LookAsync(bool prune)
    {
        try
        {
            await _sessions.LearnAsync(_stop.Token).ConfigureAwait(false);
            if (prune)
            {
                await _sessions.PruneAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or DatabaseBusyException)
        {
            // The next round asks again, and misses nothing.
        }
#pragma warning disable CA1031 // One look that fails must not end those after it.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _fault("sessions", exception);
        }
    }
}
