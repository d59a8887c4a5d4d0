using System.Buffers.Binary;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Harness;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Snapshots;

public sealed class DecoderTests : IDisposable
{
    private const int Entities = 700;
    private readonly MatchSimulation _match = new ScriptedGame
    {
        OnConfigure = game => game.Component<Zoo>().Component<Marker>(),
        OnStart = context =>
        {
            for (uint i = 0; i < Entities; i++)
            {
                if (i % 3 == 0)
                {
                    context.World.Create(new Zoo { Large = i, Point = new Vec2(i % 16, 1) });
                }
                else
                {
                    context.World.Create(new Marker { Number = i });
                }
            }
        },
    }.Simulate();

    public void Dispose() => _match.Dispose();

    [Fact]
    public void Many_entities_travel_in_several_parts_that_each_fit_a_datagram()
    {
        byte[][] parts = Next();
        Assert.True(parts.Length > 3, $"{parts.Length} parts");
        Assert.All(parts, part => Assert.InRange(part.Length, 17, SnapshotHeader.Bytes + Limits.SnapshotBodyBytesMax));
        var decoder = new SnapshotDecoder(_match.Schema);

        for (int i = 0; i < parts.Length; i++)
        {
            Assert.Equal(i < parts.Length - 1 ? SnapshotOutcome.Incomplete : SnapshotOutcome.Complete, decoder.Add(parts[i]));
        }

        AssertWhole(decoder.Latest, _match.Tick);
        SnapshotHeader header = decoder.Latest.Header;
        Assert.Equal((3u, (ushort)120, (ushort)7), (header.InputsProcessed, header.TickMicroseconds, header.LateMicroseconds));
    }

    [Fact]
    public void Parts_may_come_in_any_order_and_twice()
    {
        byte[][] parts = Next();
        var decoder = new SnapshotDecoder(_match.Schema);

        for (int i = parts.Length - 1; i > 0; i--)
        {
            Assert.Equal(SnapshotOutcome.Incomplete, decoder.Add(parts[i]));
            Assert.Equal(SnapshotOutcome.Stale, decoder.Add(parts[i]));
        }

        Assert.Equal(SnapshotOutcome.Complete, decoder.Add(parts[0]));
        Assert.Equal(SnapshotOutcome.Stale, decoder.Add(parts[0]));
        AssertWhole(decoder.Latest, _match.Tick);
    }

    [Fact]
    public void A_missing_part_leaves_the_older_snapshot_until_a_newer_is_whole()
    {
        var decoder = new SnapshotDecoder(_match.Schema);
        Array.ForEach(Next(), part => decoder.Add(part));
        Tick first = _match.Tick;

        byte[][] torn = Next();
        Assert.All(torn[1..], part => Assert.Equal(SnapshotOutcome.Incomplete, decoder.Add(part)));
        AssertWhole(decoder.Latest, first);

        byte[][] newer = Next();
        Assert.Equal(SnapshotOutcome.Incomplete, decoder.Add(newer[0]));
        Assert.Equal(SnapshotOutcome.Stale, decoder.Add(torn[0]));
        Assert.Equal(SnapshotOutcome.Complete, newer[1..].Select(part => decoder.Add(part)).ToArray()[^1]);
        AssertWhole(decoder.Latest, _match.Tick);
    }

    [Fact]
    public void Older_snapshots_are_stale()
    {
        byte[][] older = Next();
        byte[][] newer = Next();
        var decoder = new SnapshotDecoder(_match.Schema);
        Array.ForEach(newer, part => decoder.Add(part));

        Assert.All(older, part => Assert.Equal(SnapshotOutcome.Stale, decoder.Add(part)));
        Assert.Equal(_match.Tick, decoder.Latest.Tick);
    }

