using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation;

/// <summary>A game the server offers: its name in requests and how to make one for a match.</summary>
public sealed record GameDefinition(string Name, Func<IGame> Create);

/// <summary>All that decides a match beside what its players do. Equal setups and inputs give equal matches.</summary>
public sealed record MatchSetup(GameDefinition Game, GameMap Map, ulong Seed, MatchParameters Parameters)
{
    public string MapName => Map.Name;
}
