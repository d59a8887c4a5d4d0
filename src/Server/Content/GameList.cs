using RealtimeServer.Games.Arena;
using RealtimeServer.Games.Lanes;
using RealtimeServer.Games.Tag;
using RealtimeServer.Simulation;

namespace RealtimeServer.Server.Content;

/// <summary>The games this server offers. A game of your own is one more line.</summary>
internal static class GameList
{
    public static readonly IReadOnlyList<RegisteredGame> All =
    [
        new(new GameDefinition("lanes", () => new LanesGame()), DefaultMap: "lanes"),
        new(ArenaGame.Definition, DefaultMap: "courtyard"),
        new(new GameDefinition("tag", () => new TagGame()), DefaultMap: "arena"),
    ];
}
