using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Simulation.Game;

/// <summary>A map that its designer has saved anew, for matches that run on the one of the same name.</summary>
public sealed record MapReplacement(GameMap Map)
{
    public string MapName => Map.Name;
}
