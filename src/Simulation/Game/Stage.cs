namespace RealtimeServer.Simulation.Game;

/// <summary>The parts of a tick in which a game's systems run, in this order; systems of one stage run in the order they were declared.</summary>
public enum Stage
{
    /// <summary>Turn what players asked for into the world's terms.</summary>
    Input,

    /// <summary>Decide: targets, goals, opponents.</summary>
    Think,

    /// <summary>Move: agents plan, follow, avoid and step here, before the game's own systems of this stage.</summary>
    Move,

    /// <summary>
    /// Bodies move, if the game has any: <c>characters</c> walk, then <c>physics</c> steps the world and writes poses back. A game's own systems of this stage run after
    /// both, or between and before them as they declare.
    /// </summary>
    Physics,

    /// <summary>Act on where everything now is: attacks, projectiles, pick-ups.</summary>
    Act,

    /// <summary>Remove what is gone, check for the end.</summary>
    Cleanup,
}
