namespace RealtimeServer.Games.Lanes;

public sealed class ClockTests
{
    [Fact]
    public void Energy_grows_by_one_in_2_8_seconds_up_to_ten()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        float before = match.Player(1).Energy;
        match.Seconds(2.8f);
        Assert.Equal(before + 1, match.Player(1).Energy, 0.001f);
        Assert.Equal(match.Player(1).Energy, match.Player(2).Energy);
        match.Seconds(20);
        Assert.Equal(Limits.EnergyMax, match.Player(1).Energy);
    }

    [Theory]
    [InlineData("180", 60)]
    [InlineData("30", 10)]
    public void Energy_grows_twice_as_fast_in_the_last_minute_or_third(string seconds, int last)
    {
        using LanesMatch match = new LanesMatch(("seconds", seconds)).WithPlayers();
        match.Seconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) - last - 1);
        Assert.False(match.Clock.DoubleEnergy);
        match.Seconds(1.1f);
        Assert.True(match.Clock.DoubleEnergy);
        match.Player(1).Energy = 0;
        match.Seconds(2.8f);
        Assert.Equal(2, match.Player(1).Energy, 0.001f);
    }

    [Fact]
    public void The_clock_shows_whole_seconds_left()
    {
        using var match = new LanesMatch(("seconds", "20"));
        match.Steps(1);
        Assert.Equal(20, match.Clock.SecondsLeft);
        match.Seconds(19.5f);
        Assert.Equal(1, match.Clock.SecondsLeft);
    }

    [Theory]
    [InlineData("seconds", "4")]
    [InlineData("seconds", "soon")]
    [InlineData("overtime", "-1")]
    [InlineData("ai", "clever")]
    [InlineData("crowd", "401")]
    [InlineData("second", "30")]
    public void A_wrong_parameter_refuses_the_match_by_name(string name, string value)
    {
        Simulation.Game.GameException thrown = Assert.Throws<Simulation.Game.GameException>(() => new LanesMatch((name, value)));
        Assert.Contains($"match parameter {name}", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_without_towers_is_refused()
    {
        var setup = new Simulation.MatchSetup(LanesGame.Definition, Maps.Arena, 1, new Simulation.Game.MatchParameters());
        Simulation.Game.GameException thrown = Assert.Throws<Simulation.Game.GameException>(() => new Simulation.MatchSimulation(setup));
        Assert.Contains("map arena has no Left guard tower of player 1", thrown.Message, StringComparison.Ordinal);
    }
}
