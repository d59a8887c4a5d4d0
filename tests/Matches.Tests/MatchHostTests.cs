using System.Diagnostics.Metrics;
using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Matches.Harness;
using RealtimeServer.Matches.Hosting;

namespace RealtimeServer.Matches;

public sealed class MatchHostTests
{
    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        ScriptedFactory games = new();
        VirtualTime time = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatchHost(new MatchHostOptions { Workers = -1 }, games, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatchHost(new MatchHostOptions { MatchesMax = 0 }, games, time));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatchHost(new MatchHostOptions { EmptyMatchSeconds = 0 }, games, time));
        Assert.Throws<ArgumentException>(() => new MatchHost(new MatchHostOptions { Node = "a.b" }, games, time));
        await using MatchHost fine = new(new MatchHostOptions { Workers = 1 }, games, time);
        Assert.False(fine.TryGet(default, out _));
    }

    [Fact]
    public async Task A_full_node_refuses_both_kinds_with_a_reason()
    {
        await using VirtualHost host = new(new MatchHostOptions { Workers = 1, MatchesMax = 2 });
        MatchId simulated = host.Start(static () => new ScriptedGame());
        Assert.True(host.Host.CreateRelayed("a").Created);
        Assert.True(host.Host.CreateRelayed("a").Created);
        Assert.Equal("The node is full: it runs 2 matches.", host.Host.CreateRelayed("b").Refusal);
        Assert.Equal("The node is full: it runs 2 matches.", host.Host.CreateSimulated(new MatchRequest("scripted")).Refusal);
        host.Host.Close(simulated, "Room.");
        host.Run(0.1);
        Assert.True(host.Host.CreateRelayed("b").Created);
    }

    [Fact]
    public async Task Unknown_games_and_overlong_names_are_refused_with_a_reason()
    {
        await using VirtualHost host = new();
        Assert.Equal("no game chess", host.Host.CreateSimulated(new MatchRequest("chess")).Refusal);
        Assert.Contains("128", host.Host.CreateRelayed(new string('x', 129)).Refusal, StringComparison.Ordinal);
        Assert.Equal(0, host.Host.Metrics.MatchCount);
    }

    [Fact]
    public async Task Lists_are_filtered()
    {
        await using VirtualHost host = new();
        MatchId simulated = host.Start(static () => new ScriptedGame());
        MatchId relayed = host.Host.CreateRelayed(null).Info!.Id;
        Assert.Equal([simulated], Ids(new MatchFilter()));
        host.Join(relayed, new CountingMember());
        host.Join(relayed, new CountingMember());
        Assert.Equal(2, Ids(new MatchFilter()).Length);
        Assert.Single(Ids(new MatchFilter(Limit: 1)));
        Assert.Equal([simulated], Ids(new MatchFilter(Authoritative: true)));
        Assert.Equal([relayed], Ids(new MatchFilter(Authoritative: false)));
        Assert.Equal([relayed], Ids(new MatchFilter(SizeMin: 1)));
        Assert.Equal([simulated], Ids(new MatchFilter(SizeMax: 1)));
        Assert.Empty(Ids(new MatchFilter(Label: "{}")));
        Assert.True(host.Host.TryGet(simulated, out MatchInfo? info));
        Assert.Equal([simulated], Ids(new MatchFilter(Label: info.Label)));

        MatchId[] Ids(MatchFilter filter) => [.. host.Host.List(filter).Select(static m => m.Id)];
    }

    [Fact]
    public async Task New_matches_go_to_the_least_loaded_worker_and_tick_at_different_times()
    {
        await using VirtualHost host = new(new MatchHostOptions { Workers = 2 });
        for (int i = 0; i < 20; i++)
        {
            host.Start(static () => new ScriptedGame());
        }

        Assert.Equal(host.Host.Workers.All[0].Load, host.Host.Workers.All[1].Load);

        // Ten matches on a worker: on average 3.3 ms apart, and no two closer than a third of that.
        Worker worker = host.Host.Workers.All[0];
        host.Run(1);
        List<long> dues = [];
        for (int i = 0; i < 10; i++)
        {
            Assert.False(worker.RunNext(host.Time.GetTimestamp(), out long due));
            dues.Add(due);
            host.Time.AdvanceTo(due);
            Assert.True(worker.RunNext(due, out _));
        }

        Assert.All(dues.Zip(dues.Skip(1)), static pair => Assert.InRange(pair.Second - pair.First, 1_000_000, 10_000_000));
    }

    [Fact]
    public async Task Joins_and_leaves_from_eight_threads_leave_a_consistent_match()
    {
        await using VirtualHost host = new();
        MatchId[] matches = [host.Start(static () => new ScriptedGame()), host.Host.CreateRelayed("race").Info!.Id];
        RecordingMember witness = new("witness");
        Assert.True(host.Join(matches[1], witness).Accepted);
        Assert.True(host.Join(matches[0], witness).Accepted);
        int running = 8;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(seed => new Thread(() => Churn((ulong)seed)))];
        Array.ForEach(threads, static t => t.Start());
        while (Volatile.Read(ref running) > 0)
        {
            host.Run(0.034);
        }

        Array.ForEach(threads, static t => t.Join());
        host.Run(0.1);
        foreach (MatchId match in matches)
        {
            Assert.True(host.Host.TryGet(match, out MatchInfo? info));
            Assert.Equal(1, info.Size);
        }

        Assert.Equal(2, host.Host.Metrics.MemberCount);
        int joins = witness.News.Count(static line => line == "+churn");
        Assert.True(joins > 100);
        Assert.Equal(joins, witness.News.Count(static line => line == "-churn"));

        void Churn(ulong seed)
        {
            DeterministicRandom random = new(seed);
            for (int i = 0; i < 200; i++)
            {
                MatchId match = matches[random.Next(2)];
                RecordingMember member = new("churn");
                Task<JoinOutcome> join = host.Host.JoinAsync(match, member);
                if (random.Next(2) == 0)
                {
                    Assert.True(join.GetAwaiter().GetResult().Accepted);
                    host.Host.Send(match, member.Session, 1, "1234"u8);
                }

                host.Host.Leave(match, member.Session);
            }

            Interlocked.Decrement(ref running);
        }
    }

    [Fact]
    public async Task Real_threads_tick_matches_and_stop()
    {
        ScriptedFactory games = new();
        using CountdownEvent ticks = new(50);
        games.Add("counting", () => new ScriptedGame
        {
            TickRate = 100,
            OnTick = _ =>
            {
                if (!ticks.IsSet)
                {
                    ticks.Signal();
                }
            },
        });
        MatchHost host = new(new MatchHostOptions { Workers = 1 }, games, TimeProvider.System);
        MatchId match = host.CreateSimulated(new MatchRequest("counting")).Info!.Id;
        CountingMember member = new();
        Assert.True((await host.JoinAsync(match, member)).Accepted);
        ticks.Wait();
        await host.DisposeAsync();
        Assert.InRange(member.SnapshotCount, 40, 1_000);
        Assert.Equal(1, member.ClosedCount);
        Assert.False(host.TryGet(match, out _));
    }

    [Fact]
    public async Task Ticks_are_measured()
    {
        StringBuilder names = new();
        using MeterListener listener = new();
        List<double> lateness = [];
        await using VirtualHost host = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, host.Host.Metrics.TickDuration.Meter))
            {
                names.Append(instrument.Name).Append(' ');
                self.EnableMeasurementEvents(instrument);
            }
        };
        long slipped = 0;
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            if (instrument.Name == "match.tick.lateness")
            {
                lateness.Add(value);
            }
        });
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => slipped += instrument.Name == "match.ticks.slipped" ? value : 0);
        listener.Start();
        host.Start(static () => new ScriptedGame());
        host.Run(1);
        Assert.InRange(lateness.Count, 28, 30);
        Assert.All(lateness, static value => Assert.Equal(0, value));

        host.Time.Advance(1);
        host.RunDue();
        Assert.InRange(slipped, 20, 23);
        Assert.InRange(lateness[^Limits.CatchUpTicksMax], 0.2, 0.3);
        foreach (string name in (string[])["match.tick.duration", "match.tick.jitter", "match.count", "match.members", "match.inbox.dropped", "match.failed"])
        {
            Assert.Contains(name, names.ToString(), StringComparison.Ordinal);
        }
    }
}
