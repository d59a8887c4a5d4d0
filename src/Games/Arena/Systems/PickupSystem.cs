using RealtimeServer.Ecs;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena.Systems;

/// <summary>Who stands in a pickup takes it; some seconds later it is there again.</summary>
internal static class PickupSystem
{
    private const int AwaySeconds = 10;
    private const int BoostSeconds = 5;
    private const int HeartHealth = 50;

    public static void Run(GameContext game)
    {
        foreach (ref readonly SensorVisit visit in game.Physics.SensorVisits)
        {
            ref Pickup pickup = ref game.World.TryGet<Pickup>(visit.Sensor, out bool isPickup);
            ref Fighter fighter = ref game.World.TryGet<Fighter>(visit.Visitor, out bool isFighter);
            if (visit.Change != ContactChange.End && isPickup && isFighter && pickup.IsThere && !fighter.IsDown)
            {
                Take(game, ref pickup, ref fighter);
            }
        }

        foreach (Row<Pickup> row in game.World.Query().All<Pickup>().Build().Rows<Pickup>())
        {
            row.C1.IsThere |= row.C1.TicksAway > 0 && --row.C1.TicksAway == 0;
        }
    }

    private static void Take(GameContext game, ref Pickup pickup, ref Fighter fighter)
    {
        pickup.IsThere = false;
        pickup.TicksAway = AwaySeconds * game.TickRateHz;
        if (pickup.Kind == PickupKind.Heart)
        {
            fighter.Health = (byte)Math.Min(Limits.ArenaHealthMax, fighter.Health + HeartHealth);
        }
        else
        {
            fighter.BoostTicks = BoostSeconds * game.TickRateHz;
        }
    }
}
