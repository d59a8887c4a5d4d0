using System.Globalization;
using RealtimeServer.Games.Lanes;
using RealtimeServer.Matches;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Bench;

/// <summary>Lanes matches in which a given number of units fights all the time and nobody wins.</summary>
internal sealed class LanesScene : IMatchFactory
{
    private static readonly GameMap Map = MapFile.Load(Path.Combine(AppContext.BaseDirectory, "maps", "lanes.tmj"));

    public static MatchRequest Request(int units, ulong seed) => new(
        LanesGame.Definition.Name,
        Seed: seed,
        Parameters: new Dictionary<string, string>
        {
            ["crowd"] = units.ToString(CultureInfo.InvariantCulture),
            ["seconds"] = "1800",
        });

    public static MatchSetup Setup(int units, ulong seed) => Setup(Request(units, seed));

    public static int CountUnits(MatchSimulation simulation) => simulation.World.Query().All<Unit>().Build().Count();

    public MatchSetup? Create(MatchRequest request, out string? refusal)
    {
        refusal = null;
        return Setup(request);
    }

    private static MatchSetup Setup(MatchRequest request) =>
        new(LanesGame.Definition, Map, request.Seed ?? 1, new MatchParameters(request.Parameters));
}
