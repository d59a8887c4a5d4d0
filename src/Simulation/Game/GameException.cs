namespace RealtimeServer.Simulation.Game;

/// <summary>A game broke a rule of the simulation, or threw: the message names the game, the place in the tick and the cause.</summary>
public sealed class GameException : Exception
{
    public GameException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
