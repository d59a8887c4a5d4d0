using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Game;

public sealed class FailureTests
{
    [Fact]
    public void A_game_that_cannot_be_made_is_named()
    {
        var setup = new MatchSetup(new GameDefinition("broken", () => throw new InvalidOperationException("boom")), TestMaps.Open(2, 2), 1, new MatchParameters());

        AssertNames(Assert.Throws<GameException>(() => new MatchSimulation(setup)), "game 'broken' failed in Create");
    }

    [Fact]
    public void Configure_and_start_are_named()
    {
        AssertNames(Assert.Throws<GameException>(() => new ScriptedGame { OnConfigure = _ => Boom() }.Simulate()), "game 'scripted' failed in Configure");
        AssertNames(Assert.Throws<GameException>(() => new ScriptedGame { OnStart = _ => Boom() }.Simulate()), "game 'scripted' failed in Start");
    }

    [Fact]
    public void A_system_is_named_with_the_tick()
    {
        using MatchSimulation match = new ScriptedGame
        {
            OnConfigure = game => game.System("combat", Stage.Act, context =>
            {
                if (context.Tick.Value == 2)
                {
                    Boom();
                }
            }),
        }.Simulate();
        match.Step();

        AssertNames(Assert.Throws<GameException>(match.Step), "failed in system 'combat' at tick 2");
    }

    [Fact]
    public void Inputs_joins_and_leaves_are_named_with_their_player()
    {
        var game = new ScriptedGame { OnConfigure = game => game.Input<Say>(5, (GameContext _, PlayerId _, in Say _) => Boom()) };
        using MatchSimulation match = game.Simulate();
        match.Input(match.Join(), 5, new byte[4]);
        AssertNames(Assert.Throws<GameException>(match.Step), "failed in input Say (op code 5) of player 1 at tick 1");

        using MatchSimulation joining = new ScriptedGame { OnJoined = (_, _) => Boom() }.Simulate();
        joining.Join();
        AssertNames(Assert.Throws<GameException>(joining.Step), "failed in join of player 1 at tick 1");

        using MatchSimulation leaving = new ScriptedGame { OnLeft = (_, _) => Boom() }.Simulate();
        leaving.Leave(leaving.Join());
        AssertNames(Assert.Throws<GameException>(leaving.Step), "failed in leave of player 1 at tick 1");
    }

    private static void AssertNames(GameException error, string place)
    {
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: boom", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    private static void Boom() => throw new InvalidOperationException("boom");
}
