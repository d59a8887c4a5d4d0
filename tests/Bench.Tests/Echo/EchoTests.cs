namespace RealtimeServer.Bench.Echo;

public sealed class EchoTests
{
    [Theory]
    [InlineData(0, "ReliableOrdered", false)]
    [InlineData(50, "Unreliable", true)]
    [InlineData(-1, "Unreliable", false)]
    public void A_small_load_is_echoed_and_told(int rate, string method, bool version1)
    {
        Assert.True(EchoArguments.TryParse(["--port", "0"], out EchoArguments? serving));
        using var server = new EchoServer(serving);
        string[] words = ["--port", $"{server.Port}", "--pid", $"{Environment.ProcessId}", "--clients", "3", "--rate", $"{rate}", "--seconds", "1", "--method", method];
        Assert.True(EchoArguments.TryParse(version1 ? [.. words, "--v1"] : words, out EchoArguments? arguments));
        using var text = new StringWriter();
        using var load = new EchoLoad(arguments, text);
        Assert.True(load.Run());
        Assert.Contains("clients 3,", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("% of a core", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(rate >= 0, text.ToString().Contains("round trip p50", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "70000")]
    [InlineData("--clients", "0")]
    [InlineData("--bytes", "4")]
    [InlineData("--method", "Telepathy")]
    [InlineData("--what", "1")]
    public void A_wrong_command_line_is_refused(params string[] words) => Assert.False(EchoArguments.TryParse(words, out _));
}
