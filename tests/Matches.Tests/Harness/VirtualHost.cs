using RealtimeServer.Matches.Hosting;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Harness;

/// <summary>A match host without threads, on virtual time.</summary>
internal sealed class VirtualHost : IAsyncDisposable
{
    public VirtualHost(MatchHostOptions? options = null)
    {
        Observer = new RecordingObserver();
        Host = new MatchHost((options ?? new MatchHostOptions { Workers = 1 }) with { Observer = Observer }, Games, Time, meters: null, startThreads: false);
    }

    public VirtualTime Time { get; } = new();

    public ScriptedFactory Games { get; } = new();

    public RecordingObserver Observer { get; }

    public MatchHost Host { get; }

    /// <summary>Starts a simulated match of this game.</summary>
    public MatchId Start(Func<IGame> game, bool keepAlive = true)
    {
        Games.Add("scripted", game);
        CreateOutcome outcome = Host.CreateSimulated(new MatchRequest("scripted", KeepAlive: keepAlive));
        Assert.True(outcome.Created, outcome.Refusal);
        return outcome.Info.Id;
    }

    /// <summary>Joins and runs to the match's next tick.</summary>
    public JoinOutcome Join(MatchId match, IMatchMember member)
    {
        Task<JoinOutcome> join = Host.JoinAsync(match, member);
        if (!join.IsCompleted)
        {
            Run(0.1);
        }

        Assert.True(join.IsCompleted);
        return join.GetAwaiter().GetResult();
    }

    /// <summary>Lets so much time pass, every tick on time.</summary>
    public void Run(double seconds)
    {
        long end = Time.GetTimestamp() + (long)(seconds * Time.TimestampFrequency);
        while (true)
        {
            long next = RunDue();
            if (next > end)
            {
                Time.AdvanceTo(end);
                return;
            }

            Time.AdvanceTo(next);
        }
    }

    /// <summary>Runs all ticks due now; returns when the next is.</summary>
    public long RunDue()
    {
        long next = long.MaxValue;
        for (int i = 0; i < Host.Workers.All.Count; i++)
        {
            Worker worker = Host.Workers.All[i];
            long due;
            while (worker.RunNext(Time.GetTimestamp(), out due))
            {
            }

            next = Math.Min(next, due);
        }

        return next;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
