namespace RealtimeServer.Bench;

/// <summary>Runs each benchmark very small, so that none rots. What they measure is not judged here.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task Capacity_prints_a_row_a_level_and_its_answer()
    {
        StringWriter output = new();
        BenchArguments arguments = Parse("--units", "12", "--seconds", "0.3", "--steady-seconds", "0.3", "--matches-max", "2", "--lateness-ms", "10000", "--no-pin");
        Assert.Equal(2, await new CapacityBenchmark(output).RunAsync(arguments));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, lines.Length);
        Assert.Contains("late p99", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2 matches", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_level_ticks_every_match_and_tells_every_member()
    {
        CapacityLevel level = await CapacityLevel.MeasureAsync(matches: 2, units: 12, warmUpSeconds: 0.5, seconds: 0.5);
        Assert.True(level.TicksPerSecond > 0);
        Assert.Equal(12, level.Units, tolerance: 4);
        Assert.True(level.PartsPerTick > 0.5);
    }

    [Fact]
    public void Tick_prints_a_row_for_each_number_of_units()
    {
        StringWriter output = new();
        new TickBenchmark(output).Run(Parse("--units", "8,16", "--ticks", "20"));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal("8", lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
    }

    [Fact]
    public void Checkpoints_prints_a_row_for_each_match()
    {
        StringWriter output = new();
        new CheckpointBenchmark(output).Run(Parse("--units", "8", "--ticks", "10"));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("lanes, 8 units ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Companion_prints_a_row_a_scenario()
    {
        StringWriter output = new();
        await new Companion.CompanionBenchmark(output).RunAsync(Parse("--seconds", "0.2", "--connections", "4"));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, lines.Length);
        Assert.StartsWith("storage read ", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_flood_prints_a_row_without_and_one_with_the_flood()
    {
        StringWriter output = new();
        await new Companion.LoginFloodBenchmark(output).RunAsync(Parse("--seconds", "0.2", "--connections", "2", "--only", "account get"));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("account get, 2 flooding ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Sockets_prints_a_row_a_way_and_size()
    {
        StringWriter output = new();
        new SocketBenchmark(output).Run(Parse("--seconds", "0.1"));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(13, lines.Length);
        Assert.StartsWith("receive, batches, eight of one peer ", lines[12], StringComparison.Ordinal);
    }

    [Fact]
    public void Physics_prints_a_row_a_scene_and_what_small_worlds_take()
    {
        StringWriter output = new();
        new Physics.PhysicsBenchmark(output).Run(Parse("--ticks", "2", "--only", "pyramid"));
        new Physics.PhysicsBenchmark(output).Run(Parse("--ticks", "2", "--only", "worlds"));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("pyramid of 30 rows", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("200 worlds of 50 bodies", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Seal_prints_a_row_for_each_operation()
    {
        StringWriter output = new();
        new SealBenchmark(output).Run(Parse("--seconds", "0.01"));
        Assert.Contains("connect token, forged", output.ToString(), StringComparison.Ordinal);
        Assert.True(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length > 12);
    }

    [Fact]
    public void Ecs_prints_a_row_for_each_operation()
    {
        StringWriter output = new();
        new EcsBenchmark(output).Run(Parse("--units", "100", "--seconds", "0.01"));
        Assert.Contains("2 components: chunk spans", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("save 10,000 x 5 components", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("worlds at once: to make each", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_are_those_of_a_sort()
    {
        StringWriter output = new();
        Assert.Equal(0, new Boards.RankBenchmark(output).Run(Parse("--records", "20000", "--seconds", "0.05")));
        Assert.Contains("ranks that differ from a sort              0", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ranks_are_loaded_and_boards_compared()
    {
        StringWriter output = new();
        await new Boards.RankLoadBenchmark(output).RunAsync(Parse("--records", "3000"));
        Assert.Contains("3,000 records", output.ToString(), StringComparison.Ordinal);
        await new Boards.BoardBenchmark(output).RunAsync(Parse("--records", "200", "--seconds", "0.4", "--connections", "4"));
        Assert.Contains("around owner", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Crowds_and_requests_print_a_row_a_map()
    {
        string folder = Directory.CreateTempSubdirectory("bench-maps").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "hall.map"), "type octile\nheight 3\nwidth 8\nmap\n........\n.@@@@@@.\n........\n");
            File.WriteAllText(Path.Combine(folder, "hall.map.scen"), "version 1\n1\thall.map\t8\t3\t1\t0\t1\t2\t4.0\n");
            StringWriter output = new();
            new Paths.CrowdBenchmark(output).Run(Parse("--maps", folder, "--stride", "2"));
            new Paths.RequestBenchmark(output).Run(Parse("--maps", folder, "--ticks", "3"));
            string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.All(lines[3..6], line => Assert.StartsWith(" 1000 agents among ", line, StringComparison.Ordinal));
            Assert.StartsWith("a match of 1000 agents on the mesh: ", lines[9], StringComparison.Ordinal);
            Assert.StartsWith("hall             flow field built in ", lines[10], StringComparison.Ordinal);
            Assert.StartsWith("hall ", lines[12], StringComparison.Ordinal);
            StringWriter made = new();
            new Paths.RequestBenchmark(made).RunMade(side: 64, ticks: 3);
            Assert.Equal(9, made.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--units")]
    [InlineData("--units", "0")]
    [InlineData("--units", "ten")]
    [InlineData("--seconds", "-1")]
    [InlineData("--colour", "red")]
    public void Wrong_arguments_are_refused(params string[] args)
    {
        Assert.False(BenchArguments.TryParse(args, new BenchArguments(), out _));
    }

    private static BenchArguments Parse(params string[] args)
    {
        Assert.True(BenchArguments.TryParse(args, new BenchArguments(), out BenchArguments? arguments));
        return arguments;
    }
}
