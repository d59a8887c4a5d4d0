using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Game;

public sealed class EventTests
{
    [Fact]
    public void Events_go_to_one_or_to_all_in_the_order_told_and_last_one_tick()
    {
        bool speaks = true;
        var game = new ScriptedGame
        {
            OnConfigure = game => game.Event<Heard>(9).Event<Say>(4).System("tell", Stage.Act, context =>
            {
                if (speaks)
                {
                    context.Send(new PlayerId(2), new Heard { Number = 258, Loudness = 1 });
                    context.Broadcast(new Say { Number = -1 });
                }
            }),
        };
        using MatchSimulation match = game.Simulate();

        match.Step();

        Assert.Equal(2, match.EventCount);
        Assert.Equal(new PlayerId(2), match.Event(0).To);
        Assert.Equal(9, match.Event(0).OpCode);
        Assert.Equal([2, 1, 0, 0, 0, 0, 0x80, 0x3F], match.Event(0).Data.ToArray());
        Assert.True(match.Event(1).To.IsNone);
        Assert.Equal(4, match.Event(1).OpCode);
        Assert.Equal([255, 255, 255, 255], match.Event(1).Data.ToArray());

        speaks = false;
        match.Step();
        Assert.Equal(0, match.EventCount);
    }

    [Fact]
    public void An_undeclared_event_is_refused_by_name()
    {
        var game = new ScriptedGame { OnConfigure = game => game.System("tell", Stage.Act, context => context.Broadcast(default(Undeclared))) };
        using MatchSimulation match = game.Simulate();

        GameException error = Assert.Throws<GameException>(match.Step);

        Assert.Contains("Undeclared is not declared", error.Message, StringComparison.Ordinal);
        Assert.Contains("system 'tell'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tick_that_tells_too_much_fails_instead_of_growing()
    {
        var game = new ScriptedGame
        {
            OnConfigure = game => game.Event<Say>(1).System("tell", Stage.Act, context =>
            {
                for (int i = 0; i <= Limits.EventsPerTickMax; i++)
                {
                    context.Broadcast(new Say { Number = i });
                }
            }),
        };
        using MatchSimulation match = game.Simulate();

        Assert.Contains($"{Limits.EventsPerTickMax} events", Assert.Throws<GameException>(match.Step).Message, StringComparison.Ordinal);
        Assert.Equal(Limits.EventsPerTickMax, match.EventCount);
    }
}
