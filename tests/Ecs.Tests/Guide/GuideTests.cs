using System.Buffers;
using System.Text;
using RealtimeServer.Ecs.Checkpoints;
using RealtimeServer.Ecs.Systems;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Guide;

public record struct Place(float X, float Y);
public record struct Motion(float X, float Y);
public record struct Health(int Points);
public record struct Score(int Red, int Blue);
public record struct Explosion(float X, float Y);
public struct Burning; // a mark: it has no fields

/// <summary>The code of `docs/ecs.md`, where it does what the page says; a test of the house holds the two equal.</summary>
public sealed class GuideTests
{
    [Fact]
    public void Entities_have_components()
    {
        using var world = new World();
        Entity knight = world.Create(new Place(3, 4), new Motion(1, 0), new Health(100));
        world.Get<Health>(knight).Points -= 10; // by reference, to change it
        float x = world.Read<Place>(knight).X; // only to look: counts as no change
        world.Add<Burning>(knight);
        bool burns = world.Has<Burning>(knight);
        world.Remove<Burning>(knight);
        world.Destroy(knight);
        bool lives = world.IsAlive(knight); // false, for ever: an id is never given out twice

        Assert.Equal((3, true, false), (x, burns, lives));
        Assert.NotEqual(knight, world.Create());
    }

    [Fact]
    public void Queries_walk_over_all_that_match()
    {
        using var world = new World();
        Entity knight = world.Create(new Place(3, 4), new Motion(30, 60));
        Entity fire = world.Create(new Place(3, 4), new Motion(30, 60), default(Burning));
        Query moving = world.Query().All<Place, Motion>().None<Burning>().Build(); // asked again, it is the same one

        foreach (Chunk chunk in moving)
        {
            Span<Place> places = chunk.Span<Place>();
            ReadOnlySpan<Motion> motions = chunk.Read<Motion>();
            for (int i = 0; i < places.Length; i++)
            {
                places[i].X += motions[i].X / 30;
                places[i].Y += motions[i].Y / 30;
            }
        }

        Assert.Equal(new Place(4, 6), world.Read<Place>(knight));
        Assert.Equal(new Place(3, 4), world.Read<Place>(fire));

        foreach (Row<Place, Motion> row in moving.Rows<Place, Motion>())
        {
            row.C1.X += row.C2.X / 30;
        }

        moving.ForEach<Place, Motion>(static (_, ref place, ref motion) => place.Y += motion.Y / 30);

        Assert.Equal(new Place(5, 8), world.Read<Place>(knight));
    }

    [Fact]
    public void Commands_wait_until_the_iteration_ends()
    {
        using var world = new World();
        Entity fallen = world.Create(new Health(0));
        world.Create(new Health(1));

        foreach (Chunk chunk in world.Query().All<Health>().Build())
        {
            ReadOnlySpan<Health> health = chunk.Read<Health>();
            for (int i = 0; i < health.Length; i++)
            {
                if (health[i].Points <= 0)
                {
                    world.Commands.Destroy(chunk.Entities[i]);
                    world.Commands.Create(new Explosion(3, 4));
                }
            }
        }

        world.Commands.Apply(); // a schedule of systems does it after each of them

        Assert.False(world.IsAlive(fallen));
        Assert.Equal(1, world.Query().All<Explosion>().Build().Count());
    }

    [Fact]
    public void Many_are_made_at_once()
    {
        using var world = new World();

        Prefab turret = new Prefab().With(new Health(20));
        Prefab tank = new Prefab().With(new Place(0, 0)).With(new Health(80)).WithChild(turret); // never changes: may be static

        Entity one = world.Create(tank);
        var column = new Entity[500];
        world.Create(tank, column); // five hundred, with their turrets
        world.CreateMany(column, new Place(9, 9), new Burning()); // without a prefab
        world.DestroyAll(world.Query().All<Burning>().Build());

        Assert.Equal(1002, world.EntityCount);
        Assert.Equal(1, world.Children(one).Count);
    }

    [Fact]
    public void Parents_have_children()
    {
        using var world = new World();
        Entity ship = world.Create(new Place(1, 1));
        Entity gun = world.Create(new Health(5));

        world.SetParent(gun, ship); // a ring is refused
        foreach (Entity child in world.Children(ship))
        {
            world.Get<Health>(child).Points++;
        }

        Entity carrier = world.Parent(gun); // the ship, and none of who has no parent
        world.Destroy(ship); // the gun goes first

        Assert.Equal((ship, false), (carrier, world.IsAlive(gun)));
    }

