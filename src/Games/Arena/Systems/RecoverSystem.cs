using RealtimeServer.Ecs;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena.Systems;

/// <summary>Cools weapons, lets boosts fade, and puts those who fell back onto their feet.</summary>
internal static class RecoverSystem
{
    public static void Run(GameContext game)
    {
        Span<Entity> risen = stackalloc Entity[Limits.ArenaPlayersMax + Limits.ArenaBotsMax];
        int count = 0;
        foreach (Chunk chunk in game.World.Query().All<Fighter>().Build())
        {
            Span<Fighter> fighters = chunk.Span<Fighter>();
            for (int i = 0; i < fighters.Length; i++)
            {
                ref Fighter fighter = ref fighters[i];
                fighter.RifleTicks = Math.Max(0, fighter.RifleTicks - 1);
                fighter.ThrowTicks = Math.Max(0, fighter.ThrowTicks - 1);
                fighter.BoostTicks = Math.Max(0, fighter.BoostTicks - 1);
                if (fighter.DownTicks > 0 && --fighter.DownTicks == 0)
                {
                    risen[count++] = chunk.Entities[i];
                }
            }
        }

        // Bodies come when nobody is iterated.
        foreach (Entity fighter in risen[..count])
        {
            ArenaBodies.Spawn(game, fighter);
        }
    }
}
