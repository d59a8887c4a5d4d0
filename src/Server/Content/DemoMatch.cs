using RealtimeServer.Matches;

namespace RealtimeServer.Server.Content;

/// <summary>
/// Keeps one match running for people who open the demo page: the game's own opponent plays every free slot, and when a match ends the
/// next one starts.
/// </summary>
internal sealed class DemoMatch : IAsyncDisposable
{
    public const string Game = "lanes";
    public const string Map = "lanes";

    private static readonly MatchRequest Request = new(
        Game, Map, new Dictionary<string, string> { ["ai"] = "fill" }, KeepAlive: true);

    private readonly MatchHost _matches;
    private readonly TimeProvider _time;
    private readonly ServerLog _log;
    private readonly CancellationTokenSource _stop = new();
    private volatile string? _matchId;
    private Task _running = Task.CompletedTask;

    public DemoMatch(MatchHost matches, TimeProvider time, ServerLog log)
    {
        _matches = matches;
        _time = time;
        _log = log;
    }

    /// <summary>The running match; null between two.</summary>
    public string? MatchId => _matchId;

    /// <summary>Starts the first match before it returns, and goes on in the background.</summary>
    public void Start()
    {
        Task<MatchEnding>? first = StartMatch();
        _running = Task.Run(() => KeepAsync(first));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task KeepAsync(Task<MatchEnding>? ended)
    {
        int pauseSeconds = Limits.DemoRetrySecondsMin;
        try
        {
            while (true)
            {
                MatchEnding? ending = ended is null ? null : await ended.WaitAsync(_stop.Token).ConfigureAwait(false);
                _matchId = null;
                bool failed = ending is null || ending.Failed;
                // The result stays on the screen for a moment; a match that breaks at once must not be restarted at once for ever.
                await Task.Delay(TimeSpan.FromSeconds(pauseSeconds), _time, _stop.Token).ConfigureAwait(false);
                pauseSeconds = failed ? Math.Min(2 * pauseSeconds, Limits.DemoRetrySecondsMax) : Limits.DemoRetrySecondsMin;
                ended = StartMatch();
            }
        }
        catch (OperationCanceledException)
        {
            _matchId = null;
        }
    }

    private Task<MatchEnding>? StartMatch()
    {
        CreateOutcome outcome = _matches.CreateSimulated(Request);
        if (!outcome.Created)
        {
            _log.DemoMatchRefused(outcome.Refusal);
            return null;
        }
        _matchId = outcome.Info.Id.ToString();
        return _matches.WhenEnded(outcome.Info.Id);
    }
}
