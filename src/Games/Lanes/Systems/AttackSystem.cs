using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Lets fighters strike: with the sword at once, with arrows and balls by a projectile.</summary>
internal sealed class AttackSystem(bool towersUnharmed)
{
    public void Run(GameContext game)
    {
        foreach (Chunk chunk in game.World.Query().All<Position, Fighter>().Build())
        {
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            Span<Fighter> fighters = chunk.Span<Fighter>();
            for (int i = 0; i < positions.Length; i++)
            {
                ref Fighter fighter = ref fighters[i];
                if (fighter.IdleTicks > 0)
                {
                    fighter.IdleTicks--;
                }
                else if (fighter.CooldownTicks > 0)
                {
                    fighter.CooldownTicks--;
                }
                else if (!fighter.Asleep && game.World.IsAlive(fighter.Target))
                {
                    TryStrike(game, ref fighter, positions[i].Value);
                }
            }
        }
    }

    private void TryStrike(GameContext game, ref Fighter fighter, Vec2 from)
    {
        UnitStats stats = UnitKinds.Of(fighter.Kind);
        if (Combat.DistanceTo(game.World, from, fighter.Target) > stats.Range)
        {
            return;
        }

        // This tick is the first of the pause.
        fighter.CooldownTicks = Combat.Ticks(game, stats.StrikeSeconds) - 1;
        if (stats.ProjectileSpeed == 0)
        {
            Combat.Harm(game.World, fighter.Target, stats.Damage, towersUnharmed);
            return;
        }

        game.World.Commands.Create(
            new Position(from),
            new Projectile { Kind = stats.Projectile, Owner = fighter.Owner },
            new Flight
            {
                Target = fighter.Target,
                Aim = game.World.Read<Position>(fighter.Target).Value,
                Speed = stats.ProjectileSpeed,
                SplashRadius = stats.SplashRadius,
                Damage = stats.Damage,
            });
    }
}
