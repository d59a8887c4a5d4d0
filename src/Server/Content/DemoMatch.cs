using RealtimeServer.Matches;

namespace RealtimeServer.Server.Content;

/// <summary>
/// Keeps one match running for people who open the demo page: the game's own opponent plays every free slot, and when a match ends the
/// next one starts.
/// </summary>
internal sealed class DemoMatch : IAsyncDisposable
{
    public static readonly MatchRequest LanesRequest = new(
        "lanes", "lanes", new Dictionary<string, string> { ["ai"] = "fill" }, KeepAlive: true)
    { Checkpoints = false };

    public static readonly MatchRequest ArenaRequest = new(
        "arena", "courtyard", new Dictionary<string, string> { ["bots"] = "5", ["seconds"] = "300", ["kills"] = "30" }, KeepAlive: true)
    { Checkpoints = false };

    private readonly Lock _starting = new();
    private readonly MatchHost _matches;
    private readonly MatchRequest _request;
    private readonly TimeProvider _time;
    private readonly ServerLog _log;
    private readonly CancellationTokenSource _stop = new();
    private volatile string? _matchId;
    private Task _running = Task.CompletedTask;

    private bool _isStarted;

    public DemoMatch(MatchHost matches, MatchRequest request, TimeProvider time, ServerLog log)
    {
        _request = request;
        _matches = matches;
        _time = time;
        _log = log;
    }

    /// <summary>The running match; null between two.</summary>
    public string? MatchId => _matchId;

    public string Game => _request.Game;

    public string Map => _request.Map!;

    /// <summary>Starts the first match before it returns, and goes on in the background. Once is enough: more calls change nothing.</summary>
    public void Start()
    {
        lock (_starting)
        {
            if (!_isStarted)
            {
                _isStarted = true;
                Task<MatchEnding>? first = StartMatch();
                _running = Task.Run(() => KeepAsync(first));
            }
        }
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
        CreateOutcome outcome = _matches.CreateSimulated(_request);
        if (!outcome.Created)
        {
            _log.DemoMatchRefused(outcome.Refusal);
            return null;
        }
        _matchId = outcome.Info.Id.ToString();
        return _matches.WhenEnded(outcome.Info.Id);
    }
}
