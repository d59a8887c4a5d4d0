using RealtimeServer.Ecs;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

public sealed class OpponentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_opponents_play_a_match_to_its_end_and_do_each_other_harm(ulong seed)
    {
        using var match = new LanesMatch(seed, ("ai", "both"));
        int unitsSeen = 0;
        while (!match.Simulation.Ended)
        {
            match.Steps(1);
            unitsSeen = Math.Max(unitsSeen, match.All<Unit>().Length);
            Assert.InRange(match.Player(1).Energy, 0, Limits.EnergyMax);
        }

        Assert.True(unitsSeen >= 10, $"at most {unitsSeen} units were seen");
        Assert.Contains(match.All<Tower>(), tower => match.Health(tower).Current < match.Health(tower).Max);
    }

    [Fact]
    public void It_fills_a_slot_until_a_player_comes_and_again_when_that_one_leaves()
    {
        using var match = new LanesMatch(("ai", "fill"));
        match.Steps(1);
        Assert.True(match.Player(1).Computer && match.Player(2).Computer);
        PlayerId player = match.Simulation.Join();
        match.Steps(1);
        Assert.False(match.Player(1).Computer);
        Assert.True(match.Player(2).Computer);
        match.Seconds(30);
        Assert.DoesNotContain(match.All<Unit>(), unit => match.World.Get<Unit>(unit).Owner == 1);
        match.Simulation.Leave(player);
        match.Steps(1);
        Assert.True(match.Player(1).Computer);
    }

    [Fact]
    public void Without_being_asked_it_does_not_play()
    {
        using var match = new LanesMatch();
        match.Seconds(60);
        Assert.Empty(match.All<Unit>());
    }

    [Theory]
    [InlineData(3.5f, UnitKind.Bats, UnitKind.Archer)]
    [InlineData(14.5f, UnitKind.Giant, UnitKind.Swarm)]
    public void It_answers_an_attack_in_the_lane_under_attack_with_what_suits(float x, UnitKind attack, UnitKind answer)
    {
        using var match = new LanesMatch(("ai", "fill"));
        Assert.Equal(1, match.Simulation.Join().Value);
        match.Steps(1);
        match.Deploy(1, attack, x, 17.5f);
        for (int i = 0; i < 300 && !match.All<Unit>().Any(unit => match.World.Get<Unit>(unit).Owner == 2); i++)
        {
            match.Steps(1);
        }

        Entity defender = match.All<Unit>().First(unit => match.World.Get<Unit>(unit).Owner == 2);
        Assert.Equal(answer, match.World.Get<Unit>(defender).Kind);
        Assert.Equal(x < 9, match.Place(defender).X < 9);
    }
}
