using RealtimeServer.Matches;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Server.Content;

/// <summary>Looks at the maps folder from time to time: what a designer has saved is there for the next match, and for running ones whose games take it over.</summary>
internal sealed class MapWatch(MapLibrary maps, MatchHost matches, TimeSpan period, TimeProvider time, ServerLog log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(KeepAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>One look.</summary>
    public async Task LookAsync()
    {
        try
        {
            foreach (MapNews news in maps.Refresh())
            {
                if (news.Refused is not null)
                {
                    log.MapKept(news.Refused.Message);
                }
                else if (news.Map is null)
                {
                    log.MapGone(news.File);
                }
                else
                {
                    log.MapReloaded(news.File, await matches.ReplaceMapAsync(new MapReplacement(news.Map)).ConfigureAwait(false));
                }
            }
        }
        catch (StartException exception)
        {
            log.MapKept(exception.Message);
        }
    }

    private async Task KeepAsync()
    {
        using PeriodicTimer timer = new(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await LookAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
