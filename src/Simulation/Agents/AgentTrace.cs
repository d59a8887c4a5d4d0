using RealtimeServer.Foundation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>What one agent wants and what it does, for people to look at. Cells, and cells a second.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Radius">From its middle to its edge.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Flags">How it moves.</param>
/// <param name="Wanted">The velocity it would have if it were alone.</param>
/// <param name="Velocity">The one it has: avoidance and walls have had their say.</param>
/// <param name="Way">The points it goes to, nearest first; empty if it goes nowhere. Of one that shares a flow field: as far as it sees along it.</param>
public sealed record AgentTrace(Vec2 Position, float Radius, AgentState State, AgentFlags Flags, Vec2 Wanted, Vec2 Velocity, IReadOnlyList<Vec2> Way);