    [Fact]
    public void A_damaged_header_is_malformed_and_harms_nothing()
    {
        byte[][] parts = Next();
        var decoder = new SnapshotDecoder(_match.Schema);

        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add([]));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(parts[0].AsSpan(0, 15)));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(parts[0].AsSpan(0, 16)));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(With(parts[0], 0, 2)));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(With(parts[0], 1, parts[0][2])));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(With(parts[0], 2, 255)));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(With(parts[0], 3, 1)));
        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add([.. parts[0], .. new byte[1000]]));

        Assert.Equal(SnapshotOutcome.Complete, parts.Select(part => decoder.Add(part)).ToArray()[^1]);
    }

    [Fact]
    public void A_damaged_body_of_a_far_tick_does_not_stop_what_follows()
    {
        var decoder = new SnapshotDecoder(_match.Schema);
        byte[] forged = [1, 0, 1, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 99];

        Assert.Equal(SnapshotOutcome.Malformed, decoder.Add(forged));

        Assert.Equal(SnapshotOutcome.Complete, Next().Select(part => decoder.Add(part)).ToArray()[^1]);
        AssertWhole(decoder.Latest, _match.Tick);
    }

    [Fact]
    public void A_copy_is_equal_and_independent()
    {
        var decoder = new SnapshotDecoder(_match.Schema);
        Array.ForEach(Next(), part => decoder.Add(part));
        var copy = new WorldSnapshot(_match.Schema);

        copy.CopyFrom(decoder.Latest);
        Tick copied = _match.Tick;
        for (int i = 0; i < 3; i++)
        {
            Array.ForEach(Next(), part => decoder.Add(part));
        }

        AssertWhole(copy, copied);
    }

    [Fact]
    public void Decoding_allocates_nothing_once_warm()
    {
        var decoder = new SnapshotDecoder(_match.Schema);
        byte[][][] warm = [.. Enumerable.Range(0, 10).Select(_ => Next())];
        byte[][][] measured = [.. Enumerable.Range(0, 50).Select(_ => Next())];
        foreach (byte[][] parts in warm)
        {
            foreach (byte[] part in parts)
            {
                decoder.Add(part);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[][] parts in measured)
        {
            foreach (byte[] part in parts)
            {
                decoder.Add(part);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Foreign_bytes_never_throw_and_cost_bounded_memory()
    {
        byte[][] parts = Next();
        var random = new DeterministicRandom(99);
        var decoder = new SnapshotDecoder(_match.Schema);
        ReplicationSchema wide = WideSchema();
        var wideDecoder = new SnapshotDecoder(wide);
        byte[] bytes = new byte[1100];
        var outcomes = new int[4];
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (uint i = 0; i < 200_000; i++)
        {
            int length = Forge(ref random, parts, bytes);
            if (length >= 8)
            {
                // Fresh ticks, so that bodies are reached at all; one part, so that they are read at once.
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), i % 16 == 0 ? i : i + 2);
                (bytes[1], bytes[2]) = i % 4 != 0 ? ((byte)0, (byte)1) : (bytes[1], bytes[2]);
            }

            outcomes[(int)decoder.Add(bytes.AsSpan(0, length))]++;
            wideDecoder.Add(bytes.AsSpan(0, length));
            for (int row = 0; row < Math.Min(decoder.Latest.Count, 3); row++)
            {
                decoder.Latest.TryGet(row, out Zoo _);
                decoder.Latest.Find(decoder.Latest.Key(row));
            }
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, 8 * 1024 * 1024);
        Assert.All(outcomes, count => Assert.True(count > 100, $"outcomes: {string.Join(' ', outcomes)}"));
        GC.KeepAlive(decoder);
        GC.KeepAlive(wideDecoder);
    }

    private static int Forge(ref DeterministicRandom random, byte[][] parts, byte[] bytes)
    {
        if (random.Next(0, 4) == 0)
        {
            int size = random.Next(0, bytes.Length + 1);
            for (int b = 0; b < size; b++)
            {
                bytes[b] = (byte)random.Next(0, 256);
            }

            if (size > 3)
            {
                (bytes[0], bytes[1], bytes[2], bytes[3]) = (1, 0, 1, 0);
            }

            return size;
        }

        byte[] part = parts[random.Next(0, parts.Length)];
        part.CopyTo(bytes, 0);
        for (int flips = random.Next(0, 4); flips > 0; flips--)
        {
            bytes[random.Next(0, part.Length)] ^= (byte)(1 << random.Next(0, 8));
        }

        return random.Next(0, 3) == 0 ? random.Next(0, part.Length + 1) : part.Length;
    }

    /// <summary>Of 32 components, whose sets are more than any memory could remember.</summary>
    private static ReplicationSchema WideSchema()
    {
        string components = string.Join(',', Enumerable.Range(0, 32).Select(i => $$"""{"name":"C{{i}}","fields":[]}"""));
        using var json = System.Text.Json.JsonDocument.Parse($$"""{"version":1,"components":[{{components}}]}""");
        return ReplicationSchema.FromJson(json.RootElement);
    }

    private static byte[] With(byte[] part, int at, byte value)
    {
        byte[] changed = [.. part];
        changed[at] = value;
        return changed;
    }

    private static void AssertWhole(WorldSnapshot snapshot, Tick tick)
    {
        Assert.Equal(tick, snapshot.Tick);
        Assert.Equal(Entities, snapshot.Count);
        for (int row = 0; row < Entities; row++)
        {
            bool isZoo = snapshot.TryGet(row, out Zoo zoo);
            Assert.NotEqual(isZoo, snapshot.TryGet(row, out Marker marker));
            Assert.Equal(row, (int)(isZoo ? zoo.Large : marker.Number));
        }
    }

    private byte[][] Next()
    {
        _match.Step();
        return Wire.Parts(_match);
    }
}
