using RealtimeServer.Foundation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>What agents go round, for people to look at. Cells, and cells a second.</summary>
/// <param name="Corners">One of a disc, two of a straight piece, else of a convex outline.</param>
/// <param name="Radius">How far it reaches beyond them.</param>
/// <param name="Velocity">Of its middle.</param>
public sealed record ObstacleTrace(IReadOnlyList<Vec2> Corners, float Radius, Vec2 Velocity);
