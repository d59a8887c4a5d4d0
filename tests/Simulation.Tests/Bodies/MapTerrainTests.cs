using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Checkpoints;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>The ground that bodies stand on is the grid that agents walk on, then as now.</summary>
public sealed class MapTerrainTests
{
    private static readonly CellRect Door = new(5, 2, 1, 2);

    [Fact]
    public void A_door_that_closes_stops_what_flies_and_lets_it_pass_again()
    {
        using var house = new House();
        Assert.False(house.IsShut(house.World));
        house.Grid.Block(Door);
        house.Steps(1);
        Assert.True(house.IsShut(house.World));
        house.Grid.Unblock(Door);
        house.Steps(1);
        Assert.False(house.IsShut(house.World));
    }

    [Fact]
    public void A_building_over_a_fence_is_a_wall_and_the_fence_alone_is_none_of_its_cells()
    {
        using var house = new House(TestMaps.OpenWith(12, 6, """{"id":1,"type":"collision","x":48,"y":44,"width":0,"height":0,"polyline":[{"x":0,"y":0},{"x":80,"y":0}]}"""));
        CellRect tower = new(2, 1, 3, 3);
        Assert.False(house.Grid.IsOpen(3, 2));
        Assert.Equal(0, house.Down(3.5f, 2.2f), 1e-3f);
        Assert.Equal(2, house.Down(3.5f, 2.75f), 1e-3f);
        house.Grid.Block(tower);
        house.Steps(1);
        Assert.Equal(2, house.Down(3.5f, 2.2f), 1e-3f);
        house.Grid.Unblock(tower);
        house.Steps(1);
        Assert.Equal(0, house.Down(3.5f, 2.2f), 1e-3f);
        Assert.False(house.Grid.IsOpen(3, 2));
    }

    [Fact]
    public void A_wall_that_falls_lets_fall_what_stood_on_it_and_wakes_nobody_else()
    {
        using var house = new House();
        Entity onWall = house.Crate(new Vec3(5.5f, 2.3f, 0.5f)), far = house.Crate(new Vec3(10.5f, 0.3f, 5.5f));
        house.Steps(120);
        Assert.False(house.Physics.Body(onWall).IsAwake || house.Physics.Body(far).IsAwake);
        house.Grid.SetOpen(5, 0, true);
        house.Steps(1);
        Assert.True(house.Physics.Body(onWall).IsAwake);
        Assert.False(house.Physics.Body(far).IsAwake);
        house.Steps(120);
        Assert.Equal(0.3f, house.Physics.Body(onWall).Pose.Position.Y, 0.02f);
    }

    [Fact]
    public void What_a_building_comes_down_on_is_put_beside_it()
    {
        using var house = new House();
        Entity crate = house.Crate(new Vec3(5.4f, 0.3f, 2.5f)), walker = house.Entities.Create();
        house.Physics.AddCharacter(walker, 0, new Vec3(5.6f, 0, 3.5f));
        house.Steps(120);
        house.Grid.Block(Door);
        house.Steps(60);
        Vec3 at = house.Physics.Body(crate).Pose.Position, soles = house.Entities.Read<Character>(walker).State.Position;
        Assert.Equal(0.3f, at.Y, 0.02f);
        Assert.InRange(at.X, 4.5f, 4.75f);
        Assert.Equal(0, soles.Y, 0.05f);
        Assert.InRange(soles.X, 6.2f, 6.8f);
    }

    [Fact]
    public void Where_no_place_is_near_it_is_lifted_onto_the_building()
    {
        using var house = new House(TestMaps.Open(3, 3));
        Entity crate = house.Crate(new Vec3(1.5f, 0.3f, 1.5f));
        house.Steps(30);
        house.Grid.Block(new CellRect(0, 0, 3, 3));
        house.Steps(120);
        Assert.Equal(2.3f, house.Physics.Body(crate).Pose.Position.Y, 0.02f);
    }

