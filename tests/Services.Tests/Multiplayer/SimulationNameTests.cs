namespace RealtimeServer.Services.Multiplayer;

public sealed class SimulationNameTests
{
    [Fact]
    public void Game_map_seed_and_parameters_are_read()
    {
        Assert.True(SimulationName.TryParse("simulate:lanes?map=la%20nes&seconds=30&seed=18446744073709551615&ai=", out SimulationName? name, out _));
        Assert.Equal("lanes", name.Game);
        Assert.Equal("la nes", name.Map);
        Assert.Equal(ulong.MaxValue, name.Seed);
        Assert.Equal([new("seconds", "30"), new("ai", "")], name.Parameters);
    }

    [Fact]
    public void A_game_alone_is_enough()
    {
        Assert.True(SimulationName.TryParse("simulate:lanes", out SimulationName? name, out _));
        Assert.Equal("lanes", name.Game);
        Assert.Null(name.Map);
        Assert.Null(name.Seed);
        Assert.Empty(name.Parameters);
    }

    [Theory]
    [InlineData("simulate:", "Game")]
    [InlineData("simulate:?map=x", "Game")]
    [InlineData("simulate:lanes?seed=x", "seed")]
    [InlineData("simulate:lanes?seed=-1", "seed")]
    [InlineData("simulate:lanes?a=1&a=2", "a is given twice")]
    public void A_wrong_name_is_refused_with_what_is_wrong(string name, string what)
    {
        Assert.False(SimulationName.TryParse(name, out _, out string? error));
        Assert.Contains(what, error);
    }

    [Fact]
    public void Too_many_parameters_are_refused()
    {
        string query = string.Join('&', Enumerable.Range(0, Limits.MatchParametersMax + 1).Select(i => $"p{i}=1"));
        Assert.False(SimulationName.TryParse("simulate:lanes?" + query, out _, out _));
        Assert.False(SimulationName.TryParse("simulate:lanes?p=" + new string('x', Limits.MatchNameBytesMax), out _, out _));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("lanes", false)]
    [InlineData("Simulate:lanes", false)]
    [InlineData("simulate:", true)]
    public void A_plain_name_is_no_simulation(string name, bool expected) => Assert.Equal(expected, SimulationName.IsOne(name));
}
