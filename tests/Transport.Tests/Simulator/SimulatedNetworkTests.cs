using System.Buffers.Binary;

namespace RealtimeServer.Transport.Simulator;

public sealed class SimulatedNetworkTests
{
    private const int Count = 100_000;

    [Fact]
    public void A_perfect_network_delivers_everything_at_once_and_in_order()
    {
        var network = new SimulatedNetwork(NetworkConditions.Perfect, 1);
        List<(int Number, long At)> got = Run(network, 1_000, 64);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => (i, i * 100L)), got);
    }

    [Theory]
    [InlineData("2%", 0.02)]
    [InlineData("30%", 0.3)]
    [InlineData("burst 5%x20", 0.05)]
    [InlineData("5% burst 10%x4", 0.145)]
    [InlineData("100%", 1)]
    public void Loss_has_the_share_that_was_asked_for(string conditions, double share)
    {
        var network = new SimulatedNetwork(NetworkConditions.Parse(conditions), 2);
        int delivered = Run(network, Count, 64).Count;
        Assert.Equal(Count - delivered, network.Counts.Lost);

        // Bursts spread more than single losses: twenty at a time is a twentieth as many events.
        Assert.InRange(network.Counts.Lost / (double)Count, share * 0.9, Math.Min(1, share * 1.1));
    }

    [Fact]
    public void Bursts_have_the_mean_length_that_was_asked_for()
    {
        var network = new SimulatedNetwork(NetworkConditions.Parse("burst 5%x20"), 3);
        HashSet<int> arrived = [.. Run(network, Count, 64).Select(datagram => datagram.Number)];
        int bursts = Enumerable.Range(1, Count - 1).Count(i => !arrived.Contains(i) && arrived.Contains(i - 1));
        Assert.InRange(network.Counts.Lost / (double)bursts, 17, 23);
    }

    [Fact]
    public void Latency_stays_within_its_jitter_and_its_mean()
    {
        var network = new SimulatedNetwork(NetworkConditions.Parse("100ms±20"), 4);
        List<(int Number, long At)> got = Run(network, 10_000, 64);
        double[] delays = [.. got.Select(datagram => (datagram.At - (datagram.Number * 100L)) / 1_000.0)];
        Assert.InRange(delays.Min(), 80, 82);
        Assert.InRange(delays.Max(), 118, 120.1);
        Assert.InRange(delays.Average(), 99, 101);
        Assert.False(got.Select(datagram => datagram.Number).SequenceEqual(Enumerable.Range(0, 10_000)));
    }

    [Fact]
    public void Duplicates_reordering_and_corruption_have_their_shares()
    {
        var network = new SimulatedNetwork(NetworkConditions.Parse("dup 25% reorder 3% corrupt 1%"), 5);
        byte[] datagram = new byte[64];
        byte[] into = new byte[64];
        int changed = 0;
        for (int i = 0; i < Count; i++)
        {
            network.Send(datagram, i * 100);
            while (network.TryReceive(i * 100, into, out int length))
            {
                changed += length != 64 || into.AsSpan().IndexOfAnyExcept((byte)0) >= 0 ? 1 : 0;
            }
        }

        while (network.TryReceive(long.MaxValue - 1, into, out int length))
        {
            changed += length != 64 || into.AsSpan().IndexOfAnyExcept((byte)0) >= 0 ? 1 : 0;
        }

        Assert.InRange(network.Counts.Duplicated, Count * 0.24, Count * 0.26);
        Assert.InRange(network.Counts.Reordered, Count * 1.25 * 0.027, Count * 1.25 * 0.033);
        Assert.Equal(network.Counts.Corrupted, changed);
        Assert.InRange(changed, Count * 1.25 * 0.008, Count * 1.25 * 0.012);
    }

    [Fact]
    public void A_thin_link_passes_its_bits_a_second_and_drops_what_its_queue_does_not_hold()
    {
        // 256 kbit/s are 32,000 bytes a second: 320 datagrams of 72 bytes and 28 of headers.
        var network = new SimulatedNetwork(NetworkConditions.Parse("256kbit queue 16kB"), 6);
        List<(int Number, long At)> got = Run(network, 10_000, 72);
        long last = got[^1].At;
        Assert.InRange(got.Count / (last / 1e6), 310, 330);
        Assert.Equal(10_000 - got.Count, network.Counts.Overflowed);
        Assert.InRange(got.Max(datagram => datagram.At - (datagram.Number * 100L)), 400_000, 720_000);
    }

    [Fact]
    public void Datagrams_beyond_the_mtu_vanish()
    {
        var network = new SimulatedNetwork(NetworkConditions.Parse("mtu 1200"), 7);
        network.Send(new byte[1200], 0);
        network.Send(new byte[1201], 0);
        byte[] into = new byte[2000];
        Assert.True(network.TryReceive(0, into, out int length));
        Assert.Equal(1200, length);
        Assert.False(network.TryReceive(0, into, out _));
        Assert.Equal(1, network.Counts.Oversized);
    }

    [Fact]
    public void The_same_seed_gives_the_same_network_and_another_seed_another()
    {
        NetworkConditions conditions = NetworkConditions.Parse("50ms±40 10% burst 5%x5 dup 10% reorder 5% corrupt 5%");
        List<(int Number, long At)> first = Run(new SimulatedNetwork(conditions, 8), 5_000, 64);
        Assert.Equal(first, Run(new SimulatedNetwork(conditions, 8), 5_000, 64));
        Assert.NotEqual(first, Run(new SimulatedNetwork(conditions, 9), 5_000, 64));
    }

    [Fact]
    public void The_steady_state_allocates_nothing()
    {
        var network = new SimulatedNetwork(NetworkConditions.Parse("5ms±4 10% burst 5%x5 dup 10% reorder 5% corrupt 5%"), 10);
        byte[] datagram = new byte[1000];
        byte[] into = new byte[1000];
        long before = 0;
        for (int i = 0; i < 40_000; i++)
        {
            if (i == 20_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            network.Send(datagram, i * 100);
            while (network.TryReceive(i * 100, into, out _))
            {
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static List<(int Number, long At)> Run(SimulatedNetwork network, int count, int bytes)
    {
        byte[] datagram = new byte[bytes];
        byte[] into = new byte[bytes];
        List<(int, long)> got = [];
        long now = 0;
        for (int i = 0; i < count; i++)
        {
            now = i * 100L;
            Drain(now);
            BinaryPrimitives.WriteInt32LittleEndian(datagram, i);
            network.Send(datagram, now);
        }

        for (Drain(now); network.NextAt != long.MaxValue;)
        {
            Drain(network.NextAt);
        }

        return got;

        void Drain(long at)
        {
            while (network.NextAt <= at)
            {
                long due = network.NextAt;
                Assert.True(network.TryReceive(due, into, out _));
                got.Add((BinaryPrimitives.ReadInt32LittleEndian(into), due));
            }
        }
    }
}