    [Fact]
    public void Shots_at_the_past_meet_the_doors_of_then()
    {
        using var house = new House();
        house.Steps(1);
        var wasShut = new Dictionary<uint, bool>();

        // Far more states than are kept: their shapes are taken again and again.
        for (int i = 0; i < 100; i++)
        {
            if (i % 3 != 1)
            {
                house.Toggle();
            }

            house.Steps(1);
            wasShut[house.Simulation.Tick.Value] = house.IsShut(house.World);
            for (uint ago = 0; ago < House.RewindTicks && ago <= i; ago++)
            {
                uint tick = house.Simulation.Tick.Value - ago;
                Assert.True(house.Physics.TryPast(new Tick(tick), out PhysicsWorld? past));
                Assert.Equal(wasShut[tick], house.IsShut(past));
            }
        }

        Assert.InRange(house.World.Shapes.Count, 1, House.RewindTicks + 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void A_match_restored_elsewhere_goes_on_with_the_same_bits(int changes)
    {
        using var house = new House();
        Play(house, changes);
        byte[] saved = MatchCheckpointTests.Save(house.Simulation);
        using var other = new House();
        Play(other, 7);
        other.Simulation.Restore(saved);
        Assert.Equal(house.Simulation.Hash(), other.Simulation.Hash());
        Assert.Equal(saved, MatchCheckpointTests.Save(other.Simulation));
        for (uint ago = 0; ago < House.RewindTicks; ago++)
        {
            var tick = new Tick(house.Simulation.Tick.Value - ago);
            bool isKept = house.Physics.TryPast(tick, out PhysicsWorld? a);
            Assert.Equal(isKept, other.Physics.TryPast(tick, out PhysicsWorld? b));
            Assert.True(!isKept || house.IsShut(a!) == house.IsShut(b!));
        }

        Play(house, 20);
        Play(other, 20);
        Assert.Equal(house.Simulation.Hash(), other.Simulation.Hash());
        house.Simulation.Restore(saved);
        Play(house, 20);
        Assert.Equal(other.Simulation.Hash(), house.Simulation.Hash());
    }

    [Fact]
    public void Forged_terrains_are_refused_or_harm_nothing()
    {
        using var house = new House();
        Play(house, 9);
        byte[] saved = MatchCheckpointTests.Save(house.Simulation);
        ulong hash = house.Simulation.Hash();
        var random = new DeterministicRandom(2);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] forged = [.. saved];
            forged[random.Next(20, saved.Length)] = (byte)random.Next(256);
            var checksum = new StateHash(seed: 1);
            checksum.Add(forged.AsSpan(20));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(12), checksum.Value);
            try
            {
                house.Simulation.Restore(forged);
                house.Toggle();
                house.Steps(2);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (GameException)
            {
            }
            catch (InvalidOperationException)
            {
                // A door that was never there to be opened.
            }

            house.Simulation.Restore(saved);
            Assert.Equal(hash, house.Simulation.Hash());
        }

        Assert.InRange(refused, 20, 300);
    }

    [Fact]
    public void A_reloaded_map_changes_the_ground_of_a_running_match()
    {
        var setup = new MatchSetup(new GameDefinition("reloading", static () => new Reloading()), House.Map, 1, new MatchParameters());
        using var match = new MatchSimulation(setup);
        match.Step();
        Assert.False(IsShutAt(match.Physics!));
        Assert.True(match.ReplaceMap(new MapReplacement(House.Shut)));
        match.Step();
        Assert.True(IsShutAt(match.Physics!));
        Assert.Equal(match.Hash(), Replay.Run(setup, match.Log, match.Tick));
    }

    [Fact]
    public void A_game_may_keep_the_ground_as_it_began()
    {
        using var house = new House(followsGrid: false);
        house.Grid.Block(Door);
        house.Steps(1);
        Assert.False(house.IsShut(house.World));
    }

    private static bool IsShutAt(PhysicsWorld world) => world.RayCast(new Vec3(3, 1, 3), new Vec3(5, 0, 0)).IsHit;

    private static void Play(House house, int changes)
    {
        for (int i = 0; i < changes; i++)
        {
            house.Toggle();
            house.Steps(1 + (i % 2));
        }
    }

    private sealed class Reloading : IGame, IMapReload
    {
        public void Configure(GameBuilder game) => game.UsePhysics();

        public void Start(GameContext context)
        {
        }

        public void PlayerJoined(GameContext context, PlayerId player)
        {
        }

        public void PlayerLeft(GameContext context, PlayerId player)
        {
        }

        public void MapChanged(GameContext context, CellRect changed)
        {
        }
    }

    /// <summary>Two rooms with a door between.</summary>
    private sealed class House : IDisposable
    {
        public const int RewindTicks = 5;

        private readonly ScriptedGame _game;

        public House(GameMap? map = null, bool followsGrid = true)
        {
            var settings = new PhysicsSettings { Characters = [new CharacterSettings()], FollowsGrid = followsGrid };
            _game = new ScriptedGame { OnConfigure = game => game.Rewind(RewindTicks).UsePhysics(settings) };
            Simulation = _game.Simulate(map ?? Map);
        }

        public static GameMap Map { get; } = TestMaps.Draw(".....#......", ".....#......", "............", "............", ".....#......", ".....#......");

        public static GameMap Shut { get; } = TestMaps.Draw(".....#......", ".....#......", ".....#......", ".....#......", ".....#......", ".....#......");

        public MatchSimulation Simulation { get; }

        public Grid Grid => _game.Context.Grid;

        public World Entities => Simulation.World;

        public MatchPhysics Physics => _game.Context.Physics;

        public PhysicsWorld World => Physics.World;

        /// <summary>How high the first thing is that something falls on there.</summary>
        public float Down(float x, float z) => 20 * (1 - World.RayCast(new Vec3(x, 20, z), new Vec3(0, -20, 0)).Fraction);

        public bool IsShut(PhysicsWorld world) => IsShutAt(world);

        public void Toggle()
        {
            if (Grid.IsOpen(Door.X, Door.Y))
            {
                Grid.Block(Door);
            }
            else
            {
                Grid.Unblock(Door);
            }
        }

        public Entity Crate(Vec3 at)
        {
            Entity crate = Entities.Create();
            Physics.Add(crate, BodyDescription.Dynamic(Physics.Shapes, Physics.Shapes.Add(new Box(0.3f, 0.3f, 0.3f)), new Pose(at), 5));
            return crate;
        }

        public void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Simulation.Step();
            }
        }

        public void Dispose() => Simulation.Dispose();
    }
}
