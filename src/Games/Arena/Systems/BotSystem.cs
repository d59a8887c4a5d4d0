using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena.Systems;

/// <summary>Plays bots: they go for the nearest fighter in plain sight, keep their distance, shoot and throw; while they see nobody they wander.</summary>
internal static class BotSystem
{
    private const float KeepsAway = 6;
    private const float Sight = 20;

    public static void Run(GameContext game)
    {
        // Throwing creates a ball, which waits until nobody is iterated.
        Span<Entity> bots = stackalloc Entity[Limits.ArenaBotsMax];
        int count = 0;
        foreach (Chunk chunk in game.World.Query().All<Bot, Fighter>().Build())
        {
            foreach (Entity bot in chunk.Entities)
            {
                bots[count++] = bot;
            }
        }

        foreach (Entity bot in bots[..count])
        {
            if (!game.World.Read<Fighter>(bot).IsDown)
            {
                Think(game, bot, ref game.World.Get<Fighter>(bot), ref game.World.Get<Bot>(bot));
            }
        }
    }

    private static void Think(GameContext game, Entity me, ref Fighter fighter, ref Bot bot)
    {
        Vec3 eye = ArenaBodies.Rifle(game, me);
        Vec2 place = game.Physics.ToMap(eye);
        fighter.Buttons = Buttons.None;
        if (!TrySee(game, me, eye, out Vec3 enemy))
        {
            Vec2 way = bot.Goal - place;
            if (way.LengthSquared < 1 || game.Random.NextBool(0.02f))
            {
                bot.Goal = ArenaBodies.AnyObject(game, game.Random.NextBool(0.5f) ? "pickup" : "spawn").Centre;
            }

            fighter.Wish = way.LengthSquared > 0.01f ? way.Normalized() : Vec2.Zero;
            fighter.Aim = fighter.Wish == Vec2.Zero ? fighter.Aim : fighter.Wish;
            fighter.Buttons = game.Random.NextBool(0.01f) ? Buttons.Jump : Buttons.None;
            return;
        }

        Vec2 towards = game.Physics.ToMap(enemy) - place;
        float distance = towards.Length;
        Vec2 aim = distance > 0.01f ? towards / distance : fighter.Aim;

        // A hand that shakes a little, or bots would never miss.
        float shake = game.Random.NextSingle(-0.1f, 0.1f);
        fighter.Aim = new Vec2(aim.X - (aim.Y * shake), aim.Y + (aim.X * shake)).Normalized();
        fighter.Wish = distance > KeepsAway ? aim : new Vec2(-aim.Y, aim.X) * (game.Tick.Value / 45 % 2 == 0 ? 1 : -1);
        if (game.Random.NextBool(0.3f))
        {
            Combat.Shoot(game, me, game.Tick);
        }
        else if (game.Random.NextBool(0.02f))
        {
            Combat.Throw(game, me);
        }
    }

    private static bool TrySee(GameContext game, Entity me, Vec3 eye, out Vec3 enemy)
    {
        float nearest = Sight * Sight;
        enemy = default;
        foreach (Chunk chunk in game.World.Query().All<Fighter, Character>().Build())
        {
            ReadOnlySpan<Character> characters = chunk.Read<Character>();
            for (int i = 0; i < characters.Length; i++)
            {
                Vec3 other = characters[i].State.Position + new Vec3(0, ArenaBodies.RifleHeight, 0);
                float distance = (other - eye).LengthSquared;
                if (chunk.Entities[i] != me && distance < nearest
                    && !game.Physics.World.RayCast(eye, other - eye, new QueryFilter { Layers = ArenaBodies.MapLayer }).IsHit)
                {
                    (nearest, enemy) = (distance, other);
                }
            }
        }

        return nearest < Sight * Sight;
    }
}
