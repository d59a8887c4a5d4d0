using System.Collections.Frozen;
using System.Security.Cryptography;
using RealtimeServer.Matches;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Server.Content;

/// <summary>A game as registered here: what it is and the map it plays on when none is asked for.</summary>
internal sealed record RegisteredGame(GameDefinition Definition, string DefaultMap);

/// <summary>The games and maps of this server, by name. Immutable, so any thread may ask.</summary>
internal sealed class MatchFactory : IMatchFactory
{
    private readonly FrozenDictionary<string, RegisteredGame> _games;
    private readonly MapLibrary _maps;

    public MatchFactory(IEnumerable<RegisteredGame> games, MapLibrary maps)
    {
        _games = games.ToFrozenDictionary(g => g.Definition.Name, StringComparer.Ordinal);
        _maps = maps;
    }

    public IEnumerable<string> GameNames => _games.Keys.Order(StringComparer.Ordinal);

    public MatchSetup? Create(MatchRequest request, out string? refusal)
    {
        if (!_games.TryGetValue(request.Game, out RegisteredGame? game))
        {
            refusal = $"There is no game '{request.Game}'; there is {string.Join(", ", GameNames)}.";
            return null;
        }
        string mapName = request.Map ?? game.DefaultMap;
        if (!_maps.TryGet(mapName, out GameMap? map))
        {
            refusal = $"There is no map '{mapName}'; there is {string.Join(", ", _maps.Names)}.";
            return null;
        }
        refusal = null;
        return new MatchSetup(game.Definition, map, request.Seed ?? FreshSeed(), new MatchParameters(request.Parameters));
    }

    private static ulong FreshSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
