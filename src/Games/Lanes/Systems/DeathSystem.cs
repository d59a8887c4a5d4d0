using RealtimeServer.Ecs;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Removes what has no health or no time left, opens the cells of fallen buildings, and counts fallen towers.</summary>
internal sealed class DeathSystem
{
    public void Run(GameContext game)
    {
        World world = game.World;
        foreach (Chunk chunk in world.Query().All<Building, Health>().Build())
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            Span<Building> buildings = chunk.Span<Building>();
            ReadOnlySpan<Health> healths = chunk.Read<Health>();
            for (int i = 0; i < entities.Length; i++)
            {
                if (buildings[i].LifetimeTicks > 0 && --buildings[i].LifetimeTicks == 0)
                {
                    world.Get<Health>(entities[i]).Current = 0;
                }

                if (healths[i].Current == 0)
                {
                    game.Grid.Unblock(buildings[i].Cells);
                    TowerFalls(game, entities[i]);
                }
            }
        }

        foreach (Chunk chunk in world.Query().All<Health>().Build())
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            ReadOnlySpan<Health> healths = chunk.Read<Health>();
            for (int i = 0; i < entities.Length; i++)
            {
                if (healths[i].Current == 0)
                {
                    world.Commands.Destroy(entities[i]);
                }
            }
        }
    }

    private static void TowerFalls(GameContext game, Entity entity)
    {
        World world = game.World;
        ref readonly Tower tower = ref world.TryRead<Tower>(entity, out bool isTower);
        if (!isTower)
        {
            return;
        }

        ref Towers towers = ref world.Singleton<Towers>();
        int index = tower.King ? Towers.KingIndex(tower.Owner) : Towers.Index(tower.Owner, tower.Lane);
        towers.Sites[index].Tower = Entity.None;
        Entity king = towers.Sites[Towers.KingIndex(tower.Owner)].Tower;
        if (!king.IsNone)
        {
            Combat.Wake(world, king);
        }

        game.Broadcast(new TowerFell(tower.Owner, tower.King ? 1 : 0));
    }
}
