using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Tag;

public sealed class TagTests
{
    [Fact]
    public void Runners_run_where_they_steer_and_touching_passes_it_on()
    {
        using MatchSimulation match = Make();
        PlayerId hunter = match.Join();
        match.Step();
        Steer(match, hunter, 6, 6);
        Steps(match, 60);
        Runner[] runners = All<Runner>(match);
        Assert.True(runners[0].IsIt);
        Vec2 home = Maps.Arena.Objects[0].Centre;
        Assert.True(Vec2.Distance(All<Position>(match)[0].Value, home) > 2);

        PlayerId prey = match.Join();
        match.Step();
        Steer(match, hunter, -6, -6);
        Steer(match, prey, 1, 1);
        for (int i = 0; i < 200 && !All<Runner>(match)[1].IsIt; i++)
        {
            match.Step();
        }

        match.Step();
        Assert.Equal([false, true], All<Runner>(match).Select(runner => runner.IsIt));
    }

    [Fact]
    public void When_it_leaves_another_is_it()
    {
        using MatchSimulation match = Make();
        PlayerId first = match.Join();
        match.Step();
        match.Join();
        match.Leave(first);
        Steps(match, 2);
        Assert.True(Assert.Single(All<Runner>(match)).IsIt);
    }

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.MaxValue, float.MinValue)]
    [InlineData(-1000, 0)]
    public void No_steering_leads_out_of_the_map(float x, float y)
    {
        using MatchSimulation match = Make();
        PlayerId player = match.Join();
        match.Step();
        Steer(match, player, x, y);
        Steps(match, 300);
        Vec2 place = All<Position>(match)[0].Value;
        Assert.InRange(place.X, 0, 48);
        Assert.InRange(place.Y, 0, 48);
    }

    private static MatchSimulation Make() => new(new MatchSetup(new GameDefinition("tag", () => new TagGame()), Maps.Arena, 1, new MatchParameters()));

    private static void Steps(MatchSimulation match, int count)
    {
        for (int i = 0; i < count; i++)
        {
            match.Step();
        }
    }

    private static void Steer(MatchSimulation match, PlayerId player, float x, float y)
    {
        var steer = new Steer(x, y);
        Assert.Equal(InputOutcome.Accepted, match.Input(player, 1, MemoryMarshal.AsBytes(new ReadOnlySpan<Steer>(in steer))));
    }

    private static T[] All<T>(MatchSimulation match)
        where T : unmanaged
    {
        var all = new List<T>();
        foreach (Chunk chunk in match.World.Query().All<T>().Build())
        {
            all.AddRange(chunk.Span<T>());
        }

        return [.. all];
    }
}
