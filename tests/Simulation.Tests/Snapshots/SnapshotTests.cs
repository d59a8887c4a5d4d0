using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Snapshots;

public sealed class SnapshotTests
{
    [Fact]
    public void Every_kind_of_field_arrives()
    {
        Zoo sent = new()
        {
            Flag = true,
            Mood = Mood.Afraid,
            SmallSigned = -16,
            Medium = 4095,
            ServerOnly = 77,
            MediumSigned = -200,
            Large = uint.MaxValue,
            LargeSigned = int.MinValue,
            Held = -32,
            Coarse = -1.75f,
            Point = new Vec2(-15.5f, 3.015625f),
        };

        Zoo got = Travel(sent);

        Assert.Equal(sent with { ServerOnly = 0 }, got);
    }

    [Fact]
    public void Values_out_of_bounds_are_held_there()
    {
        Zoo high = Travel(new Zoo
        {
            Mood = (Mood)9,
            SmallSigned = 127,
            Medium = 9999,
            MediumSigned = 3000,
            Held = int.MaxValue,
            Coarse = 99,
            Point = new Vec2(1e30f, float.PositiveInfinity),
        });
        Zoo low = Travel(new Zoo { SmallSigned = -128, MediumSigned = -3000, Held = int.MinValue, Coarse = -99, Point = new Vec2(float.NaN, float.NegativeInfinity) });

        Assert.Equal(new Zoo { Mood = (Mood)3, SmallSigned = 15, Medium = 4095, MediumSigned = 255, Held = 31, Coarse = 2, Point = new Vec2(16, 16) }, high);
        Assert.Equal(new Zoo { SmallSigned = -16, MediumSigned = -256, Held = -32, Coarse = -2, Point = new Vec2(-16, -16) }, low);
    }

    [Fact]
    public void The_error_of_a_float_is_at_most_half_a_step()
    {
        var random = new DeterministicRandom(5);
        Entity entity = default;
        using MatchSimulation match = Match(world => entity = world.Create(new Fine()));
        var decoder = new SnapshotDecoder(match.Schema);
        for (int i = 0; i < 2000; i++)
        {
            float value = (random.Next(0, 2_000_001) - 1_000_000) / 1000f;
            match.World.Get<Fine>(entity) = new Fine { Tenths = value, Finest = value };
            match.Step();
            Assert.Equal(SnapshotOutcome.Complete, decoder.Add(Wire.Parts(match)[0]));

            Assert.True(decoder.Latest.TryGet(0, out Fine got));
            Assert.InRange(got.Tenths, value - 0.0501f, value + 0.0501f);
            Assert.InRange(Math.Abs((double)got.Finest - value), 0, (0.0001220703125 / 2) + 1e-9);
        }
    }

    [Fact]
    public void Packing_only_what_changed_gives_the_bytes_of_packing_all()
    {
        using var match = new MatchSimulation(WalkingGame.Setup(TestMaps.Open(20, 20), agents: 60));
        using var other = new MatchSimulation(match.Setup);
        var random = new DeterministicRandom(3);
        for (int i = 0; i < 200; i++)
        {
            if (random.NextBool(0.2f))
            {
                match.Join();
                match.Input(new PlayerId(1), 1, new byte[12]);
            }

            match.Step();
            if (random.NextBool(0.2f) && match.World.EntityCount > 10)
            {
                Entity victim = default;
                foreach (Chunk chunk in match.World.Query().All<Agents.Position>().Build())
                {
                    victim = chunk.Entities[random.Next(chunk.Count)];
                }

                match.World.Destroy(victim);
            }

            // A restored match has packed nothing yet.
            var saved = new System.Buffers.ArrayBufferWriter<byte>();
            match.Save(saved);
            other.Restore(saved.WrittenSpan);
            Assert.Equal(Wire.Parts(other), Wire.Parts(match));
        }
    }

