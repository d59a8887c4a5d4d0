using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Games.Lanes;

public sealed class CombatTests
{
    [Fact]
    public void Swords_do_not_reach_the_air_but_wings_reach_the_ground()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity knight = match.Deploy(1, UnitKind.Knight, 9, 18)[0];
        Entity[] bats = match.Deploy(2, UnitKind.Bats, 9, 13);
        match.Seconds(6);

        Assert.True(match.Health(knight).Current < match.Health(knight).Max);
        Assert.All(bats, bat => Assert.Equal(match.Health(bat).Max, match.Health(bat).Current));
    }

    [Fact]
    public void Arrows_reach_the_air_but_only_after_their_flight()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity[] bats = match.Deploy(2, UnitKind.Bats, 9, 13);
        match.Deploy(1, UnitKind.Archer, 9, 18);
        int flying = 0;
        while (bats.All(bat => match.World.IsAlive(bat) && match.Health(bat).Current == match.Health(bat).Max))
        {
            match.Steps(1);
            flying += match.All<Projectile>().Length > 0 ? 1 : 0;
            Assert.True(match.Simulation.Tick.Value < 300, "an arrow must have hit by now");
        }

        Assert.True(flying > 3, $"an arrow flies for some ticks, not {flying}");
    }

    [Fact]
    public void A_homing_arrow_whose_target_is_gone_harms_nobody()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity knight = match.Deploy(2, UnitKind.Knight, 9, 13)[0];
        match.Deploy(1, UnitKind.Archer, 9, 17.5f);
        while (match.All<Projectile>().Length == 0)
        {
            match.Steps(1);
        }

        match.Health(knight).Current = 0;
        match.Seconds(1);
        Assert.False(match.World.IsAlive(knight));
        Assert.Empty(match.All<Projectile>());
    }

    [Fact]
    public void A_cannon_ball_hits_several_at_once_and_nothing_in_the_air()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity[] bats = match.Deploy(2, UnitKind.Bats, 9, 13);
        Entity[] swarm = match.Deploy(2, UnitKind.Swarm, 9, 13);
        Assert.Single(match.Deploy(1, UnitKind.Cannon, 9, 18.5f));
        int mostAtOnce = 0;
        for (int i = 0; i < 120; i++)
        {
            int before = swarm.Count(match.World.IsAlive);
            match.Steps(1);
            mostAtOnce = Math.Max(mostAtOnce, before - swarm.Count(match.World.IsAlive));
        }

        Assert.True(mostAtOnce >= 2, $"at most {mostAtOnce} fell at once");
        Assert.All(bats, bat => Assert.Equal(match.Health(bat).Max, match.Health(bat).Current));
    }

    [Fact]
    public void A_giant_walks_past_units_to_the_next_building()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity giant = match.Deploy(1, UnitKind.Giant, 3.5f, 17.5f)[0];
        Entity guard = match.Guard(2, Lane.Left);
        Entity knight = match.Deploy(2, UnitKind.Knight, 3.5f, 13.5f)[0];
        match.Seconds(12);

        Assert.Equal(match.Health(knight).Max, match.Health(knight).Current);
        Assert.True(match.Health(giant).Current < match.Health(giant).Max);
        Assert.True(match.Health(guard).Current < match.Health(guard).Max);
    }

    [Fact]
    public void A_fighter_goes_for_the_nearest_in_sight_and_else_for_its_lanes_tower()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity knight = match.Deploy(1, UnitKind.Knight, 14, 18)[0];
        match.Seconds(2);
        Assert.Equal(match.Guard(2, Lane.Right), match.World.Get<Fighter>(knight).Target);

        Entity far = match.Deploy(2, UnitKind.Giant, 14.5f, 11)[0];
        Entity near = match.Deploy(2, UnitKind.Giant, 14.5f, 14)[0];
        match.Steps(10);
        Assert.Equal(near, match.World.Get<Fighter>(knight).Target);
        match.Health(near).Current = 0;
        match.Health(far).Current = 0;
        match.Health(match.Guard(2, Lane.Right)).Current = 0;
        match.Steps(10);
        Assert.Equal(match.King(2), match.World.Get<Fighter>(knight).Target);
    }

    [Fact]
    public void A_new_unit_is_idle_for_a_moment_and_can_be_hit()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        match.Health(match.Guard(2, Lane.Left)).Current = 0;
        match.Steps(1);
        Entity knight = match.Deploy(1, UnitKind.Knight, 3.5f, 11.5f)[0];
        Vec2 place = match.Place(knight);
        Assert.Equal(UnitState.Arriving, match.World.Get<Unit>(knight).State);
        match.Seconds(0.5f);
        Assert.Equal(place, match.Place(knight));
        match.Seconds(1);
        Assert.NotEqual(place, match.Place(knight));
        match.Seconds(4);
        Assert.True(match.Health(knight).Current < match.Health(knight).Max, "the woken king shoots");
    }

    [Fact]
    public void Guards_shoot_from_the_start_and_kings_once_hit_or_bereaved()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        Entity king = match.King(2);
        Assert.False(match.World.Get<Tower>(king).Awake);
        Entity giant = match.Deploy(1, UnitKind.Giant, 3.5f, 17.5f)[0];
        match.Seconds(4);
        Assert.True(match.Health(giant).Current < match.Health(giant).Max);
        Assert.False(match.World.Get<Tower>(king).Awake);

        match.Health(match.Guard(2, Lane.Right)).Current = 0;
        match.Steps(1);
        Assert.True(match.World.Get<Tower>(king).Awake);
        Assert.False(match.World.Get<Fighter>(king).Asleep);
        Assert.Equal(1, match.Player(1).Crowns);
    }

    [Fact]
    public void A_king_that_is_hit_wakes()
    {
        using LanesMatch match = new LanesMatch().WithPlayers();
        Entity king = match.King(2);
        Entity knight = match.Deploy(1, UnitKind.Knight, 9, 20)[0];
        match.World.Get<Position>(knight).Value = new Vec2(9, 5.5f);
        match.Seconds(2);
        Assert.True(match.World.Get<Tower>(king).Awake);
        Assert.True(match.Health(king).Current < match.Health(king).Max);
    }

    [Fact]
    public void A_cannon_closes_its_cells_units_walk_round_it_and_it_falls_apart_in_time()
    {
        using LanesMatch match = new LanesMatch(("seconds", "300")).WithPlayers().WithoutTowers();
        Entity knight = match.Deploy(1, UnitKind.Knight, 4, 21)[0];
        Entity cannon = match.Deploy(1, UnitKind.Cannon, 4, 18.5f)[0];
        Vec2 centre = match.Place(cannon);
        float nearest = float.MaxValue;
        for (int i = 0; i < 30 * 12 && match.Place(knight).Y > 12; i++)
        {
            match.Steps(1);
            Vec2 place = match.Place(knight) - centre;
            nearest = Math.Min(nearest, Math.Max(Math.Abs(place.X), Math.Abs(place.Y)));
        }

        Assert.True(match.Place(knight).Y <= 12, "the knight must have found its way");
        Assert.InRange(nearest, 1f, 2f);
        match.Player(1).Energy = 10;
        Assert.Equal(Refusal.InTheWay, match.TryDeploy(1, UnitKind.Knight, centre.X, centre.Y));
        match.Seconds(30);
        Assert.False(match.World.IsAlive(cannon));
        Assert.Equal(Refusal.None, match.TryDeploy(1, UnitKind.Knight, centre.X, centre.Y));
    }

    [Fact]
    public void Whoever_stands_where_a_cannon_is_built_steps_aside()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity knight = match.Deploy(1, UnitKind.Knight, 9, 22)[0];
        Vec2 centre = match.Place(match.Deploy(1, UnitKind.Cannon, 9, 22)[0]);
        match.Seconds(3);
        Vec2 offset = match.Place(knight) - centre;
        Assert.True(Math.Max(Math.Abs(offset.X), Math.Abs(offset.Y)) >= 1);
    }

    [Fact]
    public void Wings_take_the_straight_way_over_the_river()
    {
        using LanesMatch match = new LanesMatch().WithPlayers().WithoutTowers();
        Entity[] bats = match.Deploy(1, UnitKind.Bats, 8, 18);
        bool overWater = false;
        for (int i = 0; i < 120; i++)
        {
            match.Steps(1);
            overWater |= bats.Any(bat => match.Place(bat) is { Y: > 15 and < 17, X: > 5.5f and < 12 });
        }

        Assert.True(overWater);
    }

    [Fact]
    public void A_crowd_of_both_sides_never_stands_in_walls()
    {
        using var match = new LanesMatch(("crowd", "200"), ("seconds", "600"));
        for (int i = 0; i < 300; i++)
        {
            match.Steps(1);
            foreach (Entity unit in match.All<Agent>())
            {
                Vec2 place = match.Place(unit);
                bool flies = (match.World.Get<Agent>(unit).Flags & AgentFlags.Flying) != 0;
                Assert.True(flies || place.Y is < 15 or > 17 || place.X is (> 2 and < 5) or (> 13 and < 16), $"{unit} stands in the river at {place}");
            }
        }
    }
}
