using RealtimeServer.Ecs;
using RealtimeServer.Foundation;

namespace RealtimeServer.Games.Lanes;

public sealed class DeployTests
{
    [Theory]
    [InlineData(UnitKind.Knight, 1)]
    [InlineData(UnitKind.Archer, 2)]
    [InlineData(UnitKind.Bats, 6)]
    [InlineData(UnitKind.Swarm, 12)]
    [InlineData(UnitKind.Cannon, 1)]
    [InlineData(UnitKind.Giant, 1)]
    public void Deployed_units_stand_there_in_the_next_tick(UnitKind kind, int count)
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Player(1).Energy = 8;
        Assert.Equal(Refusal.None, match.TryDeploy(1, kind, 9, 20));

        Entity[] units = match.All<Unit>();
        Assert.Equal(count, units.Length);
        Assert.All(units, unit => Assert.InRange(Vec2.Distance(match.Place(unit), new Vec2(9, 20)), 0, 1.6f));
        Assert.All(units, unit => Assert.Equal(1, match.World.Get<Unit>(unit).Owner));
        Assert.InRange(match.Player(1).Energy, 8 - UnitKinds.Of(kind).Cost, 8.02f - UnitKinds.Of(kind).Cost);
    }

    [Theory]
    [InlineData(1, 9, 10, Refusal.NotYourGround)]
    [InlineData(2, 9, 20, Refusal.NotYourGround)]
    [InlineData(1, 9, 15.9f, Refusal.NotYourGround)]
    [InlineData(1, -1, 20, Refusal.NotYourGround)]
    [InlineData(1, 9, 32, Refusal.NotYourGround)]
    [InlineData(1, 1e30f, 1e30f, Refusal.NotYourGround)]
    [InlineData(1, float.NaN, 20, Refusal.NotYourGround)]
    [InlineData(1, 9, float.PositiveInfinity, Refusal.NotYourGround)]
    [InlineData(1, 9, 16.5f, Refusal.InTheWay)]
    [InlineData(2, 9, 15.5f, Refusal.InTheWay)]
    [InlineData(1, 3.5f, 23, Refusal.InTheWay)]
    [InlineData(1, 0.5f, 31.5f, Refusal.InTheWay)]
    public void A_place_must_be_open_and_ones_own(byte player, float x, float y, Refusal expected)
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        float energy = match.Player(player).Energy;

        Assert.Equal(expected, match.TryDeploy(player, UnitKind.Knight, x, y));
        Assert.Empty(match.All<Unit>());
        Assert.True(match.Player(player).Energy >= energy);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    [InlineData((int)UnitKind.KingTower)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Only_kinds_of_the_table_exist(int kind)
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        Assert.Equal(Refusal.NoSuchUnit, match.TryDeploy(1, new DeployUnit(9, 20, kind)));
    }

    [Fact]
    public void A_building_needs_all_its_cells()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Player(1).Energy = 10;
        Assert.Equal(Refusal.InTheWay, match.TryDeploy(1, UnitKind.Cannon, 9, 17));
        Assert.Equal(Refusal.None, match.TryDeploy(1, UnitKind.Cannon, 9, 18.2f));
        match.Player(1).Energy = 10;
        Assert.Equal(Refusal.InTheWay, match.TryDeploy(1, UnitKind.Cannon, 10, 19));
    }

    [Fact]
    public void Energy_must_suffice()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Player(1).Energy = 2.9f;
        Assert.Equal(Refusal.NotEnoughEnergy, match.TryDeploy(1, UnitKind.Knight, 9, 20));
        Assert.Empty(match.All<Unit>());
    }

    [Theory]
    [InlineData(1, 3.5f, 12.5f, 14.5f, 12.5f, 3.5f, 6.5f)]
    [InlineData(2, 3.5f, 19.5f, 14.5f, 19.5f, 3.5f, 25.5f)]
    public void A_fallen_guard_opens_its_side_of_the_lane_up_to_its_ruin(byte player, float x, float y, float otherX, float otherY, float beyondX, float beyondY)
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        Assert.Equal(Refusal.NotYourGround, match.TryDeploy(player, UnitKind.Knight, x, y));
        match.Health(match.Guard((byte)(3 - player), Lane.Left)).Current = 0;
        match.Steps(1);

        Assert.Equal(Refusal.NotYourGround, match.TryDeploy(player, UnitKind.Knight, otherX, otherY));
        Assert.Equal(Refusal.NotYourGround, match.TryDeploy(player, UnitKind.Knight, beyondX, beyondY));
        Assert.Equal(Refusal.None, match.TryDeploy(player, UnitKind.Knight, x, y));
    }

    [Fact]
    public void A_player_has_a_bounded_number_of_units_and_the_other_is_not_concerned()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        int swarm = UnitKinds.Of(UnitKind.Swarm).Count;
        for (int i = 0; i < Limits.UnitsPerPlayerMax / swarm; i++)
        {
            match.Deploy(1, UnitKind.Swarm, 9, 24);
        }

        match.Player(1).Energy = 10;
        Assert.Equal(Refusal.TooManyUnits, match.TryDeploy(1, UnitKind.Swarm, 9, 24));
        match.Player(2).Energy = 10;
        Assert.Equal(Refusal.None, match.TryDeploy(2, UnitKind.Swarm, 9, 12));
    }

    [Fact]
    public void Two_inputs_of_one_tick_cannot_spend_the_same_energy()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Player(1).Energy = 4;
        match.Send(1, new DeployUnit(9, 20, (int)UnitKind.Knight));
        Assert.Equal(Refusal.NotEnoughEnergy, match.TryDeploy(1, UnitKind.Knight, 9, 20));
        Assert.Single(match.All<Unit>());
    }
}
