using System.Text;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Simulation.Bodies;

public sealed class MatchPhysicsTests
{
    [Fact]
    public void A_crate_falls_onto_the_map_and_its_entity_follows()
    {
        using var yard = new Yard();
        Entity crate = yard.Crate(new Vec3(4, 3, 4));
        yard.Steps(1);
        Assert.InRange(yard.World.Read<Transform>(crate).Position.Y, 2.9f, 2.999f);
        Assert.True(yard.World.Read<Velocity>(crate).Linear.Y < -0.2f);
        yard.Steps(120);
        Assert.InRange(yard.World.Read<Transform>(crate).Position.Y, 0.48f, 0.51f);
    }

    [Fact]
    public void Bodies_go_with_their_entities_and_components()
    {
        using var yard = new Yard();
        int map = yard.Physics.World.BodyCount;
        Entity destroyed = yard.Crate(new Vec3(4, 3, 4)), removed = yard.Crate(new Vec3(6, 3, 4)), kept = yard.Crate(new Vec3(2, 3, 4));
        BodyId body = yard.World.Read<RigidBody>(destroyed).Id;
        yard.World.Destroy(destroyed);
        Assert.False(yard.Physics.World.Contains(body));
        yard.World.Remove<RigidBody>(removed);
        yard.Steps(1);
        Assert.Equal(map + 1, yard.Physics.World.BodyCount);
        Assert.True(yard.World.IsAlive(removed));
        Assert.True(yard.World.Has<Transform>(removed));
        Assert.Equal(kept, yard.Physics.EntityOf(yard.World.Read<RigidBody>(kept).Id));
        Assert.True(yard.Physics.Remove(kept));
        Assert.False(yard.Physics.Remove(kept));
        Assert.Equal(map, yard.Physics.World.BodyCount);
    }

    [Fact]
    public void A_body_removed_behind_its_entity_takes_the_component_along()
    {
        using var yard = new Yard();
        Entity crate = yard.Crate(new Vec3(4, 3, 4));
        yard.Physics.World.Remove(yard.World.Read<RigidBody>(crate).Id);
        yard.Steps(1);
        Assert.True(yard.World.IsAlive(crate));
        Assert.False(yard.World.Has<RigidBody>(crate));
    }

    [Fact]
    public void A_child_goes_with_its_parent_and_its_body_with_it()
    {
        using var yard = new Yard();
        Entity tank = yard.Crate(new Vec3(4, 1, 4)), turret = yard.Crate(new Vec3(4, 2.2f, 4));
        yard.World.SetParent(turret, tank);
        int before = yard.Physics.World.BodyCount;
        yard.World.Destroy(tank);
        Assert.Equal(before - 2, yard.Physics.World.BodyCount);
    }

