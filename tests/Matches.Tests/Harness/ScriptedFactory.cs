using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Harness;

/// <summary>Knows the games a test gives it.</summary>
internal sealed class ScriptedFactory : IMatchFactory
{
    private readonly Dictionary<string, Func<IGame>> _games = [];

    public void Add(string name, Func<IGame> create) => _games[name] = create;

    public MatchSetup? Create(MatchRequest request, out string? refusal)
    {
        if (!_games.TryGetValue(request.Game, out Func<IGame>? create))
        {
            refusal = $"no game {request.Game}";
            return null;
        }

        refusal = null;
        return new MatchSetup(new GameDefinition(request.Game, create), TestMap.Create(), request.Seed ?? 1, new MatchParameters(request.Parameters));
    }
}
