using System.Text;
using System.Text.Json;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>What a simulated match says about itself: its label in the registry, its welcome to a member.</summary>
internal sealed class MatchCard(MatchSimulation simulation)
{
    private readonly string _game = simulation.Setup.Game.Name;
    private readonly string _map = simulation.Setup.MapName;
    private readonly int _tickRateHz = simulation.TickRateHz;
    private readonly int _playersMax = simulation.PlayersMax;
    private readonly string _schemaJson = simulation.Schema.ToJson();
    private readonly string _labelOpen = Label(simulation.Setup, open: true);
    private readonly string _labelFull = Label(simulation.Setup, open: false);

    public MatchInfo Info(MatchId id, int members, int players) =>
        new(id, Authoritative: true, players < _playersMax ? _labelOpen : _labelFull, members, _tickRateHz, _game);

    public byte[] Welcome(PlayerId player, Tick tick) => Json(writer =>
    {
        writer.WriteString("game", _game);
        writer.WriteString("map", _map);
        writer.WriteNumber("tickRate", _tickRateHz);
        writer.WriteNumber("player", player.Value);
        writer.WriteNumber("players", _playersMax);
        writer.WriteNumber("tick", tick.Value);
        writer.WritePropertyName("schema");
        writer.WriteRawValue(_schemaJson);
    });

    private static string Label(MatchSetup setup, bool open) => Encoding.UTF8.GetString(Json(writer =>
    {
        writer.WriteString("game", setup.Game.Name);
        writer.WriteString("map", setup.MapName);
        writer.WriteBoolean("open", open);
    }));

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
