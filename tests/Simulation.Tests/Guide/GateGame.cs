using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Guide;

public readonly record struct Run(float X, float Y); // what players send, byte for byte: four bytes each, no padding
public readonly record struct Fire(float X, float Y, uint SeenTick);
public readonly record struct Struck(int Player, int HealthLeft); // what players are told
public readonly record struct Fallen(Entity Hero); // what systems tell each other

[Replicated]
public struct Hero // what everybody sees of a player, beside its Transform
{
    [Bits(3)] public byte Player;
    [Bits(7)] public byte Health;
}

[Replicated]
public struct Gate
{
    [Bits(1)] public bool IsOpen;
    public CellRect Cells; // not marked: the server keeps it to itself
}

public struct Plate
{
    public int Visitors;
}

[InlineArray(5)]
public struct Heroes // a singleton: who plays what, by player
{
    private Entity _first;
}

/// <summary>The game of `docs/games.md`; a test of the house holds the two equal. Whoever stands on a plate holds the gates open.</summary>
public sealed class GateGame : IGame
{
    public static GameDefinition Definition { get; } = new("gate", static () => new GateGame());

    public void Configure(GameBuilder game) => game
        .TickRate(30).Players(4).Rewind(15)
        .UsePhysics(new PhysicsSettings { Characters = [new CharacterSettings { JumpSpeed = 5.5f }] })
        .Component<Hero>().Component<Gate>().Component<Plate>().Component<Heroes>()
        .Input<Run>(1, OnRun).Input<Fire>(2, OnFire).Event<Struck>(1).Emits<Fallen>()
        .System("gates", Stage.Act, OpenGates)
        .System("fallen", Stage.Cleanup, RaiseFallen);

    public void Start(GameContext game)
    {
        foreach (MapObject item in game.Map.Objects)
        {
            switch (item.Class)
            {
                case "gate":
                    game.Grid.Block(item.Cells); // for agents, and for bodies: a wall stands there now
                    game.World.Create(new Gate { Cells = item.Cells });
                    break;
                case "plate":
                    AddPlate(game, item);
                    break;
                case "crate":
                    AddCrate(game, item.Centre);
                    break;
            }
        }
    }

    private static void AddCrate(GameContext game, Vec2 at)
    {
        ShapeSet shapes = game.Physics.Shapes;
        ShapeId box = shapes.Add(new Box(0.4f, 0.4f, 0.4f));
        Entity crate = game.World.Create();
        game.Physics.Add(crate, BodyDescription.Dynamic(shapes, box, new Pose(game.Physics.ToWorld(at, 0.4f)), mass: 40));
    }

    private static void AddPlate(GameContext game, MapObject item)
    {
        ShapeId slab = game.Physics.Shapes.Add(new Box(0.5f * item.Size.X, 0.2f, 0.5f * item.Size.Y));
        BodyDescription body = BodyDescription.Static(slab, new Pose(game.Physics.ToWorld(item.Centre, 0.2f)));
        game.Physics.Add(game.World.Create(new Plate()), body with { IsSensor = true });
    }

    public void PlayerJoined(GameContext game, PlayerId player)
    {
        Entity hero = game.World.Create(new Hero { Player = player.Value, Health = 100 });
        game.Physics.AddCharacter(hero, kind: 0, soles: AnySpawn(game));
        game.World.Singleton<Heroes>()[player.Value] = hero;
    }

    public void PlayerLeft(GameContext game, PlayerId player) => game.World.Destroy(game.World.Singleton<Heroes>()[player.Value]); // its body goes with it

    private static Vec3 AnySpawn(GameContext game)
    {
        MapObject[] spawns = [.. game.Map.Objects.Where(item => item.Class == "spawn")];
        return game.Physics.ToWorld(spawns[game.Random.Next(spawns.Length)].Centre); // the match's own chance: a replay has the same
    }

    private static void OnRun(GameContext game, PlayerId player, in Run run)
    {
        var wish = new Vec2(run.X, run.Y);
        Vec2 way = wish.IsFinite && wish.LengthSquared < 1e6f ? wish.Clamped(1) * 5 : Vec2.Zero; // any bytes may be in an input
        Entity hero = game.World.Singleton<Heroes>()[player.Value];
        game.World.Get<Character>(hero).Move = new Vec3(way.X, 0, way.Y); // and on, until told otherwise
    }

    private static void OpenGates(GameContext game)
    {
        foreach (ref readonly SensorVisit visit in game.Physics.SensorVisits)
        {
            int change = visit.Change == ContactChange.Begin ? 1 : visit.Change == ContactChange.End ? -1 : 0;
            game.World.Get<Plate>(visit.Sensor).Visitors += change;
        }

        bool isHeld = false;
        foreach (Row<Plate> row in game.World.Query().All<Plate>().Build().Rows<Plate>())
        {
            isHeld |= row.C1.Visitors > 0;
        }

        foreach (Row<Gate> row in game.World.Query().All<Gate>().Build().Rows<Gate>())
        {
            if (row.C1.IsOpen != isHeld)
            {
                row.C1.IsOpen = isHeld;
                Swing(game.Grid, row.C1);
            }
        }
    }

    private static void Swing(Grid grid, in Gate gate)
    {
        if (gate.IsOpen)
        {
            grid.Unblock(gate.Cells);
        }
        else
        {
            grid.Block(gate.Cells);
        }
    }

    private static void OnFire(GameContext game, PlayerId player, in Fire fire)
    {
        var aim = new Vec3(fire.X, 0, fire.Y);
        if (!(aim.LengthSquared is > 1e-6f and < 1e6f))
        {
            return;
        }

        Entity me = game.World.Singleton<Heroes>()[player.Value];
        Body body = game.Physics.Body(me);
        PhysicsWorld seen = game.Physics.TryPast(new Tick(fire.SeenTick), out PhysicsWorld? past) ? past : game.Physics.World;
        CastHit hit = seen.RayCast(body.Pose.Position, aim.Normalized() * 40, new QueryFilter { Ignored = body.Id });
        Entity victim = game.Physics.EntityOf(hit.Body);
        if (game.World.IsAlive(victim) && game.World.Has<Hero>(victim))
        {
            Strike(game, victim, 40);
        }
    }

    private static void Strike(GameContext game, Entity victim, int damage)
    {
        ref Hero hero = ref game.World.Get<Hero>(victim);
        hero.Health = (byte)Math.Max(0, hero.Health - damage);
        game.Broadcast(new Struck(hero.Player, hero.Health)); // reliably, to all, after this tick
        if (hero.Health == 0)
        {
            game.World.Emit(new Fallen(victim)); // to whichever system wants to know, later in this tick
        }
    }

    private static void RaiseFallen(GameContext game)
    {
        foreach (ref readonly Fallen fallen in game.World.Emitted<Fallen>())
        {
            game.World.Get<Hero>(fallen.Hero).Health = 100;
            game.Physics.Teleport(fallen.Hero, AnySpawn(game));
        }
    }
}
