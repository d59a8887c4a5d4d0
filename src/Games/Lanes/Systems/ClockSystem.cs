using RealtimeServer.Ecs;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Counts time down and energy up.</summary>
internal sealed class ClockSystem(LanesSettings settings)
{
    /// <summary>From empty to one, single speed.</summary>
    private const float SecondsPerEnergy = 2.8f;

    public void Run(GameContext game)
    {
        bool doubled = false;
        foreach (Chunk chunk in game.World.Query().All<MatchClock>().Build())
        {
            ref MatchClock clock = ref chunk.Span<MatchClock>()[0];
            clock.TicksPlayed++;
            clock.TicksLeft = Math.Max(0, clock.TicksLeft - 1);
            clock.SecondsLeft = (ushort)((clock.TicksLeft + game.TickRateHz - 1) / game.TickRateHz);
            clock.DoubleEnergy = clock.Overtime || clock.TicksLeft <= settings.DoubleEnergySeconds * game.TickRateHz;
            doubled = clock.DoubleEnergy;
        }

        float gain = game.TickSeconds * (doubled ? 2f : 1f) / SecondsPerEnergy;
        foreach (Chunk chunk in game.World.Query().All<PlayerState>().Build())
        {
            foreach (ref PlayerState player in chunk.Span<PlayerState>())
            {
                player.Energy = Math.Min(Limits.EnergyMax, player.Energy + gain);
            }
        }
    }
}
