using System.Buffers.Binary;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;
using Xunit.Abstractions;

namespace RealtimeServer.Transport;

/// <summary>How much a server sends to a stock client, on paths that carry much, little, or lose some of it.</summary>
public sealed class CongestionTests(ITestOutputHelper output)
{
    private static readonly NetworkConditions Wide = new() { LatencyMilliseconds = 52.5, JitterMilliseconds = 1.25 };

    /// <summary>Stock 2.1.3 carries 24,000 messages of 32 bytes a second in a burst of 3,000, from the first to the last arrival.</summary>
    [Theory]
    [InlineData(2, 3_000, 24_000)]
    [InlineData(1, 3_000, 450)]
    public void Bulk_without_loss_is_as_fast_as_the_window_allows(int dialect, int count, double perSecondMin)
    {
        var run = new StockRun((Dialect)dialect, Wide, 3);
        run.Run(2_000_000);
        for (int i = 0; i < count;)
        {
            i += run.Server.Send(DeliveryMethod.ReliableOrdered, 0, Payload(32, i)) == SendOutcome.Sent ? 1 : 0;
            if (!run.Server.CanSend(DeliveryMethod.ReliableOrdered, 0, 32))
            {
                run.Step();
            }
        }

        while (run.Client.Delivered.Count < count && run.Now < 60_000_000)
        {
            run.Step();
        }

        double seconds = (run.Client.Delivered[^1].At - run.Client.Delivered[0].At) / 1e6;
        output.WriteLine($"{count / seconds:F0} messages/s, {run.Server.Statistics}");
        Assert.Equal(count, run.Client.Delivered.Count);
        Assert.Equal(0, run.Server.Statistics.Resends);
        Assert.True(count / seconds >= perSecondMin, $"{count / seconds:F0} messages/s");
    }

    [Theory]
    [InlineData(0.05, 0)]
    [InlineData(0.10, 0)]
    [InlineData(0.02, 40)]
    public void Loss_at_random_and_jitter_do_not_collapse_throughput(double loss, double jitter)
    {
        double clean = Throughput(Wide, 10, out _);
        double lossy = Throughput(Wide with { Loss = loss, JitterMilliseconds = 1.25 + jitter }, 10, out ConnectionStatistics statistics);
        output.WriteLine($"{clean / 1000:F0} kB/s without, {lossy / 1000:F0} kB/s with: {lossy / clean:P0}; {statistics}");
        Assert.True(lossy > 0.3 * clean, $"{lossy / clean:P0} of the rate without loss");
        Assert.InRange(statistics.Loss, loss * 0.5, (loss * 2) + 0.15);
    }

    /// <summary>What is offered is far more than the link carries; what is sent must be near what it carries, and nearly all of it useful.</summary>
    [Theory]
    [InlineData(256_000, 32 * 1024)]
    [InlineData(256_000, 8 * 1024)]
    [InlineData(1_000_000, 64 * 1024)]
    [InlineData(4_000_000, 256 * 1024)]
    public void A_thin_link_is_filled_and_not_flooded(long bits, int queueBytes)
    {
        NetworkConditions thin = Wide with { BitsPerSecond = bits, QueueBytes = queueBytes };
        var run = new StockRun(Dialect.V2, thin, 4);
        run.Run(2_000_000);
        Offer(run, 5_000_000);
        ConnectionStatistics before = run.Server.Statistics;
        NetworkCounts lostBefore = run.Down;
        int arrivedBefore = run.Client.Delivered.Count;
        Offer(run, 30_000_000);
        double sent = (run.Server.Statistics.BytesSent - before.BytesSent) / 30.0;
        double useful = (run.Client.Delivered.Count - arrivedBefore) * 1002 / 30.0;
        double carries = bits / 8.0;
        double lost = (run.Down.Overflowed - lostBefore.Overflowed) / (double)(run.Down.Sent - lostBefore.Sent);
        output.WriteLine($"carries {carries:F0} B/s, sent {sent:F0}, useful {useful:F0}, dropped {lost:P1}, {run.Server.Statistics}");
        Assert.Null(run.Ended);
        Assert.InRange(sent, 0.6 * carries, 1.25 * carries);
        Assert.InRange(useful, 0.6 * carries, carries);
        Assert.InRange(lost, 0, 0.15);
    }

    [Fact]
    public void Unreliable_messages_are_held_back_when_a_thin_link_queues_them_up()
    {
        var run = new StockRun(Dialect.V1, Wide with { BitsPerSecond = 256_000, QueueBytes = 128 * 1024 }, 4);
        run.Run(2_000_000);
        int refused = 0;
        long sentBefore = 0;
        byte[] payload = new byte[800];
        for (int i = 0; i < 30_000; i++)
        {
            if (i == 15_000)
            {
                sentBefore = run.Server.Statistics.BytesSent;
            }

            // 80 kB/s onto 32 kB/s.
            if (i % 10 == 0)
            {
                refused += run.Server.Send(DeliveryMethod.Unreliable, 0, payload) == SendOutcome.QueueFull ? 1 : 0;
            }

            run.Step();
        }

        double rate = (run.Server.Statistics.BytesSent - sentBefore) / 15.0;
        output.WriteLine($"refused {refused}, then sent {rate:F0} B/s, {run.Server.Statistics}");
        Assert.True(refused > 500, $"only {refused} refused");
        Assert.InRange(rate, 8_000, 45_000);
        Assert.InRange(run.Server.Statistics.RttMs, 100, 1_500);
    }

