using RealtimeServer.Ecs;

namespace RealtimeServer.Simulation.Agents;

/// <summary>What the agents of a match walk on.</summary>
/// <param name="Grid">Of all matches.</param>
/// <param name="Mesh">Of those that use a navigation mesh.</param>
internal sealed record AgentGrounds(GridAgentGround Grid, MeshAgentGround? Mesh)
{
    public IAgentGround Of(in Walker walker) => walker.IsOnMesh ? Mesh! : Grid;

    public Walkers Of(Chunk chunk) => new(chunk, Mesh is not null);

    /// <summary>The same, to look at: it counts as no change.</summary>
    public Walkers Read(Chunk chunk) => new(chunk, Mesh is not null, isOnlyRead: true);

    public Walker Of(World world, Entity entity) => Walker.Of(world, entity, Mesh is not null);
}
