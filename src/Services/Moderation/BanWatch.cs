using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Moderation;

/// <summary>
/// Keeps memory and database of bans alike: another server of the same database may ban a player too. Runs until it is disposed.
/// </summary>
public sealed class BanWatch : IAsyncDisposable
{
    private readonly BanList _bans;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <param name="fault">Told when a look fails for another reason than a database that is away.</param>
    public BanWatch(BanList bans, TimeProvider time, Action<string, Exception> fault)
    {
        _bans = bans;
        _time = time;
        _fault = fault;
    }

    /// <summary>Learns who was banned before the start, and goes on looking.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _bans.LoadAsync(cancellation).ConfigureAwait(false);
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
        TimeSpan pause = TimeSpan.FromSeconds(Limits.BanPollSeconds);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
                long started = _time.GetTimestamp();
                await _bans.LearnAsync(_stop.Token).ConfigureAwait(false);
                // Long lists are looked through less often.
                pause = TimeSpan.FromSeconds(Limits.BanPollSeconds) + (Limits.BanPollShare * _time.GetElapsedTime(started));
            }
            catch (Exception exception) when (exception is OperationCanceledException or DatabaseUnavailableException or DatabaseBusyException)
            {
                // Stopped, or the next look asks again.
            }
#pragma warning disable CA1031 // One look that fails must not end those after it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _fault("bans", exception);
            }
        }
    }
}
