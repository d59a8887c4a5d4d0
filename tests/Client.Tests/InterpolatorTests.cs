using System.Text.Json;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Replication;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Client;

public sealed class InterpolatorTests
{
    private const int TickRateHz = 20;
    private static readonly ReplicationSchema Schema = ReplicationSchema.FromJson(JsonDocument.Parse(
        """{"version":1,"components":[{"name":"Thing","fields":[{"name":"X","bits":16,"min":0,"step":0.5,"signed":false,"interpolate":true}]}]}""").RootElement);

    [Fact]
    public void The_shown_moment_lies_between_two_snapshots_and_moves_evenly()
    {
        var time = new ManualTime();
        var interpolator = new Interpolator(Schema, TickRateHz, time);
        var decoder = new SnapshotDecoder(Schema);
        var shown = new List<float>();
        for (int millisecond = 0; millisecond < 4000; millisecond++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            if (millisecond % 50 == 0)
            {
                Receive(decoder, interpolator, tick: (uint)(1 + (millisecond / 50)), time);
            }

            if (millisecond >= 1000 && millisecond % 10 == 0)
            {
                shown.Add(Sample(interpolator));
            }
        }

        // The thing moves one unit a tick, so a fifth of a unit each 10 ms.
        for (int i = 1; i < shown.Count; i++)
        {
            Assert.InRange(shown[i] - shown[i - 1], 0.18f, 0.22f);
        }

        // Two ticks behind: that much is known for sure on a network without jitter.
        Assert.InRange(interpolator.Delay.TotalMilliseconds, 99, 101);
    }

    [Fact]
    public void Jitter_widens_the_delay_and_a_gap_holds_the_last_picture()
    {
        var time = new ManualTime();
        var interpolator = new Interpolator(Schema, TickRateHz, time);
        var decoder = new SnapshotDecoder(Schema);
        var random = new DeterministicRandom(seed: 5);
        for (uint tick = 1; tick < 200; tick++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(10, 91)));
            Receive(decoder, interpolator, tick, time);
        }

        Assert.InRange(interpolator.Delay.TotalMilliseconds, 110, 250);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(interpolator.TrySample(out WorldSnapshot older, out WorldSnapshot newer, out _));
        Assert.Equal(199u, newer.Tick.Value);
        Assert.Same(older, newer);
    }

    [Fact]
    public void Before_the_first_snapshot_there_is_nothing_to_show()
    {
        Assert.False(new Interpolator(Schema, TickRateHz, new ManualTime()).TrySample(out _, out _, out _));
    }

    private static float Sample(Interpolator interpolator)
    {
        Assert.True(interpolator.TrySample(out WorldSnapshot older, out WorldSnapshot newer, out float fraction));
        Assert.InRange(newer.Tick.Since(older.Tick), 0, 1);
        float from = Schema.Components[0].Fields[0].Value(older.Fields(0, 0)[0]);
        float to = Schema.Components[0].Fields[0].Value(newer.Fields(0, 0)[0]);
        return from + ((to - from) * fraction);
    }

    /// <summary>A snapshot of one entity at x = tick, in steps of a half.</summary>
    private static void Receive(SnapshotDecoder decoder, Interpolator interpolator, uint tick, TimeProvider time)
    {
        byte[] part = new byte[SnapshotHeader.Bytes + 8];
        new SnapshotHeader(0, 1, new Tick(tick), 0, 0, 0).Write(part);
        var writer = new BitWriter(part.AsSpan(SnapshotHeader.Bytes));
        writer.WriteVariable(1);
        writer.WriteVariable(1);
        writer.Write(1, 8);
        writer.Write(1, 1);
        writer.Write(tick * 2, 16);
        int length = SnapshotHeader.Bytes + writer.Finish();
        Assert.Equal(SnapshotOutcome.Complete, decoder.Add(part.AsSpan(0, length)));
        interpolator.Add(decoder.Latest, time.GetTimestamp());
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
