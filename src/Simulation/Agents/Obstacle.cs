using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// A thing that agents go round and that shoves them aside, but that nothing stops: a boat, a cart, a door that swings, a barrel. It needs a <see cref="Position"/>
/// beside it, where its middle is; both are moved every tick by what is said here. Agents that fly ignore it.
/// </summary>
/// <remarks>
/// No path knows of it: what closes a whole passage for long should close its cells as well (<c>game.Grid.Block</c>). One of which a part is not a number stops nobody.
/// </remarks>
public struct Obstacle
{
    /// <summary>What it looks like from above, in cells; one without a shape is an error of the game.</summary>
    public ObstacleShape Shape;

    /// <summary>How far it is turned, in radians from x towards y.</summary>
    public float Angle;

    /// <summary>Cells a second. For one that follows something else, such as a body, set position, angle and velocities anew every tick.</summary>
    public Vec2 Velocity;

    /// <summary>Radians a second about its middle.</summary>
    public float Turn;
}
