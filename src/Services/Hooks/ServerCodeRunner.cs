using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Hooks;

/// <summary>
/// Runs users' code such that it harms nobody but its caller: on a pool thread, never on a door's own; for a limited time; not more than
/// so many at once; and whatever it throws becomes a status. Code that does not come back is left behind and counts until it does.
/// </summary>
internal sealed class ServerCodeRunner
{
    private readonly TimeSpan _timeMax;
    private readonly TimeProvider _time;
    private readonly ApiFault _fault;
    private int _running;
    private long _calls;
    private long _faults;

    public ServerCodeRunner(TimeSpan timeMax, TimeProvider time, ApiFault fault)
    {
        _timeMax = timeMax;
        _time = time;
        _fault = fault;
    }

    /// <summary>Calls of users' code under way.</summary>
    public int Running => Volatile.Read(ref _running);

    public long Calls => Interlocked.Read(ref _calls);

    public long Faults => Interlocked.Read(ref _faults);

    /// <summary>Runs; the value, or the status that says why there is none.</summary>
    /// <exception cref="OperationCanceledException">The caller does not wait any more.</exception>
    public async Task<(T? Value, ApiStatus Status)> RunAsync<T>(HookContext context, Func<HookContext, ValueTask<T>> code)
    {
        if (Interlocked.Increment(ref _running) > Limits.ServerCodeRunningMax)
        {
            Interlocked.Decrement(ref _running);
            return (default, new ApiStatus(ApiCode.Unavailable, "The server is busy, try again."));
        }
        Interlocked.Increment(ref _calls);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        HookContext limited = context with { Cancellation = over.Token };
        Task<T> running = Task.Run(() => CountedAsync(code, limited), CancellationToken.None);
        try
        {
            return (await running.WaitAsync(_timeMax, _time, context.Cancellation).ConfigureAwait(false), ApiStatus.Ok);
        }
        catch (ServerCodeException refusal)
        {
            return (default, refusal.Status);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            Interlocked.Increment(ref _faults);
            await AbandonAsync(over, running, context).ConfigureAwait(false);
            return (default, new ApiStatus(ApiCode.DeadlineExceeded, $"The server's code for {context.Name} took too long."));
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            await AbandonAsync(over, running, context).ConfigureAwait(false);
            throw;
        }
#pragma warning disable CA1031 // The boundary: users' code may throw anything, and its text must not reach strangers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _faults);
            _fault(context.Name, context.RequestId, exception);
            return (default, new ApiStatus(ApiCode.Internal, $"The server's code for {context.Name} failed, request {context.RequestId}."));
        }
    }

    private async Task<T> CountedAsync<T>(Func<HookContext, ValueTask<T>> code, HookContext context)
    {
        try
        {
            return await code(context).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    // Its token tells it to stop; what it still throws is heard of, not lost.
    private async Task AbandonAsync<T>(CancellationTokenSource over, Task<T> running, HookContext context)
    {
        _ = running.ContinueWith(
            (task, _) => _fault(context.Name, context.RequestId, task.Exception!.InnerException!),
            null,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        await over.CancelAsync().ConfigureAwait(false);
    }
}
