using System.Collections.Concurrent;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>Cancels one request when its time is up or its client is gone. Pooled: a request that ends in time leaves it as new.</summary>
internal sealed class RequestDeadline : IDisposable
{
    private static readonly ConcurrentQueue<RequestDeadline> Idle = new();

    private CancellationTokenSource _source = new();
    private CancellationTokenRegistration _client;
    private CancellationToken _clientToken;

    private RequestDeadline()
    {
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the time was up, rather than the client gone.</summary>
    public bool IsOver => _source.IsCancellationRequested && !_clientToken.IsCancellationRequested;

    /// <param name="time">How long the request may take; zero or less is over at once.</param>
    /// <param name="client">Cancelled when the client is gone.</param>
    public static RequestDeadline Start(TimeSpan time, CancellationToken client)
    {
        RequestDeadline deadline = Idle.TryDequeue(out RequestDeadline? idle) ? idle : new RequestDeadline();
        deadline._clientToken = client;
        deadline._client = client.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline._source);
        if (time > TimeSpan.Zero)
        {
            deadline._source.CancelAfter(time);
        }
        else
        {
            deadline._source.Cancel();
        }
        return deadline;
    }

    public void Dispose()
    {
        // Waits for a cancellation that is under way: after it, nobody touches the source.
        _client.Dispose();
        _clientToken = default;
        if (!_source.TryReset())
        {
            // An abandoned handler may still look at the token; the source is left to the collector.
            _source = new CancellationTokenSource();
        }
        if (Idle.Count < Limits.DeadlinesKeptMax)
        {
            Idle.Enqueue(this);
        }
        else
        {
            _source.Dispose();
        }
    }
}
