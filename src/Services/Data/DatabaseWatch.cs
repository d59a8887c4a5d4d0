namespace RealtimeServer.Services.Data;

/// <summary>Looks at the database again and again, because another server of it, or a command beside this one, may have written. Runs until it is disposed.</summary>
public sealed class DatabaseWatch : IAsyncDisposable
{
    private readonly string _name;
    private readonly Func<CancellationToken, Task> _look;
    private readonly TimeSpan _pause;
    private readonly int _share;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="name">What is looked at, for <paramref name="fault"/>.</param>
    /// <param name="look">One look. One that meets a database that is away is made again after the next pause.</param>
    /// <param name="pause">Between two looks.</param>
    /// <param name="share">How many times as long as a look took it waits besides: long lists are looked through less often.</param>
    /// <param name="time">Counts the pauses.</param>
    /// <param name="fault">Told when a look fails for another reason than a database that is away; the next one is made all the same.</param>
    internal DatabaseWatch(string name, Func<CancellationToken, Task> look, TimeSpan pause, int share, TimeProvider time, Action<string, Exception> fault)
    {
        _name = name;
        _look = look;
        _pause = pause;
        _share = share;
        _time = time;
        _fault = fault;
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
        TimeSpan pause = _pause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
                long started = _time.GetTimestamp();
                await _look(_stop.Token).ConfigureAwait(false);
                pause = _pause + (_share * _time.GetElapsedTime(started));
            }
            catch (Exception exception) when (exception is OperationCanceledException or DatabaseUnavailableException or DatabaseBusyException)
            {
                // Stopped, or the next look asks again and misses nothing.
            }
#pragma warning disable CA1031 // One look that fails must not end those after it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _fault(_name, exception);
            }
        }
    }
}
