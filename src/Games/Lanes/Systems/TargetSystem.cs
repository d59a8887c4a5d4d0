using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>
/// Chooses whom each fighter goes for: the nearest enemy in sight that it may hit, and for those who walk else the next tower of their lane.
/// A fighter looks round a few times a second, and sticks to an enemy it is already striking.
/// </summary>
internal sealed class TargetSystem(Battlefield battlefield)
{
    private const int LookEveryTicks = 6;

    public void Run(GameContext game)
    {
        battlefield.Build(game);
        World world = game.World;
        foreach (Chunk chunk in world.Query().All<Position, Fighter>().Build())
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            Span<Fighter> fighters = chunk.Span<Fighter>();
            for (int i = 0; i < entities.Length; i++)
            {
                ref Fighter fighter = ref fighters[i];
                if (fighter.Asleep || fighter.IdleTicks > 0)
                {
                    continue;
                }

                // Staggered by slot, so that one tick does not look for everybody.
                bool lost = !world.IsAlive(fighter.Target);
                if (lost || (game.Tick.Value + entities[i].Index) % LookEveryTicks == 0)
                {
                    fighter.Target = Choose(world, in fighter, positions[i].Value, lost);
                }
            }
        }
    }

    private Entity Choose(World world, in Fighter fighter, Vec2 from, bool lost)
    {
        UnitStats stats = UnitKinds.Of(fighter.Kind);
        if (!lost && Combat.DistanceTo(world, from, fighter.Target) <= stats.Range)
        {
            return fighter.Target;
        }

        Entity seen = battlefield.NearestEnemy(from, fighter.Owner, stats, stats.Sight);
        return seen.IsNone && stats.Speed > 0 ? Board.Objective(world, fighter.Owner, fighter.Lane) : seen;
    }
}
