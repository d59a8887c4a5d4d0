using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

public sealed class ChokeTrafficTests
{
    [Theory]
    [InlineData(0.3f, false)]
    [InlineData(0.4f, true)]
    public void Two_hundred_against_two_hundred_all_reach_their_goals_beyond_a_gate_of_two_cells(float radius, bool alongY)
    {
        Grid grid = alongY ? new(32, 60) : new(60, 32);
        grid.Block(alongY ? new CellRect(0, 29, 15, 2) : new CellRect(29, 0, 2, 15));
        grid.Block(alongY ? new CellRect(17, 29, 15, 2) : new CellRect(29, 17, 2, 15));
        (Vec2 From, Vec2 To)[] ways = new (Vec2, Vec2)[400];
        for (int i = 0; i < 200; i++)
        {
            Vec2 left = new(3 + (i / 20), 6 + (i % 20));
            Vec2 right = new(60 - left.X, left.Y);
            Vec2 turnedLeft = new(left.Y, left.X);
            Vec2 turnedRight = new(right.Y, right.X);
            ways[i] = alongY ? (turnedLeft, turnedRight) : (left, right);
            ways[200 + i] = alongY ? (turnedRight, turnedLeft) : (right, left);
        }

        GateCrowd crowd = new(grid, ways, radius, traffic: true);
        for (int ticks = 0; ticks < 250 * 30 && crowd.Arrived < ways.Length; ticks++)
        {
            crowd.Step();
        }

        Assert.True(crowd.Arrived == ways.Length, $"{crowd.Arrived} of {ways.Length} have arrived; not {crowd.Missing()}");
        Assert.True(crowd.WorstOverlap <= 0.05f, $"overlap {crowd.WorstOverlap}");
    }

    [Fact]
    public void A_crowd_in_one_direction_does_not_wait()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(19, 0, 2, 9));
        grid.Block(new CellRect(19, 11, 2, 9));
        ChokeTraffic traffic = new(new ChokePoints(grid));
        ChokeTraveller[] travellers = new ChokeTraveller[30];
        for (int i = 0; i < 30; i++)
        {
            travellers[i] = Traveller(new Vec2(10 + (i % 5), 9.5f + ((i / 10) * 0.3f)), new Vec2(30, 10));
        }

        traffic.Run(travellers, 1, 0.033f);
        Assert.All(travellers, traveller => Assert.Equal(ChokeOrder.Pass, traveller.Order));
        travellers[0] = Traveller(new Vec2(26, 10), new Vec2(10, 10));
        traffic.Run(travellers, 2, 0.033f);
        Assert.Equal(ChokeOrder.Wait, travellers[0].Order);
        Assert.Equal(ChokeTraffic.PassersMax, travellers[1..].Count(traveller => traveller.Order == ChokeOrder.Pass));
    }

    [Fact]
    public void Who_turns_round_or_whose_gate_is_gone_is_free()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(19, 0, 2, 9));
        grid.Block(new CellRect(19, 11, 2, 9));
        ChokeTraffic traffic = new(new ChokePoints(grid));
        ChokeTraveller[] travellers =
        [
            Traveller(new Vec2(15, 10), new Vec2(30, 10)),
            Traveller(new Vec2(25, 10), new Vec2(10, 10)),
        ];
        traffic.Run(travellers, 1, 0.033f);
        Assert.Equal(ChokeOrder.Pass, travellers[0].Order);
        Assert.Equal(ChokeOrder.Wait, travellers[1].Order);
        travellers[0].Next = travellers[0].After = new Vec2(2, 2);
        traffic.Run(travellers, 2, 0.033f);
        traffic.Run(travellers, 3, 0.033f);
        Assert.Equal(ChokeOrder.Free, travellers[0].Order);
        Assert.Equal(ChokeOrder.Pass, travellers[1].Order);
        grid.Unblock(new CellRect(19, 0, 2, 9));
        traffic.Run(travellers, 4, 0.033f);
        Assert.Equal(ChokeOrder.Free, travellers[1].Order);
    }

    private static ChokeTraveller Traveller(Vec2 at, Vec2 to) => new() { Position = at, Next = to, After = to, Radius = 0.3f };
}
