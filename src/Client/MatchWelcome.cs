using System.Text.Json;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Client;

/// <summary>What a simulated match says to a new member before anything else.</summary>
/// <param name="Game">The game it plays.</param>
/// <param name="Map">The map it plays on.</param>
/// <param name="TickRateHz">Steps, and snapshots, a second.</param>
/// <param name="Player">The slot this member plays; 0 for a spectator.</param>
/// <param name="PlayersMax">How many may play.</param>
/// <param name="Schema">How its snapshots are made.</param>
public sealed record MatchWelcome(string Game, string Map, int TickRateHz, int Player, int PlayersMax, ReplicationSchema Schema)
{
    /// <exception cref="InvalidDataException">The bytes are no welcome.</exception>
    internal static MatchWelcome Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(utf8);
            JsonElement root = json.RootElement;
            return new MatchWelcome(
                root.GetProperty("game").GetString()!,
                root.GetProperty("map").GetString()!,
                root.GetProperty("tickRate").GetInt32(),
                root.GetProperty("player").GetInt32(),
                root.GetProperty("players").GetInt32(),
                ReplicationSchema.FromJson(root.GetProperty("schema")));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The match's welcome cannot be read: {error.Message}", error);
        }
    }
}
