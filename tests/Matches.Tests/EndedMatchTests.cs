using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Matches.Harness;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches;

/// <summary>A match that is over leaves nothing behind, however it ended.</summary>
[Collection(nameof(EndedMatchTests))]
[CollectionDefinition(nameof(EndedMatchTests), DisableParallelization = true)]
public sealed class EndedMatchTests
{
    private const int Together = 50;

    [Fact]
    public async Task Thousands_of_matches_give_back_their_memory()
    {
        await using var host = new VirtualHost();
        for (int i = 0; i < 4; i++)
        {
            Round(host, []);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<WeakReference> games = [];
        long most = 0;
        for (int i = 0; i < 60; i++)
        {
            most = Math.Max(most, Round(host, games));
        }

        host.Run(1);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(60 * Together, games.Count);
        Assert.True(most > before + (Together * 100_000L), $"{Together} matches took {most - before} bytes: too little to be told from nothing");

        // Of three thousand matches a kilobyte each may stay, such as a list that has grown; a match takes a hundred times that.
        Assert.InRange(after - before, long.MinValue, 60 * Together * 1024L);
        Assert.InRange(games.Count(game => game.IsAlive), 0, Together);
        Assert.Empty(host.Host.List(new MatchFilter()));
    }

    /// <summary>Matches that end in every way there is.</summary>
    /// <returns>Bytes while they ran.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Round(VirtualHost host, List<WeakReference> games)
    {
        int made = 0;
        IGame Make()
        {
            IGame game = Game(made++ % 3);
            games.Add(new WeakReference(game));
            return game;
        }

        List<MatchId> matches = [];
        for (int i = 0; i < Together; i++)
        {
            MatchId id = host.Start(Make, keepAlive: false);
            matches.Add(id);
            host.Host.JoinAsync(id, new CountingMember());
        }

        host.Run(0.3);
        long held = GC.GetTotalMemory(forceFullCollection: false);
        foreach (MatchId id in matches)
        {
            host.Host.Close(id, "enough");
        }

        host.Run(0.7);
        host.Observer.Ended.Clear();
        host.Observer.Started.Clear();
        host.Observer.Failures.Clear();
        return held;
    }

    /// <param name="end">0: the host ends it; 1: the game; 2: it throws.</param>
    private static GivenGame Game(int end) => new()
    {
        Declares = game => game.UseAgents().UsePhysics().Rewind(8).System("end", Stage.Cleanup, context =>
        {
            if (context.Tick.Value < 12 || end == 0)
            {
                return;
            }

            if (end == 2)
            {
                throw new InvalidOperationException("as it should");
            }

            context.End("{}");
        }),
        Starts = static context =>
        {
            for (int i = 0; i < 200; i++)
            {
                context.World.Create(new Position(context.Map.Layout.CentreOf(new Navigation.Cell(1, 1))), new Agent());
            }
        },
    };
}
