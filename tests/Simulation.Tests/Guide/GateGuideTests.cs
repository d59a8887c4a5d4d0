using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Guide;

/// <summary>The game of `docs/games.md` does what the page says.</summary>
public sealed class GateGuideTests
{
    private static readonly GameMap Map = MapFile.Parse("gate.tmx", Encoding.UTF8.GetBytes($"""
        <map version="1.10" orientation="orthogonal" width="16" height="8" tilewidth="10" tileheight="10" infinite="0">
        <tileset firstgid="1" name="t" tilewidth="10" tileheight="10" tilecount="2" columns="2"><tile id="1" type="wall"/></tileset>
        <layer id="1" name="ground" width="16" height="8"><data encoding="csv">{string.Join(',', Enumerable.Range(0, 128).Select(i => i % 16 == 10 && i / 16 is not (3 or 4) ? 2 : 1))}</data></layer>
        <objectgroup id="2" name="things">
        <object id="1" type="spawn" x="25" y="40"><point/></object>
        <object id="2" type="gate" x="100" y="30" width="10" height="20"/>
        <object id="3" type="plate" x="60" y="30" width="20" height="20"/>
        <object id="4" type="crate" x="25" y="15"><point/></object></objectgroup></map>
        """));

    private static GameMap Load() => Map;

    [Fact]
    public void A_match_is_run_by_hand_and_goes_on_where_it_was_saved()
    {
        GameMap map = Load();
        using var match = new MatchSimulation(new MatchSetup(GateGame.Definition, map, Seed: 1, new MatchParameters()));
        PlayerId ann = match.Join();
        match.Step();
        match.Input(ann, opCode: 1, MemoryMarshal.AsBytes([new Run(1, 0)]));
        for (int i = 0; i < 60; i++)
        {
            match.Step();
        }

        var saved = new ArrayBufferWriter<byte>();
        match.Save(saved);
        using var other = new MatchSimulation(match.Setup); // in another process, as well
        other.Restore(saved.WrittenSpan);
        match.Step();
        other.Step();
        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(match.Hash(), Replay.Run(match.Setup, match.Log, match.Tick));
        Assert.InRange(Soles(match, ann).X, 9, 10.5f);
    }

    [Fact]
    public void Who_stands_on_the_plate_holds_the_gate_open()
    {
        using MatchSimulation match = Start();
        PlayerId ann = match.Join();
        Step(match, 2);
        Assert.True(IsShut(match));
        Send(match, ann, 1, new Run(1, 0));
        Step(match, 30);
        Assert.False(IsShut(match));
        Assert.True(match.World.Read<Gate>(Only<Gate>(match)).IsOpen);

        // She runs on, and the gate is shut before she is through: the plate is behind her.
        Step(match, 40);
        Assert.True(IsShut(match));
        Assert.InRange(Soles(match, ann).X, 9.3f, 9.7f);
    }

    [Fact]
    public void A_crate_on_the_plate_holds_it_as_well()
    {
        using MatchSimulation match = Start();
        PlayerId ann = match.Join();
        Step(match, 2);
        Physics.Bodies.Body crate = match.Physics!.Body(match.World.Read<RigidBody>(Crate(match)).Id);
        crate.Pose = new Pose(new Vec3(7, 0.45f, 3.4f));
        Send(match, ann, 1, new Run(1, 0.12f));
        Step(match, 90);
        Assert.False(IsShut(match));
        Assert.True(Soles(match, ann).X > 11, $"she is at {Soles(match, ann)}");
    }

    [Fact]
    public void Shots_hit_what_the_shooter_saw()
    {
        using MatchSimulation match = Start();
        (PlayerId ann, PlayerId bob) = (match.Join(), match.Join());
        Step(match, 2);
        Teleport(match, ann, new Vec3(1, 0, 6.5f));
        Teleport(match, bob, new Vec3(5, 0, 6.5f));
        Step(match, 5);
        uint seen = match.Tick.Value;
        Send(match, bob, 1, new Run(0, -1));
        Step(match, 10);
        Send(match, ann, 2, new Fire(1, 0, match.Tick.Value));
        Step(match, 1);
        Assert.Equal(100, match.World.Read<Hero>(Hero(match, bob)).Health);
        Send(match, ann, 2, new Fire(1, 0, seen));
        Step(match, 1);
        Assert.Equal(60, match.World.Read<Hero>(Hero(match, bob)).Health);
        Assert.Equal(new Struck(bob.Value, 60), MemoryMarshal.Read<Struck>(match.Event(0).Data));
        Send(match, ann, 2, new Fire(1, 0, seen));
        Send(match, ann, 2, new Fire(1, 0, seen));
        Step(match, 1);

        // Down: he is at home again.
        Assert.Equal(100, match.World.Read<Hero>(Hero(match, bob)).Health);
        Assert.InRange(Soles(match, bob).Z, 3.5f, 4.5f);
    }

    [Fact]
    public void No_bytes_of_players_harm_it_and_a_warm_tick_allocates_nothing()
    {
        using MatchSimulation match = Start();
        PlayerId ann = match.Join();
        Step(match, 300);
        Send(match, ann, 1, new Run(float.NaN, float.PositiveInfinity));
        Send(match, ann, 2, new Fire(float.NaN, 1, uint.MaxValue));
        Send(match, ann, 2, new Fire(1, 0, uint.MaxValue));
        Step(match, 300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step(match, 100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static MatchSimulation Start() => new(new MatchSetup(GateGame.Definition, Map, 1, new MatchParameters()));

    private static void Step(MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            match.Step();
        }
    }

    private static void Send<T>(MatchSimulation match, PlayerId player, int opCode, T input)
        where T : unmanaged => Assert.Equal(InputOutcome.Accepted, match.Input(player, opCode, MemoryMarshal.AsBytes([input])));

    private static bool IsShut(MatchSimulation match) => match.Physics!.RayCast(new Vec3(9, 1, 3.2f), new Vec3(3, 0, 0)).IsHit;

    private static Entity Hero(MatchSimulation match, PlayerId player) => match.World.Singleton<Heroes>()[player.Value];

    private static Vec3 Soles(MatchSimulation match, PlayerId player) => match.World.Read<Character>(Hero(match, player)).State.Position;

    private static void Teleport(MatchSimulation match, PlayerId player, Vec3 soles)
    {
        ref Character character = ref match.World.Get<Character>(Hero(match, player));
        character.State.Position = soles;
    }

    private static Entity Only<T>(MatchSimulation match)
        where T : unmanaged
    {
        foreach (Chunk chunk in match.World.Query().All<T>().Build())
        {
            return chunk.Entities[0];
        }

        return Entity.None;
    }

    private static Entity Crate(MatchSimulation match)
    {
        foreach (Chunk chunk in match.World.Query().All<RigidBody>().None<Hero, Plate>().Build())
        {
            return chunk.Entities[0];
        }

        return Entity.None;
    }
}
