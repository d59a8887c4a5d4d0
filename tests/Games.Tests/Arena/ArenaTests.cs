using System.Runtime.InteropServices;
using System.Text;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.Threads;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena;

public sealed class ArenaTests
{
    /// <summary>Seven metres of open floor to the right of it.</summary>
    private static readonly Vec2 Open = new(3.5f, 11.5f);

    [Fact]
    public void A_match_of_bots_has_the_bits_it_has_always_had_and_is_its_own_replay()
    {
        using var match = new ArenaMatch(7, ("bots", "6"), ("seconds", "1800"), ("kills", "200"));
        List<string> hashes = ArenaGolden.Play(match);
        int fallen = match.All<Fighter>().Sum(fighter => match.Fighter(fighter).Score);
        Assert.True(fallen > 10, $"only {fallen} fell in 100 seconds");
        Assert.Equal(ArenaGolden.Hashes, hashes);
        Assert.Equal(match.Simulation.Hash(), Replay.Run(match.Simulation.Setup with { Game = ArenaGame.Definition }, match.Simulation.Log, match.Simulation.Tick));
    }

    [Fact]
    public void Threads_change_nothing()
    {
        using var one = new ArenaMatch(5, ("bots", "8"), ("seconds", "1800"), ("kills", "200"));
        using var two = new ArenaMatch(5, ("bots", "8"), ("seconds", "1800"), ("kills", "200"));
        using var threads = new PhysicsThreads(2);
        two.Simulation.PhysicsThreads = threads;
        one.Steps(200);
        two.Steps(200);
        Assert.Equal(one.Simulation.Hash(), two.Simulation.Hash());
    }

    [Fact]
    public void A_match_ends_with_its_winner()
    {
        using var match = new ArenaMatch(7, ("bots", "6"), ("seconds", "300"), ("kills", "3"));
        match.Steps(9000);
        Assert.True(match.Simulation.Ended);
        Assert.Equal("""{"winner":0,"score":3}""", match.Simulation.ResultJson);
    }

    [Fact]
    public void Who_runs_comes_on_and_stops_at_walls()
    {
        using ArenaMatch match = Empty();
        Entity me = match.Join();
        match.Put(me, Open);
        match.Act(1, new Act(1, 0, 1, 0, Buttons.None, 0));
        match.Steps(15);
        Assert.InRange(match.Place(me).X, Open.X + 1, Open.X + 3);
        match.Act(1, new Act(-1, 0, 1, 0, Buttons.None, 0));
        match.Steps(90);
        Assert.InRange(match.Place(me).X, 1.39f, 1.45f);
        Assert.InRange(match.World.Read<Transform>(me).Position.Y, 0.85f, 0.95f);
    }

