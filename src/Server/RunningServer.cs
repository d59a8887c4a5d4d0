using System.Net;
using RealtimeServer.Matches;
using RealtimeServer.Server.Content;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Server;

/// <summary>A server that listens.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly Composition _composition;
    private readonly Lock _gate = new();
    private Task? _stopping;

    internal RunningServer(Composition composition, RealtimeService realtime, ServerLog log)
    {
        _composition = composition;
        Realtime = realtime;
        Log = log;
    }

    /// <summary>Where this machine reaches REST, WebSocket, metrics and demo; ends in a slash.</summary>
    public required Uri HttpAddress { get; init; }

    public required IPEndPoint GrpcEndPoint { get; init; }

    public required IPEndPoint UdpEndPoint { get; init; }

    public required MatchHost Matches { get; init; }

    /// <summary>The key that game clients show to sign in.</summary>
    public required string ServerKey { get; init; }

    /// <summary>What a person sees who starts the program.</summary>
    public required string StartScreen { get; init; }

    /// <summary>The id of the match the demo page shows; null when the demo is off or between two matches.</summary>
    public string? DemoMatchId => DemoMatch?.MatchId;

    internal DemoMatch? DemoMatch { get; init; }

    internal RealtimeService Realtime { get; }

    internal ServerLog Log { get; }

    /// <summary>Ends matches and tells their members, closes sessions and sockets, then the database. Called again it waits for the first.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stopping ??= Task.Run(StopOnceAsync);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task StopOnceAsync()
    {
        Log.Stopping(Matches.List(new MatchFilter()).Count, Realtime.SessionCount);
        await _composition.DisposeAsync().ConfigureAwait(false);
    }
}
