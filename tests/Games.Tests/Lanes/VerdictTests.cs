using System.Text.Json;
using RealtimeServer.Ecs;

namespace RealtimeServer.Games.Lanes;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Who_brings_down_the_king_wins_at_once(byte winner)
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Health(match.King((byte)(3 - winner))).Current = 0;
        match.Steps(1);

        AssertResult(match, winner, "king", winner == 1 ? [3, 2] : [2, 3]);
        Assert.Equal(3, match.Player(winner).Crowns);
    }

    [Fact]
    public void Two_kings_in_one_tick_are_a_draw()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Health(match.King(1)).Current = 0;
        match.Health(match.King(2)).Current = 0;
        match.Steps(1);
        AssertResult(match, 0, "draw", [2, 2]);
    }

    [Fact]
    public void More_towers_win_when_regular_time_ends()
    {
        using LanesMatch match = new LanesMatch(("seconds", "5")).WithPlayers();
        Fall(match, match.Guard(1, Lane.Left));
        match.Seconds(4);
        Assert.False(match.Simulation.Ended);
        match.Seconds(1);
        AssertResult(match, 2, "towers", [2, 3]);
        Assert.Equal(150u, match.Simulation.Tick.Value);
    }

    [Fact]
    public void Equal_towers_lead_to_overtime_in_which_the_first_tower_decides()
    {
        using LanesMatch match = new LanesMatch(("seconds", "5"), ("overtime", "10")).WithPlayers();
        Fall(match, match.Guard(1, Lane.Left));
        Fall(match, match.Guard(2, Lane.Left));
        match.Seconds(6);
        Assert.False(match.Simulation.Ended);
        Assert.True(match.Clock.Overtime);
        Assert.True(match.Clock.DoubleEnergy);
        Fall(match, match.Guard(2, Lane.Right));
        AssertResult(match, 1, "suddenDeath", [2, 1]);
    }

    [Fact]
    public void After_overtime_the_healthier_weakest_tower_wins()
    {
        using LanesMatch match = new LanesMatch(("seconds", "5"), ("overtime", "5")).WithPlayers();
        match.Health(match.Guard(2, Lane.Right)).Current -= 1;
        match.Seconds(10);
        AssertResult(match, 1, "health", [3, 3]);
        Assert.Equal(300u, match.Simulation.Tick.Value);
    }

    [Theory]
    [InlineData("0", 150)]
    [InlineData("5", 300)]
    public void Equal_sides_draw_at_the_end_of_all_time(string overtime, uint ticks)
    {
        using LanesMatch match = new LanesMatch(("seconds", "5"), ("overtime", overtime)).WithPlayers();
        match.Seconds(60);
        AssertResult(match, 0, "draw", [3, 3]);
        Assert.Equal(ticks, match.Simulation.Tick.Value);
    }

    [Fact]
    public void All_hear_of_a_fallen_tower_and_its_cells_open()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Health(match.Guard(1, Lane.Right)).Current = 0;
        match.Steps(1);
        Assert.Equal(1, match.Simulation.EventCount);
        Assert.True(match.Simulation.Event(0).To.IsNone);
        Assert.Equal(OpCodes.TowerFell, match.Simulation.Event(0).OpCode);
        Assert.Equal(Refusal.None, match.TryDeploy(1, UnitKind.Knight, 14.5f, 23.5f));
    }

    private static void Fall(LanesMatch match, Entity tower)
    {
        match.Health(tower).Current = 0;
        match.Steps(1);
    }

    private static void AssertResult(LanesMatch match, int winner, string reason, int[] towers)
    {
        Assert.True(match.Simulation.Ended);
        JsonElement result = JsonDocument.Parse(match.Simulation.ResultJson!).RootElement;
        Assert.Equal(winner, result.GetProperty("winner").GetInt32());
        Assert.Equal(reason, result.GetProperty("reason").GetString());
        Assert.Equal(towers, result.GetProperty("towers").EnumerateArray().Select(item => item.GetInt32()));
        Assert.Equal(match.Simulation.Tick.Value / 30.0, result.GetProperty("seconds").GetDouble(), 0.06);
    }
}
