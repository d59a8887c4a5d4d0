using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;
using Xunit.Abstractions;

namespace RealtimeServer.Transport.Truth;

/// <summary>
/// What each delivery method promises, over networks that lose, double, overtake and corrupt. <c>TRUTH_MESSAGES=10000000</c> is the long run,
/// <c>TRUTH_SEED</c> gives other networks; a failure names its seed and the smallest case that still fails.
/// </summary>
public sealed class TruthTests(ITestOutputHelper output)
{
    private const int MessagesACase = 20_000;
    private static readonly long Messages = Setting("TRUTH_MESSAGES", 100_000);
    private static readonly ulong Seed = (ulong)Setting("TRUTH_SEED", 1);

    [Theory]
    [InlineData(DeliveryMethod.ReliableOrdered)]
    [InlineData(DeliveryMethod.ReliableUnordered)]
    [InlineData(DeliveryMethod.ReliableSequenced)]
    [InlineData(DeliveryMethod.Sequenced)]
    [InlineData(DeliveryMethod.Unreliable)]
    public void Every_promise_is_kept_over_every_network(DeliveryMethod method)
    {
        var tally = new Tally();
        for (ulong i = 0; tally.Sent < Messages; i++)
        {
            tally.Add(Check(TruthCase.Random((Seed * 1_000_000) + i, method, MessagesACase / 2)));
        }

        Report(method, "random networks", tally);
        Assert.True(tally.Corrupted > 0 && tally.Refused >= tally.Corrupted / 2, "no corruption to be found");
    }

    [Theory]
    [InlineData(DeliveryMethod.ReliableOrdered, Guard.UdpChecksum)]
    [InlineData(DeliveryMethod.ReliableUnordered, Guard.Crc32c)]
    [InlineData(DeliveryMethod.ReliableSequenced, Guard.Sealed)]
    [InlineData(DeliveryMethod.Sequenced, Guard.Sealed)]
    public void Sequences_wrap_as_often_as_they_like_over_a_bad_network(DeliveryMethod method, Guard guard)
    {
        // One message a packet, on one channel of each direction: as many numbers as messages.
        int wraps = (int)Math.Max(1, Messages / 100_000);
        int left = (wraps * Sequence.Count) + 1_000;
        var tally = new Tally();
        TruthOutcome outcome = Check(new TruthCase
        {
            Seed = Seed,
            Method = method,
            Count = left,
            Guard = guard,
            AtOnceMax = 16,
            Network = NetworkProfile.Parse("20ms±20 2% burst 2%x3 dup 25% reorder 2% corrupt 1%"),
        });
        tally.Add(outcome);
        Report(method, $"{wraps} wraps each way", tally);
        Assert.Equal(2L * left, outcome.Sent);
    }

    [Theory]
    [InlineData(DeliveryMethod.ReliableOrdered, Guard.Sealed)]
    [InlineData(DeliveryMethod.ReliableOrdered, Guard.Crc32c)]
    [InlineData(DeliveryMethod.ReliableOrdered, Guard.UdpChecksum)]
    [InlineData(DeliveryMethod.ReliableUnordered, Guard.Sealed)]
    public void The_worst_network_there_is_costs_time_but_no_message(DeliveryMethod method, Guard guard)
    {
        var tally = new Tally();
        tally.Add(Check(new TruthCase
        {
            Seed = Seed,
            Method = method,
            Count = (int)Math.Min(Messages / 20, 200_000),
            Guard = guard,
            Channels = 4,
            Network = NetworkProfile.Parse("100ms±100 30% dup 25% corrupt 1%"),
        }));
        Report(method, "the worst network", tally);
    }

    [Fact]
    public void A_network_that_breaks_a_promise_is_found_and_made_small()
    {
        // Corruption that nothing looks for: the harness must notice, or it notices nothing.
        var broken = new TruthCase
        {
            Seed = 3,
            Method = DeliveryMethod.Sequenced,
            Count = 20_000,
            Network = NetworkProfile.Parse("10ms±5 5% dup 5% corrupt 5%"),
            Guard = Guard.None,
        };
        TruthOutcome outcome = TruthRun.Run(broken);
        Assert.Contains("other bytes", outcome.Failure, StringComparison.Ordinal);
        TruthCase smallest = Shrink(broken);
        Assert.True(smallest.Count < 2_000, smallest.ToString());
        Assert.True(smallest.Network.Up == NetworkConditions.Perfect || smallest.Network.Down == NetworkConditions.Perfect);
    }

    private static TruthOutcome Check(TruthCase truth)
    {
        TruthOutcome outcome = TruthRun.Run(truth);
        if (outcome.Failure is not null)
        {
            TruthCase smallest = Shrink(truth);
            Assert.Fail($"{outcome.Failure}\nseed {truth.Seed}: {truth}\nsmallest that fails: {smallest}\n{TruthRun.Run(smallest).Failure}");
        }

        return outcome;
    }

    private static TruthCase Shrink(TruthCase truth)
    {
        TruthCase? smaller = truth;
        while (smaller is not null)
        {
            truth = smaller;
            smaller = truth.Smaller().FirstOrDefault(candidate => candidate != truth && TruthRun.Run(candidate).Failure is not null);
        }

        return truth;
    }

    private void Report(DeliveryMethod method, string what, Tally tally)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{method}, {what}, seed {Seed}: {tally.Runs} runs, {tally.Sent} messages sent, {tally.Received} received, {tally.Corrupted} datagrams corrupted, "
            + $"{tally.Refused} refused, {tally.VirtualSeconds:0} virtual s in {tally.Clock.Elapsed.TotalSeconds:0.0} s");
        output.WriteLine(text);
        if (Environment.GetEnvironmentVariable("TRUTH_REPORT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, text + "\n");
        }
    }

    private static long Setting(string name, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : otherwise;

    private sealed class Tally
    {
        public Stopwatch Clock { get; } = Stopwatch.StartNew();

        public int Runs { get; private set; }

        public long Sent { get; private set; }

        public long Received { get; private set; }

        public long Corrupted { get; private set; }

        public long Refused { get; private set; }

        public double VirtualSeconds { get; private set; }

        public void Add(TruthOutcome outcome)
        {
            Runs++;
            Sent += outcome.Sent;
            Received += outcome.Received;
            Corrupted += outcome.Corrupted;
            Refused += outcome.Refused;
            VirtualSeconds += outcome.VirtualSeconds;
        }
    }
}
