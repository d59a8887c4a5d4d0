using RealtimeServer.Ecs;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Counts crowns, goes into overtime, ends the match.</summary>
internal sealed class VerdictSystem(LanesSettings settings)
{
    public void Run(GameContext game)
    {
        SideScore one = Score(game.World, 1);
        SideScore two = Score(game.World, 2);
        foreach (Chunk chunk in game.World.Query().All<PlayerState>().Build())
        {
            foreach (ref PlayerState player in chunk.Span<PlayerState>())
            {
                SideScore enemy = player.Player == 1 ? two : one;
                player.Crowns = (byte)(enemy.KingStands ? 3 - enemy.Towers : 3);
            }
        }

        foreach (Chunk chunk in game.World.Query().All<MatchClock>().Build())
        {
            Judge(game, ref chunk.Span<MatchClock>()[0], in one, in two);
        }
    }

    private void Judge(GameContext game, ref MatchClock clock, in SideScore one, in SideScore two)
    {
        bool timeUp = clock.TicksLeft == 0;
        bool overtimeFollows = settings.OvertimeSeconds > 0;
        if (Verdict.Judge(in one, in two, timeUp, clock.Overtime, overtimeFollows) is { } verdict)
        {
            game.End(verdict.ToJson(in one, in two, clock.TicksPlayed * game.TickSeconds));
        }
        else if (timeUp)
        {
            clock.Overtime = true;
            clock.TicksLeft = settings.OvertimeSeconds * game.TickRateHz;
        }
    }

    private static SideScore Score(World world, byte player)
    {
        ref readonly Towers towers = ref world.ReadSingleton<Towers>();
        int count = 0;
        int lowest = int.MaxValue;
        for (int i = Towers.Index(player, Lane.Left); i <= Towers.KingIndex(player); i++)
        {
            Entity tower = towers.Sites[i].Tower;
            if (!tower.IsNone)
            {
                count++;
                lowest = Math.Min(lowest, world.Read<Health>(tower).Current);
            }
        }

        return new SideScore(count, !towers.Sites[Towers.KingIndex(player)].Tower.IsNone, lowest);
    }
}