    [Fact]
    public void A_game_is_never_held_back_on_a_good_path()
    {
        var run = new StockRun(Dialect.V1, Wide with { JitterMilliseconds = 25 }, 5);
        byte[] payload = new byte[900];
        for (int i = 0; i < 60_000; i++)
        {
            if (i % 16 == 0)
            {
                Assert.Equal(SendOutcome.Sent, run.Server.Send(DeliveryMethod.Unreliable, 0, payload));
                Assert.Equal(SendOutcome.Sent, run.Server.Send(DeliveryMethod.ReliableOrdered, 1, payload));
            }

            run.Step();
        }

        output.WriteLine(run.Server.Statistics.ToString());
        Assert.InRange(run.Server.Statistics.Loss, 0, 0.02);
    }

    [Fact]
    public void A_link_that_is_down_for_three_seconds_is_not_flooded_and_comes_back_at_once()
    {
        var run = new StockRun(Dialect.V2, Wide, 6);
        run.Run(2_000_000);
        run.Conditions = Wide with { Loss = 1 };
        for (int i = 0; i < 200; i++)
        {
            run.Server.Send(DeliveryMethod.ReliableOrdered, 0, Payload(900, i));
        }

        run.Run(500_000);
        long sent = run.Server.Statistics.ReliablePacketsSent;
        run.Run(2_500_000);
        Assert.InRange(run.Server.Statistics.ReliablePacketsSent - sent, 3, 40);
        run.Conditions = Wide;
        long backAt = run.Now;
        while (run.Client.Delivered.Count < 200 && run.Now < backAt + 10_000_000)
        {
            run.Step();
        }

        output.WriteLine($"{(run.Now - backAt) / 1000} ms, {run.Server.Statistics}");
        Assert.Equal(200, run.Client.Delivered.Count);
        Assert.InRange(run.Now - backAt, 50_000, 3_500_000);
    }

    [Fact]
    public void A_budget_holds_for_all_that_is_sent()
    {
        var run = new StockRun(Dialect.V2, Wide, 7, new ConnectionSettings { SendBytesPerSecondMax = 20_000 });
        run.Run(1_000_000);
        int refused = 0;
        long before = run.Server.Statistics.BytesSent;
        for (int i = 0; i < 20_000; i++)
        {
            run.Server.Send(DeliveryMethod.ReliableOrdered, 0, Payload(500, i));
            refused += i % 5 == 0 && run.Server.Send(DeliveryMethod.Unreliable, 0, Payload(200, i)) == SendOutcome.QueueFull ? 1 : 0;
            run.Step();
        }

        double rate = (run.Server.Statistics.BytesSent - before) / 20.0;
        output.WriteLine($"{rate:F0} B/s, {refused} refused, {run.Client.Delivered.Count} reliable arrived, {run.Server.Statistics}");
        Assert.InRange(rate, 15_000, 22_000);
        Assert.True(refused > 1_000);
        Assert.True(run.Client.Delivered.Count > 100);
    }

    /// <summary>A bulk transfer on channel 0, and forty bytes on channel 3 now and then, over a link that the bulk fills.</summary>
    [Theory]
    [InlineData(5, 500)]
    [InlineData(0, 2_000)]
    [InlineData(-5, null)]
    public void A_channel_of_higher_priority_overtakes_a_bulk_transfer_and_equals_take_turns(int priority, int? medianMax)
    {
        var settings = new ConnectionSettings { ChannelPriorities = new sbyte[] { 0, 0, 0, (sbyte)priority }, SendBytesPerSecondMax = 50_000 };
        var run = new StockRun(Dialect.V2, Wide, 8, settings);
        run.Run(1_000_000);
        for (int i = 0; i < 15_000; i++)
        {
            while (run.Server.CanSend(DeliveryMethod.ReliableOrdered, 0, 1_000))
            {
                run.Server.Send(DeliveryMethod.ReliableOrdered, 0, Payload(1_000, -1));
            }

            if (i > 5_000 && i % 100 == 0)
            {
                run.Server.Send(DeliveryMethod.ReliableOrdered, 3, Payload(40, run.Now));
            }

            run.Step();
        }

        double[] delays = [.. run.Client.Delivered.Where(message => message.Payload.Length == 40)
            .Select(message => (message.At - BinaryPrimitives.ReadInt64LittleEndian(message.Payload)) / 1000.0).Order()];
        output.WriteLine($"{delays.Length} arrived, median {(delays.Length > 0 ? delays[delays.Length / 2] : 0):F0} ms, {run.Server.Statistics}");
        if (medianMax is { } max)
        {
            Assert.InRange(delays.Length, 85, 99);
            Assert.InRange(delays[delays.Length / 2], 50, max);
        }
        else
        {
            Assert.Empty(delays);
        }
    }

    private static double Throughput(NetworkConditions conditions, int seconds, out ConnectionStatistics statistics)
    {
        var run = new StockRun(Dialect.V2, conditions, 11);
        run.Run(2_000_000);
        Offer(run, 2_000_000);
        int before = run.Client.Delivered.Count;
        Offer(run, seconds * 1_000_000L);
        statistics = run.Server.Statistics;
        return (run.Client.Delivered.Count - before) * 1_000.0 / seconds;
    }

    private static void Offer(StockRun run, long microseconds)
    {
        for (long end = run.Now + microseconds; run.Now < end; run.Step())
        {
            while (run.Server.CanSend(DeliveryMethod.ReliableOrdered, 0, 1_000))
            {
                run.Server.Send(DeliveryMethod.ReliableOrdered, 0, Payload(1_000, 1));
            }
        }
    }

    private static byte[] Payload(int bytes, long value)
    {
        byte[] payload = new byte[bytes];
        BinaryPrimitives.WriteInt64LittleEndian(payload, value);
        return payload;
    }
}
