using System.Net;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bench.Loss;

/// <summary>The ends and the proxy of the loss benchmark, very small; the processes round them are left out.</summary>
public sealed class LossTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sink_gets_everything_through_a_lossy_proxy(bool speakVersion1)
    {
        using var source = new LossSource(0);
        using var over = new CancellationTokenSource();
        var sending = new Thread(() => source.Run(over.Token));
        sending.Start();
        LossResult result;
        using (var proxy = new LoopbackProxy(0, source.Port, NetworkProfile.Parse("up 5ms 5% / down 10ms 5%"), 1))
        {
            var sink = new LossSink(connections: 3, speakVersion1, new LossTraffic(Count: 40, Bytes: 64, PerSecond: 200));
            result = sink.Run(new IPEndPoint(IPAddress.Loopback, proxy.Port), TimeSpan.FromSeconds(20));
            Assert.True(proxy.Counts.Down is { Sent: > 40, Lost: > 0 });
        }

        over.Cancel();
        sending.Join();
        Assert.Equal(0, result.Missing);
        Assert.True(result.P50 >= 10, $"{result.P50} ms on a path of 10");
        Assert.True(result.P50 <= result.P99 && result.P99 <= result.Max && result.MessagesPerSecond > 0);
        Assert.Equal(0, LossResult.TryParse(result.ToString())!.Value.Missing);
    }

    [Theory]
    [InlineData("--to: '70000' is not a number from 1 to 65535", "--to", "70000")]
    [InlineData("a value must follow", "--to")]
    [InlineData("is not known", "--colour", "red")]
    [InlineData("'5'", "--net", "5")]
    public void Wrong_arguments_are_named(string what, params string[] args)
    {
        FormatException error = Assert.Throws<FormatException>(() =>
        {
            var arguments = new LossArguments(args, "--to", "--net");
            arguments.Number("--to", 0, 1, 65_535);
            arguments.Network("--net");
        });
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }
}
