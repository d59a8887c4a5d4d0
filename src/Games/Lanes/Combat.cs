using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>Distances, who may hit whom, and harm.</summary>
internal static class Combat
{
    /// <summary>From a point to the nearest edge of a rectangle; 0 inside.</summary>
    public static float DistanceToRect(Vec2 from, CellRect rect) => (from - NearestInRect(from, rect, 0)).Length;

    /// <summary>The point of a rectangle, widened on all sides, that is nearest to a place.</summary>
    public static Vec2 NearestInRect(Vec2 from, CellRect rect, float margin) => new(
        Math.Clamp(from.X, rect.X - margin, rect.X + rect.Width + margin),
        Math.Clamp(from.Y, rect.Y - margin, rect.Y + rect.Height + margin));

    /// <summary>From a point to the edge of a unit or building.</summary>
    public static float DistanceTo(World world, Vec2 from, Entity target)
    {
        ref readonly Building building = ref world.TryRead<Building>(target, out bool isBuilding);
        return isBuilding
            ? DistanceToRect(from, building.Cells)
            : Math.Max(0, Vec2.Distance(from, world.Read<Position>(target).Value) - UnitKinds.Of(world.Read<Fighter>(target).Kind).Radius);
    }

    /// <summary>Whether attackers of one kind may strike another: wings need arrows, and some strike buildings only.</summary>
    public static bool MayHit(UnitStats attacker, UnitStats target) =>
        (attacker.HitsAir || !target.Flying) && (!attacker.BuildingsOnly || target.FootprintCells > 0);

    /// <summary>Takes health. A king that is hit wakes; the dead are removed at the end of the tick.</summary>
    public static void Harm(World world, Entity target, int damage, bool towersUnharmed)
    {
        ref Health health = ref world.TryGet<Health>(target, out bool alive);
        if (!alive)
        {
            return;
        }

        if (world.Has<Tower>(target))
        {
            Wake(world, target);
            damage = towersUnharmed ? 0 : damage;
        }

        health.Current = (ushort)Math.Max(0, health.Current - damage);
    }

    public static void Wake(World world, Entity tower)
    {
        world.Get<Tower>(tower).Awake = true;
        world.Get<Fighter>(tower).Asleep = false;
    }

    /// <summary>At least one tick.</summary>
    public static int Ticks(GameContext game, float seconds) => Math.Max(1, (int)((seconds * game.TickRateHz) + 0.5f));
}
