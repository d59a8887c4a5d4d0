using System.Globalization;

namespace RealtimeServer.Simulation.Game;

/// <summary>A player's slot in a match: 1 to the game's number of players; zero is nobody, or a spectator.</summary>
public readonly record struct PlayerId(byte Value)
{
    public static readonly PlayerId None;

    public bool IsNone => Value == 0;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