    [Fact]
    public void The_dais_is_walked_up_to_and_jumped_on()
    {
        using ArenaMatch match = Empty();
        Entity me = match.Join();
        match.Put(me, new Vec2(12, 18));
        match.Act(1, new Act(1, 0, 1, 0, Buttons.None, 0));
        match.Steps(28);
        Assert.InRange(match.Place(me).X, 15.5f, 18f);
        Assert.InRange(match.World.Read<Character>(me).State.Position.Y, 0.59f, 0.65f);
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Jump, 0));
        match.Steps(10);
        Assert.True(match.World.Read<Character>(me).State.Position.Y > 1.2f);
    }

    [Fact]
    public void A_crate_in_the_way_is_pushed()
    {
        using ArenaMatch match = Empty();
        Entity me = match.Join();
        Entity crate = match.All<Crate>()[0];
        match.Put(me, Open);
        match.Physics.Body(crate).Pose = new Pose(match.Physics.ToWorld(Open + new Vec2(1.5f, 0), 0.4f));
        match.Act(1, new Act(1, 0, 1, 0, Buttons.None, 0));
        match.Steps(60);
        Assert.True(match.Place(crate).X > Open.X + 2.5f, $"the crate lies at {match.Place(crate)}");
    }

    [Fact]
    public void A_shot_hits_where_the_shooter_saw_its_target()
    {
        using ArenaMatch match = Empty();
        Entity shooter = match.Join(), target = match.Join();
        match.Put(shooter, Open);
        match.Put(target, Open + new Vec2(4, 0));
        match.Steps(3);
        match.Put(target, Open + new Vec2(4, -4));
        match.Steps(8);

        // It is not there any more, and whoever sees the present knows.
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Shoot, match.Simulation.Tick.Value));
        match.Steps(Combat.RifleTicks + 1);
        Assert.Equal(Limits.ArenaHealthMax, match.Fighter(target).Health);
        match.Put(target, Open + new Vec2(4, 0));
        match.Steps(3);
        Tick seen = match.Simulation.Tick;
        match.Put(target, Open + new Vec2(4, -4));
        match.Steps(8);
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Shoot, seen.Value));
        match.Steps(1);
        Assert.Equal(Limits.ArenaHealthMax - Combat.RifleDamage, match.Fighter(target).Health);

        // Nobody is hit where it was longer ago than is kept.
        match.Steps(Limits.ArenaRewindTicks);
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Shoot, seen.Value));
        match.Steps(1);
        Assert.Equal(Limits.ArenaHealthMax - Combat.RifleDamage, match.Fighter(target).Health);
    }

    [Fact]
    public void Walls_stop_shots_and_crates_stop_and_feel_them()
    {
        using ArenaMatch match = Empty();
        Entity shooter = match.Join(), target = match.Join(), crate = match.All<Crate>()[0];
        match.Put(shooter, new Vec2(12, 5.5f));
        match.Put(target, new Vec2(15, 5.5f));
        match.Steps(2);
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Shoot, match.Simulation.Tick.Value));
        match.Steps(Combat.RifleTicks + 1);
        Assert.Equal(Limits.ArenaHealthMax, match.Fighter(target).Health);
        match.Put(shooter, Open);
        match.Put(target, Open + new Vec2(4, 0));
        match.Physics.Body(crate).Pose = new Pose(match.Physics.ToWorld(Open + new Vec2(2, 0), 1.2f));
        match.Physics.Body(crate).GravityScale = 0;
        match.Steps(1);
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Shoot, match.Simulation.Tick.Value));
        match.Steps(1);
        Assert.Equal(Limits.ArenaHealthMax, match.Fighter(target).Health);
        Assert.True(match.Physics.Body(crate).LinearVelocity.X > 0.3f);
    }

    [Fact]
    public void Three_hits_bring_down_and_the_fallen_come_back()
    {
        using ArenaMatch match = Empty();
        Entity shooter = match.Join(), target = match.Join();
        for (int i = 0; i < 3; i++)
        {
            match.Put(shooter, Open);
            match.Put(target, Open + new Vec2(3, 0));
            match.Steps(10);
            match.Act(1, new Act(0, 0, 1, 0, Buttons.Shoot, match.Simulation.Tick.Value));
            match.Steps(1);
        }

        Assert.True(match.Fighter(target).IsDown);
        Assert.False(match.World.Has<RigidBody>(target));
        Assert.Equal(1, match.Fighter(shooter).Score);
        match.Steps(61);
        Assert.Equal(Limits.ArenaHealthMax, match.Fighter(target).Health);
        Assert.True(match.World.Has<RigidBody>(target));
    }

    [Fact]
    public void A_thrown_ball_flies_hurts_and_is_gone()
    {
        using ArenaMatch match = Empty();
        Entity thrower = match.Join(), target = match.Join();
        match.Put(thrower, Open);
        match.Put(target, Open + new Vec2(4, 0));
        match.Steps(2);
        match.Act(1, new Act(0, 0, 1, 0, Buttons.Throw, 0));
        match.Steps(1);
        Assert.Single(match.All<Ball>());
        match.Steps(20);
        Assert.Equal(Limits.ArenaHealthMax - Combat.BallDamage, match.Fighter(target).Health);
        match.Steps(90);
        Assert.Empty(match.All<Ball>());
    }

    [Fact]
    public void A_pickup_is_taken_once_and_comes_back()
    {
        using ArenaMatch match = Empty();
        Entity me = match.Join();
        Entity heart = match.All<Pickup>().First(pickup => match.World.Read<Pickup>(pickup).Kind == PickupKind.Heart);
        match.World.Get<Fighter>(me).Health = 20;
        match.Put(me, match.Place(heart));
        match.Steps(3);
        Assert.Equal(70, match.Fighter(me).Health);
        Assert.False(match.World.Read<Pickup>(heart).IsThere);
        match.Steps(290);
        Assert.Equal(70, match.Fighter(me).Health);
        match.Steps(30);
        Assert.Equal(Limits.ArenaHealthMax, match.Fighter(me).Health);
    }

    [Fact]
    public void Who_leaves_takes_its_body_along()
    {
        using ArenaMatch match = Empty();
        int before = match.Physics.World.BodyCount;
        match.Join();
        match.Join();
        Assert.Equal(before + 2, match.Physics.World.BodyCount);
        match.Simulation.Leave(new PlayerId(1));
        match.Steps(2);
        Assert.Equal(before + 1, match.Physics.World.BodyCount);
    }

    [Fact]
    public void No_input_breaks_a_match()
    {
        using var match = new ArenaMatch(3, ("bots", "2"), ("seconds", "1800"), ("kills", "200"));
        Entity me = match.Join();
        var random = new DeterministicRandom(9);
        byte[] bytes = new byte[24];
        for (int i = 0; i < 1500; i++)
        {
            for (int b = 0; b < bytes.Length; b++)
            {
                bytes[b] = (byte)random.NextUInt();
            }

            if (random.NextBool(0.3f))
            {
                float odd = random.Next(5) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => float.MaxValue, 3 => float.Epsilon, _ => -1 };
                MemoryMarshal.Write(bytes.AsSpan(random.Next(4) * 4), in odd);
            }

            match.Simulation.Input(new PlayerId(1), OpCodes.Act, bytes);
            match.Simulation.Step();
        }

        Vec2 place = match.Place(me);
        Assert.InRange(place.X, 0, 36);
        Assert.InRange(place.Y, 0, 36);
    }

    [Fact]
    public void A_tick_allocates_nothing_once_warm()
    {
        using var match = new ArenaMatch(5, ("bots", "8"), ("seconds", "1800"), ("kills", "200"));
        match.Steps(2400);
        long before = GC.GetAllocatedBytesForCurrentThread();
        match.Steps(300);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_map_without_places_to_begin_is_refused()
    {
        const string json = """
            {"type":"map","version":"1.10","orientation":"orthogonal","renderorder":"right-down","infinite":false,"width":2,"height":1,"tilewidth":16,"tileheight":16,
             "layers":[],"tilesets":[]}
            """;
        MatchSetup setup = ArenaMatch.Setup(1) with { Map = MapFile.Parse("bare.tmj", Encoding.UTF8.GetBytes(json)) };
        GameException refusal = Assert.Throws<GameException>(() => new MatchSimulation(setup));
        Assert.Contains("map bare has no object of class 'spawn'", refusal.Message, StringComparison.Ordinal);
    }

    private static ArenaMatch Empty() => new(1, ("bots", "0"), ("seconds", "600"), ("kills", "200"));
}
