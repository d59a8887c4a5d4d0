using RealtimeServer.Ecs;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Game;

public sealed class PipelineTests
{
    [Fact]
    public void Systems_run_by_stage_and_then_in_the_order_declared()
    {
        var ran = new List<string>();
        var game = new ScriptedGame
        {
            OnConfigure = game =>
            {
                foreach (Stage stage in new[] { Stage.Cleanup, Stage.Act, Stage.Move, Stage.Think, Stage.Input })
                {
                    game.System($"{stage} 1", stage, _ => ran.Add($"{stage} 1")).System($"{stage} 2", stage, _ => ran.Add($"{stage} 2"));
                }
            },
        };
        using MatchSimulation match = game.Simulate();

        match.Step();

        Assert.Equal(["Input 1", "Input 2", "Think 1", "Think 2", "Move 1", "Move 2", "Act 1", "Act 2", "Cleanup 1", "Cleanup 2"], ran);
    }

    [Fact]
    public void Inputs_are_applied_before_systems_and_in_order_of_arrival()
    {
        var ran = new List<string>();
        var game = new ScriptedGame
        {
            OnConfigure = game => game
                .Input<Say>(1, (GameContext _, PlayerId player, in Say say) => ran.Add($"{player} says {say.Number}"))
                .System("input", Stage.Input, _ => ran.Add("system")),
            OnJoined = (_, player) => ran.Add($"{player} joined"),
            OnLeft = (_, player) => ran.Add($"{player} left"),
        };
        using MatchSimulation match = game.Simulate();

        PlayerId one = match.Join();
        Assert.Equal(InputOutcome.Accepted, match.Input(one, 1, [7, 0, 0, 0]));
        PlayerId two = match.Join();
        Assert.Equal(InputOutcome.Accepted, match.Input(two, 1, [8, 0, 0, 0]));
        Assert.Equal(InputOutcome.Accepted, match.Input(one, 1, [0, 1, 0, 0]));
        match.Leave(one);
        Assert.Empty(ran);
        match.Step();

        Assert.Equal(["1 joined", "1 says 7", "2 joined", "2 says 8", "1 says 256", "1 left", "system"], ran);
    }

    [Fact]
    public void Structural_commands_take_effect_after_each_system()
    {
        int seen = -1;
        var game = new ScriptedGame
        {
            OnConfigure = game => game.Component<Say>()
                .System("make", Stage.Act, context => context.World.Commands.Create(new Say { Number = 1 }))
                .System("count", Stage.Act, context => seen = context.World.EntityCount),
        };
        using MatchSimulation match = game.Simulate();

        match.Step();

        Assert.Equal(1, seen);
    }

    [Fact]
    public void Agents_move_before_the_games_own_systems_of_the_move_stage()
    {
        float atThink = 0;
        float atMove = 0;
        Entity walker = default;
        var game = new ScriptedGame
        {
            OnConfigure = game => game.UseAgents()
                .System("think", Stage.Think, context => atThink = context.World.Get<Agents.Position>(walker).X)
                .System("move", Stage.Move, context => atMove = context.World.Get<Agents.Position>(walker).X),
            OnStart = context => walker = context.World.Create(
                new Agents.Position(new(1.5f, 1.5f)),
                new Agents.Agent { Goal = new(6.5f, 1.5f), Speed = 2, Radius = 0.3f },
                default(Agents.PathFollower)),
        };
        using MatchSimulation match = game.Simulate();

        match.Step();

        Assert.Equal(1.5f, atThink);
        Assert.True(atMove > 1.5f);
    }

    [Fact]
    public void The_first_result_counts_and_ends_the_match()
    {
        var game = new ScriptedGame
        {
            OnConfigure = game => game.System("end", Stage.Act, context =>
            {
                context.End("""{"winner":1}""");
                context.End("""{"winner":2}""");
            }),
        };
        using MatchSimulation match = game.Simulate();
        Assert.False(match.Ended);

        match.Step();

        Assert.True(match.Ended);
        Assert.Equal("""{"winner":1}""", match.ResultJson);
        Assert.Throws<InvalidOperationException>(match.Step);
        Assert.True(match.Join().IsNone);
    }

    [Fact]
    public void Ticks_count_from_one_and_last_as_long_as_the_rate_says()
    {
        var game = new ScriptedGame { OnConfigure = game => game.TickRate(20) };
        using MatchSimulation match = game.Simulate();
        Assert.Equal(0u, match.Tick.Value);

        match.Step();
        match.Step();

        Assert.Equal(2u, match.Tick.Value);
        Assert.Equal(20, match.TickRateHz);
        Assert.Equal(0.05f, game.Context.TickSeconds);
    }

    [Fact]
    public void Constraints_order_the_systems_of_a_stage()
    {
        var ran = new List<string>();
        using MatchSimulation match = new ScriptedGame
        {
            OnConfigure = game => game
                .System("last", Stage.Act, _ => ran.Add("last"), declare => declare.After("middle"))
                .System("middle", Stage.Act, _ => ran.Add("middle"))
                .System("first", Stage.Act, _ => ran.Add("first"), declare => declare.Before("middle")),
        }.Simulate();

        match.Step();

        Assert.Equal(["first", "middle", "last"], ran);
        GameException error = Assert.Throws<GameException>(() => new ScriptedGame
        {
            OnConfigure = game => game.System("same", Stage.Act, _ => { }).System("same", Stage.Move, _ => { }),
        }.Simulate());
        Assert.Contains("failed in Configure: EcsException: Two systems are named 'same'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_of_the_world_last_until_the_next_tick_begins()
    {
        var seen = new List<int>();
        using MatchSimulation match = new ScriptedGame
        {
            OnConfigure = game => game
                .Emits<Say>()
                .System("hear early", Stage.Input, context => seen.Add(context.World.Emitted<Say>().Length))
                .System("tell", Stage.Think, context => context.World.Emit(new Say { Number = 3 }))
                .System("hear", Stage.Act, context => seen.Add(context.World.Emitted<Say>()[0].Number)),
        }.Simulate();

        match.Step();
        match.Step();

        Assert.Equal([0, 3, 0, 3], seen);
    }

#if DEBUG
    [Fact]
    public void A_component_that_turns_up_in_mid_match_is_refused_by_name()
    {
        var game = new ScriptedGame
        {
            OnConfigure = static game => game.System("late", Stage.Act, static context =>
            {
                if (context.Tick.Value == 5)
                {
                    context.World.Create(new Say());
                }
            }),
        };
        using MatchSimulation match = game.Simulate();
        for (int i = 0; i < 4; i++)
        {
            match.Step();
        }

        string message = Assert.Throws<GameException>(match.Step).Message;
        Assert.Contains("system 'late' at tick 5", message, StringComparison.Ordinal);
        Assert.Contains("Component Say is used for the first time, but the world is sealed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_that_does_what_it_did_not_declare_is_named_with_component_and_entity()
    {
        Entity entity = default;
        using MatchSimulation match = new ScriptedGame
        {
            OnConfigure = game => game.Component<Say>().System("liar", Stage.Act, context => context.World.Get<Say>(entity).Number++, declare => declare.Reads<Say>()),
            OnStart = context => entity = context.World.Create(default(Say)),
        }.Simulate();

        GameException error = Assert.Throws<GameException>(match.Step);

        Assert.Contains("System 'liar' writes Say of entity 0:1, which it did not declare.", error.Message, StringComparison.Ordinal);
    }
#endif
}
