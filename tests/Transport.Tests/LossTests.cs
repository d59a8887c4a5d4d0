using System.Buffers.Binary;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;
using Xunit.Abstractions;

namespace RealtimeServer.Transport;

/// <summary>How a server reaches a stock client through loss, on a path of 105 ms there and back.</summary>
public sealed class LossTests(ITestOutputHelper output)
{
    private static readonly NetworkConditions Path = new() { LatencyMilliseconds = 52.5, JitterMilliseconds = 1.25 };

    /// <summary>Thirty messages of 64 bytes a second. A stock server needs 0.8 to 1.4 s (5%) and 1.6 to 2.7 s (10%) for 99 of 100.</summary>
    [Theory]
    [InlineData(1, 0.05, 350)]
    [InlineData(2, 0.05, 350)]
    [InlineData(1, 0.10, 600)]
    [InlineData(2, 0.10, 600)]
    public void A_game_at_30_hz_hardly_feels_loss(int dialect, double loss, int p99Max)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            double[] delays = Delays((Dialect)dialect, Path with { Loss = loss }, seed, 3_000, out ConnectionStatistics statistics);
            output.WriteLine($"{loss:P0} seed {seed}: p50 {At(delays, 0.5):F0} p99 {At(delays, 0.99):F0} max {delays[^1]:F0} ms, {statistics}");
            Assert.InRange(At(delays, 0.99), 50, p99Max);
        }
    }

    [Fact]
    public void Without_loss_nothing_is_sent_twice()
    {
        double[] delays = Delays(Dialect.V1, Path, 9, 3_000, out ConnectionStatistics statistics);
        output.WriteLine($"p50 {At(delays, 0.5):F0} p99 {At(delays, 0.99):F0} max {delays[^1]:F0} ms, {statistics}");
        Assert.Equal((0, 0), (statistics.Resends, statistics.Copies));
        Assert.InRange(At(delays, 0.99), 50, 75);
    }

    /// <summary>A burst of 3,000 messages of 32 bytes on a connection that knows nothing of the loss yet.</summary>
    [Theory]
    [InlineData(2, 0.05)]
    [InlineData(2, 0.10)]
    [InlineData(1, 0.05)]
    public void A_burst_through_loss_takes_a_few_round_trips(int dialect, double loss)
    {
        double total = 0;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var run = new StockRun((Dialect)dialect, Path with { Loss = loss }, seed);
            run.Run(500_000);
            long from = run.Now;
            int count = dialect == 2 ? 3_000 : 600;
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(SendOutcome.Sent, run.Server.Send(DeliveryMethod.ReliableOrdered, 0, new byte[32]));
            }

            while (run.Client.Delivered.Count < count && run.Now < 60_000_000)
            {
                run.Step();
            }

            Assert.Equal(count, run.Client.Delivered.Count);
            total += count / ((run.Now - from) / 1e6);
        }

        output.WriteLine($"dialect {dialect}, {loss:P0}: {total / 10:F0} messages/s");
        Assert.True(total / 10 > (dialect == 2 ? 2_000 : 150));
    }

    private static double[] Delays(Dialect dialect, NetworkConditions conditions, ulong seed, int count, out ConnectionStatistics statistics)
    {
        var run = new StockRun(dialect, conditions, seed);
        byte[] payload = new byte[64];
        for (int sent = 0; run.Client.Delivered.Count < count && run.Now < 200_000_000; run.Step())
        {
            if (sent < count && run.Now >= sent * 1_000_000L / 30)
            {
                BinaryPrimitives.WriteInt64LittleEndian(payload, run.Now);
                Assert.Equal(SendOutcome.Sent, run.Server.Send(DeliveryMethod.ReliableOrdered, 0, payload));
                sent++;
            }
        }

        Assert.Equal(count, run.Client.Delivered.Count);
        statistics = run.Server.Statistics;
        double[] delays = [.. run.Client.Delivered.Select(message => (message.At - BinaryPrimitives.ReadInt64LittleEndian(message.Payload)) / 1000.0)];
        Assert.Equal(delays.Length, run.Client.Delivered.Select(message => BinaryPrimitives.ReadInt64LittleEndian(message.Payload)).Distinct().Count());
        Array.Sort(delays);
        return delays;
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