    [Fact]
    public void An_entity_without_replicated_components_does_not_travel()
    {
        using MatchSimulation match = Match(world =>
        {
            world.Create(new NotReplicated { Value = 1 });
            world.Create(new Marker { Number = 5 }, new NotReplicated { Value = 2 });
            world.Create(default(Zoo), new Marker { Number = 6 });
        });
        match.Step();

        WorldSnapshot snapshot = Receive(match);

        Assert.Equal(2, snapshot.Count);
        Assert.False(snapshot.TryGet(0, out Zoo _));
        Assert.True(snapshot.TryGet(0, out Marker marker));
        Assert.Equal(5u, marker.Number);
        Assert.True(snapshot.TryGet(1, out Zoo _));
        Assert.False(snapshot.TryGet(1, out NotReplicated _));
        Assert.Equal([6], snapshot.Fields(1, snapshot.Schema.IndexOf("Marker")).ToArray());
        Assert.Equal(1, snapshot.Find(snapshot.Key(1)));
        Assert.Equal(-1, snapshot.Find(12345));
    }

    [Fact]
    public void An_empty_world_is_one_part_of_no_entities()
    {
        using MatchSimulation match = Match(_ => { });
        match.Step();

        Assert.Single(Wire.Parts(match));
        Assert.Equal(0, Receive(match).Count);

        using MatchSimulation bare = new ScriptedGame().Simulate();
        bare.Step();
        Assert.Equal(0, Receive(bare).Count);
    }

    [Fact]
    public void A_reused_index_is_another_entity()
    {
        Entity entity = default;
        using MatchSimulation match = Match(world => entity = world.Create(default(Marker)));
        match.Step();
        uint before = Receive(match).Key(0);

        match.World.Destroy(entity);
        match.World.Create(default(Marker));
        match.Step();

        Assert.NotEqual(before, Receive(match).Key(0));
        Assert.Equal(before >> 8, Receive(match).Key(0) >> 8);
    }

    [Fact]
    public void The_bytes_are_the_format_of_version_one()
    {
        using MatchSimulation match = Match(world =>
        {
            world.Create(default(NotReplicated));
            world.Create(new Marker { Number = 0xABCDE });
        });
        match.Step();
        byte[] part = Assert.Single(Wire.Parts(match));

        Assert.Equal([1, 0, 1, 0, 1, 0, 0, 0, 3, 0, 0, 0, 120, 0, 7, 0], part[..16]);
        var body = new BitReader(part.AsSpan(16));
        Assert.Equal(1u, body.ReadVariable());
        uint step = body.ReadVariable();
        uint generation = body.Read(8);
        WorldSnapshot snapshot = Receive(match);
        Assert.Equal(snapshot.Key(0), ((step - 1) << 8) | generation);
        Assert.Equal(0b010u, body.Read(3));
        Assert.Equal(0xABCDEu, body.Read(20));
        Assert.InRange(body.BitsLeft, 0, 7);
    }

    [Fact]
    public void A_world_that_does_not_fit_is_refused_instead_of_cut()
    {
        using MatchSimulation match = Match(world =>
        {
            for (int i = 0; i < 5000; i++)
            {
                world.Create(default(Zoo));
            }
        });
        match.Step();

        Assert.Contains("5000 entities", Assert.Throws<GameException>(() => Wire.Parts(match)).Message, StringComparison.Ordinal);
    }

    private static Zoo Travel(Zoo sent)
    {
        using MatchSimulation match = Match(world => world.Create(sent));
        match.Step();
        Assert.True(Receive(match).TryGet(0, out Zoo got));
        return got;
    }

    private static WorldSnapshot Receive(MatchSimulation match)
    {
        var decoder = new SnapshotDecoder(match.Schema);
        Assert.Equal(SnapshotOutcome.Complete, Wire.Parts(match).Select(part => decoder.Add(part)).ToArray()[^1]);
        return decoder.Latest;
    }

    private static MatchSimulation Match(Action<World> fill) => new ScriptedGame
    {
        OnConfigure = game => game.Component<Zoo>().Component<Marker>().Component<Fine>().Component<NotReplicated>(),
        OnStart = context => fill(context.World),
    }.Simulate();

    [Replication.Replicated]
    private struct Fine
    {
        [Replication.Quantised(-1000, 1000, 0.1f)]
        public float Tenths;

        // 2^14 * 1000 = 16,384,000 steps: more than a float can halve.
        [Replication.Quantised(-1000, 1000, 0.0001220703125f)]
        public float Finest;
    }
}
