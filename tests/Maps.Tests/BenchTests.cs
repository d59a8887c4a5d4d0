using RealtimeServer.Navigation;

namespace RealtimeServer.Maps;

public sealed class BenchTests : IDisposable
{
    private const string Map = "type octile\nheight 3\nwidth 4\nmap\n....\n.@@.\n....\n";

    private readonly MapsProcess _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Scenarios_are_run_and_counted()
    {
        _tool.Write("y.map", Map);
        _tool.Write("y.map.scen", "version 1\n0 y.map 4 3 0 0 3 2 5\n0 y.map 4 3 0 0 3 0 3\n0 y.map 4 3 1 0 1 0 0\n");
        (int code, string output) = _tool.Run("bench", "y.map");
        Assert.True(code == 0, output);
        string[] row = Row(output, "y");
        Assert.Equal(("3", "all"), (row[1], row[2]));
        Assert.True(row.Length == 8 && row[3..].All(cell => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture) >= 0));
        Assert.Equal("2", Row(_tool.Run("bench", "y.map", "--limit", "2").Output, "y")[1]);
    }

    [Fact]
    public void A_length_that_is_not_the_benchmarks_is_an_error()
    {
        _tool.Write("y.map", Map);
        _tool.Write("y.map.scen", "version 1\n0 y.map 4 3 0 0 3 2 5\n0 y.map 4 3 0 0 3 0 2.5\n");
        (int code, string output) = _tool.Run("bench", "y.map");
        Assert.Equal((1, "1"), (code, Row(output, "y")[2]));
    }

    [Theory]
    [InlineData(null, "y.map: there are no scenarios beside it, neither y.map.scen nor y.scen.")]
    [InlineData("version 1\n0 y.map x\n", "y.map.scen: line 2: Expected are bucket, map")]
    [InlineData("version 1\n0 y.map 4 3 0 0 NaN 2 5\n", "y.map.scen: line 2")]
    public void Scenarios_that_are_none_are_refused(string? scenarios, string reason)
    {
        _tool.Write("y.map", Map);
        if (scenarios is not null)
        {
            _tool.Write("y.map.scen", scenarios);
        }

        (int code, string output) = _tool.Run("bench", "y.map");
        Assert.Equal(1, code);
        Assert.Contains("refused " + reason, output, StringComparison.Ordinal);
        Assert.DoesNotContain("median", output, StringComparison.Ordinal);
    }

    [SharedDataFact("movingai")]
    public void Maps_of_the_benchmark_itself_are_solved()
    {
        string folder = TestData.FindShared("movingai")!;
        (int code, string output) = _tool.Run("bench", Path.Combine(folder, "arena.map"), Path.Combine(folder, "lak303d.map"), "--limit", "100");
        Assert.True(code == 0, output);
        Assert.Equal(("all", "all"), (Row(output, "arena")[2], Row(output, "lak303d")[2]));
    }

    private static string[] Row(string output, string map) =>
        [.. output.Split('\n').Single(line => line.Contains($" {map} ", StringComparison.Ordinal)).Split('│', '|')[1..^1].Select(cell => cell.Trim())];
}