    [Fact]
    public void Changes_and_events_tell_what_happened()
    {
        using var world = new World();
        world.Singleton<Score>().Red++; // the world's only one; zero at first

        world.Track<Health>(); // once, when the world is set up
        Entity knight = world.Create(new Place(3, 4), new Health(100));
        world.Emit(new Explosion(3, 4));
        world.Destroy(knight);

        int fell = 0;
        foreach (ref readonly ComponentEvent<Health> told in world.ComponentEvents<Health>())
        {
            fell += told.Kind == ComponentEventKind.Destroyed ? 1 : 0;
        }

        foreach (ref readonly Explosion explosion in world.Emitted<Explosion>())
        {
            world.Singleton<Score>().Blue += (int)explosion.X;
        }

        world.ClearEvents(); // a match does it at the start of each tick

        Assert.Equal((1, new Score(1, 3)), (fell, world.ReadSingleton<Score>()));
        Entity other = world.Create(new Place(0, 0));

        ulong seen = world.NextVersion();
        world.Get<Place>(other).X = 7;
        int changed = 0;
        foreach (Chunk chunk in world.Query().Changed<Place>().Build().Since(seen))
        {
            changed += chunk.Count; // whole chunks: those in which somebody asked to write
        }

        Assert.Equal(1, changed);
    }

    [Fact]
    public void Systems_run_in_the_order_they_declare()
    {
        using var world = new World();
        world.Create(new Health(3), default(Burning));

        var schedule = new SystemSchedule<World>(world,
        [
            new("bury", Stage: 0, Bury, new SystemAccess().Reads<Health>().Structure().After("burn")),
            new("burn", Stage: 0, Burn, new SystemAccess().Writes<Health>()),
        ]);
        schedule.Run(world); // burn, bury

        Assert.Equal(["burn", "bury"], schedule.Systems.Select(system => system.Name));
        schedule.Run(world);
        Assert.Equal(1, world.EntityCount);
        schedule.Run(world);
        Assert.Equal(0, world.EntityCount);
    }

    [Fact]
    public void Objects_stand_beside_the_structs()
    {
        using var world = new World();
        Entity knight = world.Create();

        world.RegisterObject(new RouteSerializer()); // null: not saved, and a world that has one refuses to be
        world.AddObject(knight, new Route("gate", "keep"));
        string next = world.GetObject<Route>(knight).Stops[0];

        Assert.Equal("gate", next);
        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        world.GetObject<Route>(knight).Stops[0] = "nowhere";
        checkpoint.Restore();
        Assert.Equal("gate", world.GetObject<Route>(knight).Stops[0]);
    }

    [Fact]
    public void A_world_can_be_what_it_was()
    {
        using var world = new World();
        Entity knight = world.Create(new Place(3, 4));

        var past = new WorldHistory(world, capacity: 16); // a ring: the last sixteen ticks saved
        past.Save(tick: 41);
        world.Destroy(knight);
        Place stood = default;
        if (past.TryFind(41, out WorldCheckpoint? then) && then.TryGet(knight, out Place place))
        {
            stood = place; // a look back, as lag compensation takes
            then.Restore(); // or back altogether
        }

        Assert.Equal((true, new Place(3, 4)), (world.IsAlive(knight), stood));

        var bytes = new ArrayBufferWriter<byte>();
        var saved = new WorldCheckpoint(world);
        saved.Save();
        saved.Write(bytes); // for another process, or tomorrow

        using var other = new World();
        other.Register<Place>(); // the same types in the same order
        var read = new WorldCheckpoint(other);
        read.Read(bytes.WrittenSpan); // checked to the last number; the world changes only now:
        read.Restore();

        var hash = new StateHash(0);
        world.Hash(ref hash); // equal histories, equal hashes, on every machine

        Assert.Equal(History.Hash(other), hash.Value);
        Assert.Equal(new Place(3, 4), other.Read<Place>(knight));
    }

    private static void Burn(World world)
    {
        foreach (Chunk chunk in world.Query().All<Health, Burning>().Build())
        {
            foreach (ref Health health in chunk.Span<Health>())
            {
                health.Points--;
            }
        }
    }

    private static void Bury(World world)
    {
        foreach (Chunk chunk in world.Query().All<Health>().Build())
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                if (chunk.Read<Health>()[i].Points <= 0)
                {
                    world.Commands.Destroy(chunk.Entities[i]);
                }
            }
        }
    }

    private sealed class Route(params string[] stops)
    {
        public string[] Stops { get; } = stops;
    }

    private sealed class RouteSerializer : IObjectSerializer<Route>
    {
        public void Write(Route value, IBufferWriter<byte> writer) => writer.Write(Encoding.UTF8.GetBytes(string.Join('\n', value.Stops)));

        public Route Read(ReadOnlySpan<byte> bytes) => new(Encoding.UTF8.GetString(bytes).Split('\n'));
    }
}
