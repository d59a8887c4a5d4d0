using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena;

/// <summary>Rifles and balls, and what they do.</summary>
public static class Combat
{
    public const float RifleRange = 40;
    public const int RifleTicks = 9;
    public const int RifleDamage = 34;
    public const int ThrowTicks = 30;
    public const int BallDamage = 50;

    /// <summary>Metres a second below which a ball only nudges.</summary>
    public const float BallHurtSpeed = 4;

    private const uint Solid = ArenaBodies.MapLayer | ArenaBodies.FighterLayer | ArenaBodies.ThingLayer;

    /// <summary>
    /// Fires a rifle, if it is ready. A player saw others where they were some ticks ago, so the ray goes through the bodies of that tick (lag compensation).
    /// </summary>
    /// <param name="game">The match.</param>
    /// <param name="shooter">Who fires.</param>
    /// <param name="seen">The tick of the snapshot that the shooter saw; one that is not kept counts as the nearest that is.</param>
    public static void Shoot(GameContext game, Entity shooter, Tick seen)
    {
        ref Fighter fighter = ref game.World.Get<Fighter>(shooter);
        if (fighter.IsDown || fighter.RifleTicks > 0)
        {
            return;
        }

        fighter.RifleTicks = RifleTicks;
        Vec3 from = ArenaBodies.Rifle(game, shooter), way = new Vec3(fighter.Aim.X, 0, fighter.Aim.Y) * RifleRange;
        var filter = new QueryFilter { Layers = Solid, Ignored = game.World.Read<RigidBody>(shooter).Id };
        CastHit hit = Then(game, seen).RayCast(from, way, filter);
        Entity victim = hit.IsHit ? game.Physics.EntityOf(hit.Body) : Entity.None;
        bool isFighter = game.World.IsAlive(victim) && game.World.Has<Fighter>(victim) && !game.World.Read<Fighter>(victim).IsDown;
        if (hit.IsHit && !isFighter && game.Physics.World.Contains(hit.Body))
        {
            game.Physics.World.Body(hit.Body).ApplyImpulse(way * (20 / RifleRange), hit.Point);
        }

        bool fell = isFighter && Harm(game, shooter, victim, RifleDamage);
        Vec2 start = game.Physics.ToMap(from), end = game.Physics.ToMap(from + (way * hit.Fraction));
        game.Broadcast(new Shot(start.X, start.Y, end.X, end.Y, isFighter ? (int)victim.Index : -1, fell ? 1 : 0));
    }

    /// <summary>Throws a ball, if the arm is ready and nothing is right in front of it.</summary>
    public static void Throw(GameContext game, Entity thrower)
    {
        ref Fighter fighter = ref game.World.Get<Fighter>(thrower);
        if (fighter.IsDown || fighter.ThrowTicks > 0)
        {
            return;
        }

        var aim = new Vec3(fighter.Aim.X, 0, fighter.Aim.Y);
        Vec3 hand = ArenaBodies.Rifle(game, thrower), start = hand + (aim * 0.7f);
        var filter = new QueryFilter { Layers = Solid, Ignored = game.World.Read<RigidBody>(thrower).Id };
        if (game.Physics.World.SphereCast(hand, ArenaBodies.BallRadius, start - hand, filter).IsHit)
        {
            return;
        }

        fighter.ThrowTicks = ThrowTicks;
        ArenaBodies.AddBall(game, thrower, start, (aim * ArenaBodies.BallSpeed) + new Vec3(0, 2, 0));
    }

    /// <summary>Takes health, and if none is left brings down: the body goes, the fighter comes back later.</summary>
    /// <returns>True if it fell.</returns>
    public static bool Harm(GameContext game, Entity attacker, Entity victim, int damage)
    {
        ref Fighter harmed = ref game.World.Get<Fighter>(victim);
        harmed.Health = (byte)Math.Max(0, harmed.Health - damage);
        if (!harmed.IsDown)
        {
            return false;
        }

        harmed.DownTicks = 2 * game.TickRateHz;
        game.Physics.Remove(victim);
        ref Fighter winner = ref game.World.TryGet<Fighter>(attacker, out bool isThere);
        if (isThere && attacker != victim)
        {
            winner.Score = (byte)Math.Min(byte.MaxValue, winner.Score + 1);
        }

        return true;
    }

    private static PhysicsWorld Then(GameContext game, Tick seen)
    {
        uint newest = game.Tick.Value - 1, oldest = newest < Limits.ArenaRewindTicks ? 1 : newest - Limits.ArenaRewindTicks + 1;
        var tick = new Tick(Math.Clamp(seen.Value, oldest, Math.Max(oldest, newest)));
        return game.Physics.TryPast(tick, out PhysicsWorld? past) ? past : game.Physics.World;
    }
}
