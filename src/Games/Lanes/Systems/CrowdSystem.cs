using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Keeps a chosen number of units fighting, for shows and benchmarks: the side with fewer gets the next ones for nothing.</summary>
internal sealed class CrowdSystem(int units)
{
    /// <summary>What it deploys, in turn; no buildings, which would wall the lanes up.</summary>
    private static readonly UnitKind[] Kinds = [UnitKind.Knight, UnitKind.Archer, UnitKind.Swarm, UnitKind.Bats, UnitKind.Archer];

    public void Run(GameContext game)
    {
        for (int i = 0; i < 4; i++)
        {
            int one = Deployment.UnitsOf(game.World, 1);
            int two = Deployment.UnitsOf(game.World, 2);
            if (one + two >= units)
            {
                return;
            }

            byte player = (byte)(one <= two ? 1 : 2);
            UnitKind kind = Kinds[game.Random.Next(Kinds.Length)];
            float halfHeight = game.Map.Height * 0.5f;
            float y = game.Random.NextSingle(2f, halfHeight - 1f);
            var wish = new DeployUnit(game.Random.NextSingle(1f, game.Map.Width - 1f), player == 1 ? halfHeight + y : halfHeight - y, (int)kind);
            if (Deployment.Check(game, player, in wish) == Refusal.None)
            {
                Deployment.Place(game, player, kind, new Vec2(wish.X, wish.Y));
            }
        }
    }
}
