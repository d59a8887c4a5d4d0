using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena;

/// <summary>Who and what has a body in the arena, and what meets what.</summary>
public static class ArenaBodies
{
    /// <summary>Layers of bodies, a bit each. The map is in the first.</summary>
    public const uint MapLayer = 1;
    public const uint FighterLayer = 2;
    public const uint ThingLayer = 4;
    public const uint PickupLayer = 8;

    /// <summary>A layer of their own: nobody stands on a ball that flies.</summary>
    public const uint BallLayer = 16;

    /// <summary>Metres from the soles to the rifle.</summary>
    public const float RifleHeight = 1.2f;

    public const float CrateSide = 0.8f;
    public const float BallRadius = 0.15f;
    public const float BallSpeed = 22;

    public static PhysicsSettings Physics { get; } = new()
    {
        MapLayers = MapLayer,
        Characters = [new CharacterSettings { JumpSpeed = 5.5f, Layers = MapLayer | FighterLayer | ThingLayer }],
    };

    /// <summary>Puts a fighter, new or fallen, onto its feet at one of the map's places for that.</summary>
    public static void Spawn(GameContext game, Entity fighter)
    {
        Vec2 place = AnyObject(game, "spawn").Centre + new Vec2(game.Random.NextSingle(-0.5f, 0.5f), game.Random.NextSingle(-0.5f, 0.5f));
        game.Physics.AddCharacter(fighter, kind: 0, game.Physics.ToWorld(place), FighterLayer);
        game.World.Get<Fighter>(fighter).Health = Limits.ArenaHealthMax;
    }

    public static void AddCrate(GameContext game, Vec2 place)
    {
        ShapeId box = game.Physics.Shapes.Add(new Box(CrateSide / 2, CrateSide / 2, CrateSide / 2));
        Entity crate = game.World.Create(new Crate { Side = (byte)(CrateSide * 10) });
        var pose = new Pose(game.Physics.ToWorld(place, CrateSide / 2));
        game.Physics.Add(crate, BodyDescription.Dynamic(game.Physics.Shapes, box, pose, mass: 30) with { Layers = ThingLayer, StartsAsleep = true });
    }

    /// <summary>A sensor: it touches nothing, and tells in every tick who stands in it.</summary>
    public static void AddPickup(GameContext game, Vec2 place, PickupKind kind)
    {
        ShapeId box = game.Physics.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        Entity pickup = game.World.Create(new Pickup { Kind = kind, IsThere = true });
        game.Physics.Add(pickup, BodyDescription.Static(box, new Pose(game.Physics.ToWorld(place, 0.5f))) with
        {
            IsSensor = true,
            Layers = PickupLayer,
            Mask = FighterLayer,
            Reports = ContactReports.All,
        });
    }

    /// <summary>A bullet: however fast, it passes through nothing.</summary>
    public static void AddBall(GameContext game, Entity thrower, Vec3 from, Vec3 velocity)
    {
        ShapeId ball = game.Physics.Shapes.Add(new Sphere(BallRadius));
        Entity thrown = game.World.Create(new Ball { Player = game.World.Read<Fighter>(thrower).Player, Thrower = thrower, TicksLeft = 3 * game.TickRateHz });
        game.Physics.Add(thrown, BodyDescription.Dynamic(game.Physics.Shapes, ball, new Pose(from), mass: 3) with
        {
            LinearVelocity = velocity,
            IsBullet = true,
            Layers = BallLayer,
            Material = new Material(Friction: 0.4f, Restitution: 0.6f),
        });
    }

    /// <summary>Where a fighter's rifle is.</summary>
    public static Vec3 Rifle(GameContext game, Entity fighter) => game.World.Read<Character>(fighter).State.Position + new Vec3(0, RifleHeight, 0);

    /// <summary>One of the map's objects of a class, by chance.</summary>
    /// <exception cref="GameException">The map has none.</exception>
    public static MapObject AnyObject(GameContext game, string name)
    {
        // By index: a list behind an interface allocates its enumerator.
        IReadOnlyList<MapObject> objects = game.Map.Objects;
        int count = 0;
        for (int i = 0; i < objects.Count; i++)
        {
            count += objects[i].Class == name ? 1 : 0;
        }

        int left = count > 0 ? game.Random.Next(count) : throw new GameException($"map {game.Map.Name} has no object of class '{name}', which an arena needs");
        int at = 0;
        while (objects[at].Class != name || left-- > 0)
        {
            at++;
        }

        return objects[at];
    }
}
