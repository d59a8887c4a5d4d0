using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Game;

public sealed class DeclarationTests
{
    [Fact]
    public void Padding_is_refused_with_the_fields_name()
    {
        Assert.Contains("input Padded has padding at Padded.Second", Refusal(game => Input<Padded>(game)), StringComparison.Ordinal);
        Assert.Contains("event Padded has padding at Padded.Second", Refusal(game => game.Event<Padded>(1)), StringComparison.Ordinal);
        Assert.Contains("padding at the end of PaddedAtTheEnd", Refusal(game => Input<PaddedAtTheEnd>(game)), StringComparison.Ordinal);
        Assert.Contains("padding at NestsPadding.Inner.Second", Refusal(game => Input<NestsPadding>(game)), StringComparison.Ordinal);
        Assert.Contains("Gapped", Refusal(game => Input<Gapped>(game)), StringComparison.Ordinal);
        Assert.Contains("Empty has no fields", Refusal(game => Input<Empty>(game)), StringComparison.Ordinal);
        Assert.Contains("IntPtr", Refusal(game => Input<MachineSized>(game)), StringComparison.Ordinal);
        Assert.Contains("TooLarge has 600 bytes, at most 512", Refusal(game => Input<TooLarge>(game)), StringComparison.Ordinal);
    }

    [Fact]
    public void Declarations_that_clash_or_are_out_of_bounds_are_refused()
    {
        Assert.Contains("op code 1 is negative or taken", Refusal(game => { Input<Say>(game); Input<Heard>(game); }), StringComparison.Ordinal);
        Assert.Contains("op code -1", Refusal(game => game.Event<Say>(-1)), StringComparison.Ordinal);
        Assert.Contains("declared twice", Refusal(game => game.Event<Say>(1).Event<Say>(2)), StringComparison.Ordinal);
        Assert.Contains("op code 1", Refusal(game => game.Event<Say>(1).Event<Heard>(1)), StringComparison.Ordinal);
        Assert.Contains("Say is registered twice", Refusal(game => game.Component<Say>().Component<Say>()), StringComparison.Ordinal);
        Assert.Contains("129 Hz", Refusal(game => game.TickRate(129)), StringComparison.Ordinal);
        Assert.Contains("0 Hz", Refusal(game => game.TickRate(0)), StringComparison.Ordinal);
        Assert.Contains("0 players", Refusal(game => game.Players(0)), StringComparison.Ordinal);
        Assert.Contains("256 players", Refusal(game => game.Players(256)), StringComparison.Ordinal);
        Assert.Contains("UseAgents()", Refusal(_ => { }, context => Assert.NotNull(context.Agents)), StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_reach_the_game()
    {
        int seconds = 0;
        bool fast = false;
        string side = "";
        var game = new ScriptedGame
        {
            OnConfigure = game =>
            {
                seconds = game.Parameters.GetInt("seconds", 180, 5, 600);
                fast = game.Parameters.GetBool("fast", false);
            },
            OnStart = context => side = context.Parameters.Get("side", "left", "left", "right"),
        };

        game.Simulate(parameters: ScriptedGame.Parameters(("seconds", "30"), ("fast", "true"))).Dispose();

        Assert.Equal((30, true, "left"), (seconds, fast, side));
    }

    [Theory]
    [InlineData("seconds", "4", "from 5 to 600")]
    [InlineData("seconds", "601", "from 5 to 600")]
    [InlineData("seconds", "", "from 5 to 600")]
    [InlineData("seconds", "30s", "from 5 to 600")]
    [InlineData("seconds", "99999999999", "from 5 to 600")]
    [InlineData("fast", "yes", "true, false")]
    [InlineData("side", "middle", "left, right")]
    [InlineData("secnds", "30", "knows fast, seconds, side")]
    public void A_wrong_parameter_refuses_the_match_with_its_name_and_what_is_allowed(string name, string value, string allowed)
    {
        var game = new ScriptedGame
        {
            OnConfigure = game =>
            {
                game.Parameters.GetInt("seconds", 180, 5, 600);
                game.Parameters.GetBool("fast", false);
                game.Parameters.Get("side", "left", "left", "right");
            },
        };

        GameException error = Assert.Throws<GameException>(() => game.Simulate(parameters: ScriptedGame.Parameters((name, value))));

        Assert.StartsWith($"match parameter {name}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
    }

    private static void Input<T>(GameBuilder game)
        where T : unmanaged => game.Input<T>(1, (GameContext _, PlayerId _, in T _) => { });

    private static string Refusal(Action<GameBuilder> configure, Action<GameContext>? start = null) =>
        Assert.Throws<GameException>(() => new ScriptedGame { OnConfigure = configure, OnStart = start ?? (_ => { }) }.Simulate()).Message;
}
