using RealtimeServer.Matches.Harness;
using RealtimeServer.Matches.Hosting;

namespace RealtimeServer.Matches.Simulated;

public sealed class FailureTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matches").FullName;
    private readonly VirtualHost _host;
    private readonly RecordingMember _alice = new("alice");
    private readonly CountingMember _neighbour = new();
    private readonly MatchId _healthy;

    public FailureTests()
    {
        _host = new VirtualHost(new MatchHostOptions { Workers = 1, ReplayFolder = _folder });
        _healthy = _host.Start(static () => new ScriptedGame());
        _host.Join(_healthy, _neighbour);
    }

    [Theory]
    [InlineData("configure")]
    [InlineData("start")]
    public void A_game_that_throws_while_starting_is_refused_with_its_words(string where)
    {
        _host.Games.Add("bad", () => new ScriptedGame
        {
            OnConfigure = () => ThrowIf(where == "configure"),
            OnStart = () => ThrowIf(where == "start"),
        });
        CreateOutcome outcome = _host.Host.CreateSimulated(new MatchRequest("bad"));
        Assert.False(outcome.Created);
        Assert.Contains("'bad'", outcome.Refusal, StringComparison.Ordinal);
        Assert.Contains("script broke", outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal(1, _host.Host.Metrics.MatchCount);
        AssertNeighbourTicks();
    }

    [Theory]
    [InlineData("tick")]
    [InlineData("input")]
    [InlineData("left")]
    public void A_game_that_throws_while_running_ends_alone(string where)
    {
        MatchId match = _host.Start(() => new ScriptedGame
        {
            OnTick = context => ThrowIf(where == "tick" && context.Tick.Value == 30),
            OnPush = (_, _, _) => ThrowIf(where == "input"),
            OnLeft = (_, _) => ThrowIf(where == "left"),
        });
        RecordingMember bob = new("bob");
        _host.Join(match, _alice);
        _host.Join(match, bob);
        _alice.Forget();
        _host.Host.Send(match, _alice.Session, 1, "1234"u8);
        if (where == "left")
        {
            _host.Host.Leave(match, bob.Session);
        }

        _host.Run(1.5);
        Assert.StartsWith("failed: The match ended because its game failed at tick ", _alice.News[^1], StringComparison.Ordinal);
        Assert.False(_host.Host.TryGet(match, out _));
        (Exception exception, string? replayFile) = Assert.Single(_host.Observer.Failures);
        Assert.Equal("script broke", exception.GetBaseException().Message);
        Assert.True(new FileInfo(replayFile!).Length > 0);
        Assert.Equal(1, _host.Host.Metrics.MatchCount);
        Assert.Equal(1, _host.Host.Metrics.MemberCount);
        AssertNeighbourTicks();
    }

    [Fact]
    public void A_game_that_throws_at_a_join_rejects_the_joiner_with_the_reason()
    {
        MatchId match = _host.Start(static () => new ScriptedGame { OnJoined = static (_, _) => ThrowIf(true) });
        Task<JoinOutcome> join = _host.Host.JoinAsync(match, _alice);
        _host.Run(0.1);
        Assert.True(join.IsCompleted);
        Assert.False(_host.Host.TryGet(match, out _));
        string told = join.Now().Reason ?? _alice.News[^1];
        Assert.Contains("The match ended because its game failed", told, StringComparison.Ordinal);
        AssertNeighbourTicks();
    }

    [Fact]
    public void Without_a_folder_a_failure_saves_nothing_and_an_unusable_folder_changes_nothing()
    {
        string notAFolder = Path.Combine(_folder, "file");
        File.WriteAllText(notAFolder, "x");
        Assert.Null(ReplayFiles.TrySave(null, default, new MatchRequest("x"), null!, new TimeoutException()));
        Assert.Null(ReplayFiles.TrySave(notAFolder, default, new MatchRequest("x"), null!, new TimeoutException()));
    }

    [Fact]
    public void A_stalled_tick_that_comes_back_ends_its_match()
    {
        MatchId match = _host.Start(() => new ScriptedGame
        {
            OnTick = context => _host.Time.Advance(context.Tick.Value == 10 ? Limits.TickSecondsMax + 0.5 : 0),
        });
        _host.Join(match, _alice);
        _host.Run(4);
        Assert.Equal("failed: The match ended because its game stalled at tick 10.", _alice.News[^1]);
        Assert.IsType<TimeoutException>(Assert.Single(_host.Observer.Failures).Exception);
        AssertNeighbourTicks();
    }

    [Fact]
    public void A_tick_that_never_comes_back_loses_its_thread_and_the_others_go_on_elsewhere()
    {
        using ManualResetEventSlim stuck = new();
        using ManualResetEventSlim release = new();
        MatchId match = _host.Start(() => new ScriptedGame
        {
            OnTick = context =>
            {
                if (context.Tick.Value == 10)
                {
                    stuck.Set();
                    release.Wait();
                }
            },
        });
        _host.Join(match, _alice);
        Task<MatchEnding> ended = _host.Host.WhenEnded(match)!;
        Worker before = _host.Host.Workers.All[0];
        Thread thread = new(() => _host.Run(1));
        thread.Start();
        stuck.Wait();
        Task<JoinOutcome> waiting = _host.Host.JoinAsync(match, new CountingMember());

        _host.Host.Workers.Watch();
        Assert.Same(before, _host.Host.Workers.All[0]);
        _host.Time.Advance(Limits.TickSecondsMax + 0.5);
        _host.Host.Workers.Watch();
        Assert.NotSame(before, _host.Host.Workers.All[0]);
        Assert.True(ended.Now().Failed);
        Assert.Equal("The match ended because its game stalled.", waiting.Now().Reason);
        Assert.Equal("failed: The match ended because its game stalled.", _alice.News[^1]);
        AssertNeighbourTicks();

        int told = _alice.Told.Count;
        release.Set();
        thread.Join();
        Assert.Equal(told, _alice.Told.Count);
        Assert.Single(_host.Observer.Failures);
        AssertNeighbourTicks();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void ThrowIf(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("script broke");
        }
    }

    private void AssertNeighbourTicks()
    {
        int before = _neighbour.SnapshotCount;
        _host.RunDue();
        int caughtUp = _neighbour.SnapshotCount - before;
        Assert.InRange(caughtUp, 0, Limits.CatchUpTicksMax);
        _host.Run(1);
        Assert.InRange(_neighbour.SnapshotCount - before - caughtUp, 29, 31);
    }
}