    [Fact]
    public void What_cannot_be_a_body_is_refused_and_leaves_nothing()
    {
        using var yard = new Yard();
        Entity entity = yard.World.Create();
        int before = yard.Physics.World.BodyCount;
        BodyDescription wrong = BodyDescription.Dynamic(yard.Physics.Shapes, yard.Box, new Pose(new Vec3(float.NaN, 0, 0)), 1);
        Assert.Throws<PhysicsException>(() => yard.Physics.Add(entity, wrong));
        Assert.False(yard.World.Has<RigidBody>(entity));
        Entity crate = yard.Crate(new Vec3(1, 1, 1));
        Assert.Contains("has a body already", Assert.Throws<EcsException>(() => yard.Physics.Add(crate, wrong)).Message, StringComparison.Ordinal);
        Assert.Throws<EcsException>(() =>
        {
            foreach (Chunk chunk in yard.World.Query().All<Transform>().Build())
            {
                yard.Physics.Add(entity, BodyDescription.Dynamic(yard.Physics.Shapes, yard.Box, new Pose(Vec3.One), 1));
            }
        });
        Assert.Equal(before + 1, yard.Physics.World.BodyCount);
        Assert.Contains("no character of kind 9", Assert.Throws<GameException>(() => yard.Physics.AddCharacter(entity, 9, default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rest_is_not_written_again()
    {
        using var yard = new Yard();
        Query moved = yard.World.Query().All<Transform>().Changed<Transform>().Build();
        Entity crate = yard.Crate(new Vec3(4, 0.6f, 4));
        yard.Steps(120);
        ulong since = yard.World.NextVersion();
        yard.Steps(10);
        Assert.False(yard.Physics.Body(crate).IsAwake);
        Assert.Equal(0, Count(moved, since));
        yard.Physics.Body(crate).LinearVelocity = new Vec3(1, 0, 0);
        yard.Steps(1);
        Assert.Equal(1, Count(moved, since));
    }

    [Fact]
    public void Turns_are_told_without_a_jump()
    {
        using var yard = new Yard();
        Entity crate = yard.Crate(new Vec3(4, 5, 4));
        Body body = yard.Physics.Body(crate);
        body.GravityScale = 0;
        body.AngularVelocity = new Vec3(0, 9, 0);
        Quat last = Quat.Identity;
        for (int i = 0; i < 200; i++)
        {
            yard.Steps(1);
            Quat now = yard.World.Read<Transform>(crate).Rotation;
            Assert.True(Quat.Dot(last, now) > 0.9f);
            last = now;
        }
    }

    [Fact]
    public void Touches_are_told_by_entity_with_what_they_weighed()
    {
        using var yard = new Yard();
        Entity crate = yard.Crate(new Vec3(4, 1, 4));
        Entity ghost = yard.World.Create();
        yard.Physics.Add(ghost, BodyDescription.Static(yard.Box, new Pose(new Vec3(4, 0.3f, 4))) with { IsSensor = true });
        yard.Steps(60);
        BodyContact landed = Assert.Single(yard.Contacts, contact => contact.Change == ContactChange.Begin);
        Assert.True(landed.Involves(crate, out Entity ground));
        Assert.True(ground.IsNone);
        Assert.InRange(landed.ApproachSpeed, 2.5f, 3.6f);
        Assert.InRange(landed.Impulse, 5f, 80f);
        Assert.Equal(new SensorVisit(ghost, crate, ContactChange.Begin), Assert.Single(yard.Visits));
        yard.Visits.Clear();
        yard.Contacts.Clear();

        // Who is gone is still named at the end of its touches.
        yard.World.Destroy(crate);
        yard.Steps(1);
        Assert.Equal(new SensorVisit(ghost, crate, ContactChange.End), Assert.Single(yard.Visits));
        Assert.True(Assert.Single(yard.Contacts).Involves(crate, out _));
        yard.Steps(1);
        Assert.True(yard.Physics.Contacts.IsEmpty);
    }

    [Fact]
    public void The_map_stands_as_walls_blocks_and_a_border()
    {
        using var yard = new Yard(TestMaps.Draw("....", ".#..", "....", "...."));
        PhysicsWorld world = yard.Physics.World;
        Assert.Equal(0f, world.RayCast(new Vec3(0.5f, 5, 0.5f), new Vec3(0, -9, 0)).Point.Y, 1e-4f);
        Assert.Equal(2f, world.RayCast(new Vec3(1.5f, 5, 1.5f), new Vec3(0, -9, 0)).Point.Y, 1e-4f);
        Assert.Equal(2f, world.RayCast(new Vec3(3.5f, 1, 1.5f), new Vec3(-3, 0, 0)).Point.X, 1e-4f);
        Assert.Equal(4f, world.RayCast(new Vec3(3.5f, 1, 3.5f), new Vec3(3, 0, 0)).Point.X, 1e-4f);
        Assert.Equal(0f, world.RayCast(new Vec3(3.5f, 1, 0.5f), new Vec3(0, 0, -9)).Point.Z, 1e-4f);
        Assert.Equal(new Vec2(2, 3), yard.Physics.ToMap(yard.Physics.ToWorld(new Vec2(2, 3), 7)));
    }

    [Fact]
    public void A_tiles_height_is_its_cells_height()
    {
        GameMap stairs = HeightMap("1.25");
        using var yard = new Yard(stairs);
        Assert.Equal(1.25f, yard.Physics.World.RayCast(new Vec3(1.5f, 5, 0.5f), new Vec3(0, -9, 0)).Point.Y, 1e-4f);
        Assert.Equal(0f, yard.Physics.World.RayCast(new Vec3(0.5f, 5, 0.5f), new Vec3(0, -9, 0)).Point.Y, 1e-4f);
    }

    [Fact]
    public void A_character_walks_to_the_wall_jumps_and_pushes()
    {
        using var yard = new Yard(TestMaps.Draw("........", "........", "......#.", "........"));
        Entity walker = yard.World.Create(), crate = yard.Crate(new Vec3(3.5f, 0.5f, 2.5f));
        yard.Physics.AddCharacter(walker, 0, new Vec3(1, 0, 2.5f));
        yard.Steps(5);
        yard.World.Get<Character>(walker).Move = new Vec3(3, 0, 0);
        yard.Steps(90);
        Vec3 pushed = yard.World.Read<Transform>(crate).Position;
        Assert.True(pushed.X > 4, $"the crate is at {pushed}");
        Assert.InRange(yard.World.Read<Transform>(walker).Position.X, 2.5f, 5.2f);
        Assert.InRange(yard.World.Read<Transform>(walker).Position.Y, 0.88f, 0.93f);
        yard.World.Get<Character>(walker).Jump = true;
        yard.Steps(8);
        Assert.True(yard.World.Read<Transform>(walker).Position.Y > 1.4f);
        Assert.False(yard.World.Read<Character>(walker).Jump);
        yard.Physics.Teleport(walker, new Vec3(1, 0, 1));
        yard.Steps(1);
        Assert.InRange(yard.World.Read<Transform>(walker).Position.Z, 0.9f, 1.1f);
        Assert.True(yard.Physics.Remove(walker));
        yard.Steps(2);
        Assert.False(yard.World.Has<Character>(walker));
    }

    [Fact]
    public void The_past_can_be_asked_and_only_as_far_as_it_is_kept()
    {
        using var yard = new Yard();
        Entity crate = yard.Crate(new Vec3(2, 5, 4));
        yard.Physics.Body(crate).GravityScale = 0;
        yard.Physics.Body(crate).LinearVelocity = new Vec3(6, 0, 0);
        yard.Steps(1);
        for (int i = 0; i < 8; i++)
        {
            yard.Steps(1);
        }

        Tick now = yard.Simulation.Tick;
        float x = yard.World.Read<Transform>(crate).Position.X;
        Assert.True(yard.Physics.TryPast(new Tick(now.Value - 5), out PhysicsWorld? past));
        Assert.Equal(crate, yard.Physics.EntityOf(past.RayCast(new Vec3(x - 1, 9, 4), new Vec3(0, -9, 0)).Body));
        Assert.True(yard.Physics.EntityOf(yard.Physics.World.RayCast(new Vec3(x - 1, 9, 4), new Vec3(0, -9, 0)).Body).IsNone);
        Assert.False(yard.Physics.TryPast(new Tick(now.Value + 1), out _));
        yard.Steps(20);
        Assert.False(yard.Physics.TryPast(new Tick(now.Value - 5), out _));
    }

    [Fact]
    public void Players_see_where_bodies_are()
    {
        using var yard = new Yard();
        Entity crate = yard.Crate(new Vec3(4, 3, 4));
        yard.Steps(30);
        var decoder = new SnapshotDecoder(yard.Simulation.Schema);
        foreach (byte[] part in Wire.Parts(yard.Simulation))
        {
            decoder.Add(part);
        }

        Transform sent = yard.World.Read<Transform>(crate);
        Assert.True(decoder.Latest.TryGet(0, out Transform seen));
        Assert.InRange((seen.Position - sent.Position).Length, 0, 0.01f);
        Assert.InRange(Math.Abs(Quat.Dot(seen.Rotation, sent.Rotation)), 0.99f, 1.01f);
    }

    [Fact]
    public void A_game_without_physics_is_told_so()
    {
        var game = new ScriptedGame();
        using MatchSimulation match = game.Simulate();
        Assert.Null(match.Physics);
        Assert.Contains("call UsePhysics()", Assert.Throws<GameException>(() => game.Context.Physics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_by_name()
    {
        Assert.Contains("a cell of 0 m", Refusal(new PhysicsSettings { CellSize = 0 }), StringComparison.Ordinal);
        Assert.Contains("a border of -1 m", Refusal(new PhysicsSettings { BorderHeight = -1 }), StringComparison.Ordinal);
        Assert.Contains("CharacterSettings.Height", Refusal(new PhysicsSettings { Characters = [new CharacterSettings { Height = 0 }] }), StringComparison.Ordinal);
        Assert.Contains("Substeps", Refusal(new PhysicsSettings { World = new PhysicsOptions { Substeps = 0 } }), StringComparison.Ordinal);
        Assert.Contains("called twice", Assert.Throws<GameException>(() => new ScriptedGame { OnConfigure = game => game.UsePhysics().UsePhysics() }.Simulate()).Message, StringComparison.Ordinal);
    }

    private static string Refusal(PhysicsSettings settings) =>
        Assert.Throws<GameException>(() => new ScriptedGame { OnConfigure = game => game.UsePhysics(settings) }.Simulate()).Message;

    private static int Count(Query query, ulong since)
    {
        int count = 0;
        foreach (Chunk chunk in query.Since(since))
        {
            count += chunk.Count;
        }

        return count;
    }

    private static GameMap HeightMap(string height) => MapFile.Parse("heights.tmj", Encoding.UTF8.GetBytes($$"""
        {"type":"map","version":"1.10","orientation":"orthogonal","renderorder":"right-down","infinite":false,"width":2,"height":1,"tilewidth":16,"tileheight":16,
         "layers":[{"type":"tilelayer","id":1,"name":"ground","width":2,"height":1,"data":[1,2]}],
         "tilesets":[{"firstgid":1,"name":"tiles","tilewidth":16,"tileheight":16,"tilecount":2,"columns":2,
           "tiles":[{"id":1,"type":"step","properties":[{"name":"height","type":"float","value":{{height}}}]}]}]}
        """));

    /// <summary>A match with nothing but physics, for tests to speak to.</summary>
    private sealed class Yard : IDisposable
    {
        private readonly ScriptedGame _game;

        public Yard(GameMap? map = null)
        {
            _game = new ScriptedGame
            {
                OnConfigure = game => game.Rewind(12).UsePhysics(new PhysicsSettings { Characters = [new CharacterSettings()] }).System("watch", Stage.Act, Watch),
            };
            Simulation = _game.Simulate(map);
            Box = Physics.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        }

        public MatchSimulation Simulation { get; }

        public World World => Simulation.World;

        public MatchPhysics Physics => _game.Context.Physics;

        public ShapeId Box { get; }

        public List<BodyContact> Contacts { get; } = [];

        public List<SensorVisit> Visits { get; } = [];

        public Entity Crate(Vec3 at)
        {
            Entity crate = World.Create(new Velocity());
            Physics.Add(crate, BodyDescription.Dynamic(Physics.Shapes, Box, new Pose(at), 10));
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

        private void Watch(GameContext game)
        {
            Contacts.AddRange(game.Physics.Contacts);
            Visits.AddRange(game.Physics.SensorVisits);
        }
    }
}
