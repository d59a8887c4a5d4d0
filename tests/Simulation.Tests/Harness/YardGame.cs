using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Harness;

/// <summary>What was seen in a yard, so that the hash tells whether it was seen again.</summary>
internal struct Tally
{
    public int Begun;
    public int Ended;
    public int Entered;
    public int Left;
    public float Impulse;
    public float Past;
}

internal struct Crate
{
    public uint Born;
}

internal struct Walker
{
    public uint Joined;
}

/// <summary>Everything that physics offers a game, in one small match: crates, a chain, characters, a sensor, bodies that come and go, and looks at the past.</summary>
internal sealed class YardGame : IGame
{
    public const int RewindTicks = 10;

    /// <summary>The context, kept so that a test can speak to the bodies between steps.</summary>
    public GameContext Context { get; private set; } = null!;

    public static GameMap Map { get; } = TestMaps.Draw(
        "................",
        "................",
        "..####....##....",
        "..#..#..........",
        "..#..#....##....",
        "................",
        "................",
        "......####......",
        "................",
        "................");

    public static MatchSetup Setup(ulong seed = 3) => new(new GameDefinition("yard", static () => new YardGame()), Map, seed, new MatchParameters());

    public void Configure(GameBuilder game) => game.Players(4).Rewind(RewindTicks)
        .UsePhysics(new PhysicsSettings { Characters = [new CharacterSettings(), new CharacterSettings { Radius = 0.3f, Height = 1.2f }] })
        .Component<Crate>().Component<Walker>().Component<Tally>()
        .System("turn", Stage.Think, Turn)
        .System("watch", Stage.Act, Watch)
        .System("traffic", Stage.Cleanup, Traffic);

    public void Start(GameContext context)
    {
        Context = context;
        context.World.Singleton<Tally>() = default;
        ShapeSet shapes = context.Physics.Shapes;
        for (int i = 0; i < 24; i++)
        {
            Entity crate = context.World.Create(new Crate(), new Velocity());
            var at = new Vec3((i % 6 * 2) + 1.5f, 0.6f + (i / 6 * 1.1f), 5.5f + (i / 12));
            context.Physics.Add(crate, BodyDescription.Dynamic(shapes, shapes.Add(new Box(0.4f, 0.4f, 0.4f)), new Pose(at), 20) with { Tag = 7 });
        }

        BodyId last = context.Physics.World.Add(BodyDescription.Static(shapes.Add(new Sphere(0.1f)), new Pose(new Vec3(8, 6, 3))));
        for (int i = 0; i < 5; i++)
        {
            Entity link = context.World.Create(new Crate());
            var at = new Vec3(8.5f + i, 6, 3);
            BodyId body = context.Physics.Add(link, BodyDescription.Dynamic(shapes, shapes.Add(new Capsule(0.1f, 0.2f)), new Pose(at), 2));
            context.Physics.World.Add(JointDescription.Ball(context.Physics.World, last, body, at - new Vec3(0.5f, 0, 0)));
            last = body;
        }

        Entity plate = context.World.Create();
        context.Physics.Add(plate, BodyDescription.Static(shapes.Add(new Box(3, 1, 2)), new Pose(new Vec3(8, 1, 5))) with { IsSensor = true });
        for (int i = 0; i < 3; i++)
        {
            Entity walker = context.World.Create(new Walker());
            context.Physics.AddCharacter(walker, i % 2, new Vec3(2.5f + (i * 5), 0, 8.5f));
        }
    }

    public void PlayerJoined(GameContext context, PlayerId player) =>
        context.Physics.AddCharacter(context.World.Create(new Walker { Joined = context.Tick.Value }), 0, new Vec3(0.7f + player.Value, 0, 0.7f));

    public void PlayerLeft(GameContext context, PlayerId player)
    {
        foreach (Chunk chunk in context.World.Query().All<Walker>().Build())
        {
            context.World.Commands.Destroy(chunk.Entities[^1]);
            return;
        }
    }

    private static void Turn(GameContext game)
    {
        foreach (Chunk chunk in game.World.Query().All<Walker, Character>().Build())
        {
            foreach (ref Character character in chunk.Span<Character>())
            {
                if (game.Random.NextBool(0.05f))
                {
                    character.Move = new Vec3(game.Random.NextSingle(-4, 4), 0, game.Random.NextSingle(-4, 4));
                    character.Jump = game.Random.NextBool(0.5f);
                    character.Crouch = game.Random.NextBool(0.2f);
                }
            }
        }
    }

    private static void Watch(GameContext game)
    {
        ref Tally tally = ref game.World.Singleton<Tally>();
        foreach (ref readonly BodyContact contact in game.Physics.Contacts)
        {
            tally.Begun += contact.Change == ContactChange.Begin ? 1 : 0;
            tally.Ended += contact.Change == ContactChange.End ? 1 : 0;
            tally.Impulse += contact.Impulse;
        }

        foreach (ref readonly SensorVisit visit in game.Physics.SensorVisits)
        {
            tally.Entered += visit.Change == ContactChange.Begin ? 1 : 0;
            tally.Left += visit.Change == ContactChange.End ? 1 : 0;
        }

        if (game.Tick.Value % 5 == 0 && game.Tick.Value > RewindTicks && game.Physics.TryPast(new Tick(game.Tick.Value - (RewindTicks - 1)), out PhysicsWorld? past))
        {
            tally.Past += past.RayCast(new Vec3(0.2f, 0.5f, 5.5f), new Vec3(15, 0, 0.7f)).Fraction;
        }
    }

    /// <summary>Balls of sizes that were not there before come and go.</summary>
    private static void Traffic(GameContext game)
    {
        uint tick = game.Tick.Value;
        if (tick % 7 == 0)
        {
            ShapeSet shapes = game.Physics.Shapes;
            ShapeId ball = shapes.Add(new Sphere(0.2f + (tick / 7 % 5 * 0.05f)));
            Entity entity = game.World.Create(new Crate { Born = tick });
            game.Physics.Add(entity, BodyDescription.Dynamic(shapes, ball, new Pose(new Vec3(1 + (tick % 13), 4, 1.2f)), 3) with
            {
                LinearVelocity = new Vec3(3, 0, 4),
                IsBullet = tick % 2 == 0,
            });
        }

        if (tick % 9 == 0)
        {
            foreach (Chunk chunk in game.World.Query().All<Crate, RigidBody>().Build())
            {
                ReadOnlySpan<Crate> crates = chunk.Read<Crate>();
                for (int i = 0; i < crates.Length; i++)
                {
                    if (crates[i].Born > 0 && tick - crates[i].Born > 90)
                    {
                        game.World.Commands.Destroy(chunk.Entities[i]);
                    }
                }
            }
        }
    }
}
