using System.Collections.Concurrent;
using RealtimeServer.Matches;
using RealtimeServer.Navigation;
using RealtimeServer.Physics.DebugDraw;

namespace RealtimeServer.Server.Content;

/// <summary>The matches that the demo's pages show: one of lanes from the start, one of the arena from when somebody first asks for it.</summary>
internal sealed class DemoMatches(MatchHost matches, TimeProvider time, ServerLog log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<DebugLayers, (long Taken, Task<byte[]> Picture)> _pictures = new();
    private readonly NavigationPictures _navigation = new(matches, time);
    private readonly DemoMatch _arena = new(matches, DemoMatch.ArenaRequest, time, log);

    public DemoMatch Lanes { get; } = new(matches, DemoMatch.LanesRequest, time, log);

    /// <summary>The demo of a game; null if it has none.</summary>
    /// <param name="game">Empty for the first.</param>
    public DemoMatch? Of(string game)
    {
        if (game == DemoMatch.ArenaRequest.Game)
        {
            _arena.Start();
            return _arena;
        }

        return game.Length == 0 || game == DemoMatch.LanesRequest.Game ? Lanes : null;
    }

    /// <summary>
    /// The arena's bodies as the server sees them (<see cref="DebugPicture"/>); null while it does not run. Who asks within <see cref="Limits.DemoPictureMilliseconds"/> shares
    /// a picture, so that visitors cost the match's worker no more than one of them does.
    /// </summary>
    public async Task<byte[]?> DrawAsync(DebugLayers layers)
    {
        if (!MatchId.TryParse(_arena.MatchId, out MatchId id))
        {
            return null;
        }

        long now = time.GetTimestamp();
        (_, Task<byte[]> picture) = _pictures.AddOrUpdate(
            layers,
            _ => (now, TakeAsync(id, layers)),
            (_, last) => time.GetElapsedTime(last.Taken, now).TotalMilliseconds < Limits.DemoPictureMilliseconds ? last : (now, TakeAsync(id, layers)));
        try
        {
            return await picture.ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // The match ended meanwhile.
            return null;
        }
    }

    /// <summary>How the units of lanes find their way (<see cref="NavigationPicture"/>); null while no match runs.</summary>
    /// <param name="goal">Where the flow field leads; a cell outside leads to the nearest one inside.</param>
    public async Task<byte[]?> DrawNavigationAsync(NavigationLayers layers, Cell goal) =>
        await _navigation.TakeAsync(Lanes.MatchId).ConfigureAwait(false) is { } picture ? picture.Bytes(layers, goal) : null;

    public async ValueTask DisposeAsync()
    {
        await _arena.DisposeAsync().ConfigureAwait(false);
        await Lanes.DisposeAsync().ConfigureAwait(false);
    }

    private Task<byte[]> TakeAsync(MatchId id, DebugLayers layers) => matches.InspectAsync(id, match =>
    {
        var picture = new DebugPicture(Limits.DemoPictureBytesMax);
        match.DrawPhysics(picture, layers);
        return picture.Bytes(match.Tick.Value).ToArray();
    });
}
