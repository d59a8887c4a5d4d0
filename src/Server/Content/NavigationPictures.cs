using RealtimeServer.Matches;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Server.Content;

/// <summary>
/// Pictures of how one match's agents find their way. Who asks within <see cref="Limits.DemoPictureMilliseconds"/> shares one, and the match's worker only copies:
/// its cells when they have changed, and what its agents want.
/// </summary>
internal sealed class NavigationPictures(MatchHost matches, TimeProvider time)
{
    private readonly Lock _lock = new();
    private (MatchId Match, long Taken, Task<NavigationPicture> Picture)? _last;

    /// <summary>The match's picture; null if it does not run.</summary>
    public async Task<NavigationPicture?> TakeAsync(string? matchId)
    {
        if (!MatchId.TryParse(matchId, out MatchId id))
        {
            return null;
        }

        try
        {
            return await Current(id).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException)
        {
            // The match ended meanwhile, or has stalled.
            return null;
        }
    }

    private Task<NavigationPicture> Current(MatchId id)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            CellPicture? known = null;
            if (_last is { } last && last.Match == id)
            {
                if (time.GetElapsedTime(last.Taken, now).TotalMilliseconds < Limits.DemoPictureMilliseconds)
                {
                    return last.Picture;
                }

                known = last.Picture.IsCompletedSuccessfully ? last.Picture.Result.Cells : null;
            }

            Task<NavigationPicture> picture = matches.InspectAsync(id, match => Take(match, known));
            _last = (id, now, picture);
            return picture;
        }
    }

    private static NavigationPicture Take(MatchSimulation match, CellPicture? known)
    {
        Navigation.Grid grid = match.Grid;
        bool isSmall = grid.Width * grid.Height <= Limits.DemoCellsMax;
        CellPicture? cells = !isSmall ? null : known?.Version == grid.Version ? known : new CellPicture(grid);
        (IReadOnlyList<AgentTrace> agents, int leftOut) = match.TraceAgents(Limits.DemoAgentsMax);
        return new NavigationPicture(match.Tick.Value, cells, agents, match.TraceObstacles(Limits.DemoAgentsMax), leftOut);
    }
}
