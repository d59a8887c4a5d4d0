using RealtimeServer.Matches;
using RealtimeServer.Simulation;

namespace RealtimeServer.Services;

internal static class TestMatches
{
    public static MatchHost Host(TimeProvider time) => new(new MatchHostOptions { Workers = 1 }, new NoGames(), time);

    private sealed class NoGames : IMatchFactory
    {
        public MatchSetup? Create(MatchRequest request, out string? refusal)
        {
            refusal = $"There is no game '{request.Game}'.";
            return null;
        }
    }
}
