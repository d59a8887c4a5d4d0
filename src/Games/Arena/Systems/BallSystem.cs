using RealtimeServer.Ecs;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena.Systems;

/// <summary>Balls hurt whom they meet fast enough, and lie about for a while.</summary>
internal static class BallSystem
{
    public static void Run(GameContext game)
    {
        foreach (ref readonly BodyContact contact in game.Physics.Contacts)
        {
            if (contact.Change == ContactChange.Begin && contact.ApproachSpeed > Combat.BallHurtSpeed && !TryHit(game, contact.A, contact.B))
            {
                TryHit(game, contact.B, contact.A);
            }
        }

        foreach (Chunk chunk in game.World.Query().All<Ball>().Build())
        {
            Span<Ball> balls = chunk.Span<Ball>();
            for (int i = 0; i < balls.Length; i++)
            {
                if (--balls[i].TicksLeft <= 0)
                {
                    game.World.Commands.Destroy(chunk.Entities[i]);
                }
            }
        }
    }

    private static bool TryHit(GameContext game, Entity ball, Entity fighter)
    {
        ref readonly Ball thrown = ref game.World.TryRead<Ball>(ball, out bool isBall);
        ref readonly Fighter met = ref game.World.TryRead<Fighter>(fighter, out bool isFighter);
        if (!isBall || !isFighter || met.IsDown || thrown.Thrower == fighter)
        {
            return false;
        }

        Combat.Harm(game, thrown.Thrower, fighter, Combat.BallDamage);
        game.World.Destroy(ball);
        return true;
    }
}
