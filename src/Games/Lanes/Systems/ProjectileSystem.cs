using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Flies arrows after their targets and balls to where their targets stood, and harms where they come down.</summary>
internal sealed class ProjectileSystem(Battlefield battlefield, bool towersUnharmed)
{
    public void Run(GameContext game)
    {
        World world = game.World;
        foreach (Chunk chunk in world.Query().All<Position, Projectile, Flight>().Build())
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            Span<Position> positions = chunk.Span<Position>();
            ReadOnlySpan<Projectile> projectiles = chunk.Read<Projectile>();
            Span<Flight> flights = chunk.Span<Flight>();
            for (int i = 0; i < entities.Length; i++)
            {
                ref Flight flight = ref flights[i];
                if (projectiles[i].Kind == ProjectileKind.Arrow && world.IsAlive(flight.Target))
                {
                    flight.Aim = world.Read<Position>(flight.Target).Value;
                }

                Vec2 way = flight.Aim - positions[i].Value;
                float step = flight.Speed * game.TickSeconds;
                if (way.LengthSquared <= step * step)
                {
                    Hit(game, in flight, projectiles[i].Owner);
                    world.Commands.Destroy(entities[i]);
                    continue;
                }

                positions[i].Value += way.Normalized() * step;
            }
        }
    }

    private void Hit(GameContext game, in Flight flight, byte owner)
    {
        if (flight.SplashRadius > 0)
        {
            battlefield.Splash(game, flight.Aim, flight.SplashRadius, owner, flight.Damage, towersUnharmed);
        }
        else
        {
            Combat.Harm(game.World, flight.Target, flight.Damage, towersUnharmed);
        }
    }
}
