using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Avoidance;

namespace RealtimeServer.Navigation.Chokes;

public sealed class ChokeTrafficTests
{
    [Theory]
    [InlineData(2, 0.3f, false, 3400)]
    [InlineData(2, 0.4f, true, 4700)]
    [InlineData(6, 0.4f, false, 3700)]
    public void Two_hundred_against_two_hundred_all_reach_their_goals_beyond_a_gate_in_time(int width, float radius, bool alongY, int ticksMax)
    {
        GateCrowd crowd = TwoCrowds(width, radius, alongY);
        AssertAllArrive(crowd, ticksMax);
    }

    [Fact]
    public void Two_hundred_against_two_hundred_take_turns_at_a_gate_of_one_cell_and_all_reach_their_goals() =>
        AssertAllArrive(TwoCrowds(1, 0.4f, alongY: false), 8500);

    [Fact]
    public void So_do_those_who_meet_before_a_long_corridor_of_one_cell() =>
        AssertAllArrive(TwoCrowds(1, 0.4f, alongY: false, length: 30, rows: 10), 12000);

    [Theory]
    [InlineData(45, 2, 3, 0.4f, 7500)]
    [InlineData(45, 3, 3, 0.4f, 5500)]
    [InlineData(30, 2.5f, 2, 0.4f, 7500)]
    [InlineData(107, 3, 4, 0.4f, 8000)]
    [InlineData(163, 4, 2, 0.3f, 4500)]
    [InlineData(140, 6, 1, 0.35f, 4500)]
    public void So_do_those_whose_wall_runs_aslant(float degrees, float width, float thickness, float radius, int ticksMax) =>
        AssertAllArrive(TwoCrowdsAslant(degrees, width, thickness, radius), ticksMax);

    [Fact]
    public void Who_was_shoved_before_a_mouth_goes_out_first_and_nobody_goes_in_meanwhile()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(19, 0, 2, 9));
        grid.Block(new CellRect(19, 10, 2, 10));
        ChokeTraffic traffic = new(new ChokePoints(grid));
        ChokeTraveller[] travellers = [Traveller(new Vec2(18, 9.2f), new Vec2(5, 15)), Traveller(new Vec2(12, 9.5f), new Vec2(30, 9.5f))];
        traffic.Run(travellers, 1, 0.033f);
        traffic.Run(travellers, 2, 0.033f);
        Assert.Equal((ChokeOrder.Leave, ChokeOrder.Wait), (travellers[0].Order, travellers[1].Order));
        Assert.True(travellers[0].Heading.X < 0, $"{travellers[0].Heading}");
        travellers[0].Position = new Vec2(15, 12);
        traffic.Run(travellers, 3, 0.033f);
        traffic.Run(travellers, 4, 0.033f);
        Assert.Equal(ChokeOrder.Pass, travellers[1].Order);
    }

    [Fact]
    public void Agents_of_different_size_and_speed_pass_each_other_in_a_gate_in_time()
    {
        GateCrowd crowd = TwoCrowds(2, 0.45f, alongY: false);
        crowd.Vary(0.2f, 0.45f);
        AssertAllArrive(crowd, 3400);
    }

    [Fact]
    public void Equal_crowds_at_a_gate_end_in_the_same_bits()
    {
        ulong[] hashes = new ulong[2];
        for (int run = 0; run < hashes.Length; run++)
        {
            GateCrowd crowd = TwoCrowds(2, 0.4f, alongY: false);
            StateHash hash = default;
            for (int tick = 0; tick < 600; tick++)
            {
                crowd.Step();
            }

            foreach (ref readonly AvoidanceAgent agent in crowd.Agents)
            {
                hash.Add(agent.Position.X);
                hash.Add(agent.Position.Y);
            }

            hashes[run] = hash.Value;
        }

        Assert.Equal(hashes[0], hashes[1]);
    }

    [Fact]
    public void A_crowd_in_one_direction_does_not_wait()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(19, 0, 2, 9));
        grid.Block(new CellRect(19, 10, 2, 10));
        ChokeTraffic traffic = new(new ChokePoints(grid));
        ChokeTraveller[] travellers = new ChokeTraveller[30];
        for (int i = 0; i < 30; i++)
        {
            travellers[i] = Traveller(new Vec2(10 + (i % 5), 9.5f + ((i / 10) * 0.3f)), new Vec2(30, 9.5f));
        }

        traffic.Run(travellers, 1, 0.033f);
        Assert.All(travellers, traveller => Assert.Equal(ChokeOrder.Pass, traveller.Order));
        travellers[0] = Traveller(new Vec2(26, 9.5f), new Vec2(10, 9.5f));
        traffic.Run(travellers, 2, 0.033f);
        Assert.Equal(ChokeOrder.Wait, travellers[0].Order);
        Assert.Equal(ChokeTraffic.PassersMax, travellers[1..].Count(traveller => traveller.Order == ChokeOrder.Pass));
    }

    [Fact]
    public void Who_turns_round_or_whose_gate_is_gone_is_free()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(19, 0, 2, 9));
        grid.Block(new CellRect(19, 10, 2, 10));
        ChokeTraffic traffic = new(new ChokePoints(grid));
        ChokeTraveller[] travellers =
        [
            Traveller(new Vec2(15, 9.5f), new Vec2(30, 9.5f)),
            Traveller(new Vec2(25, 9.5f), new Vec2(10, 9.5f)),
        ];
        traffic.Run(travellers, 1, 0.033f);
        Assert.Equal(ChokeOrder.Pass, travellers[0].Order);
        Assert.Equal(ChokeOrder.Wait, travellers[1].Order);
        travellers[0].Next = travellers[0].After = travellers[0].Later = new Vec2(2, 2);
        traffic.Run(travellers, 2, 0.033f);
        traffic.Run(travellers, 3, 0.033f);
        Assert.Equal(ChokeOrder.Free, travellers[0].Order);
        Assert.Equal(ChokeOrder.Pass, travellers[1].Order);
        grid.Unblock(new CellRect(19, 0, 2, 9));
        traffic.Run(travellers, 4, 0.033f);
        Assert.Equal(ChokeOrder.Free, travellers[1].Order);
    }

    [Fact]
    public void Where_two_fit_beside_each_other_both_directions_pass_at_once_each_to_its_right()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(19, 0, 2, 9));
        grid.Block(new CellRect(19, 11, 2, 9));
        ChokeTraffic traffic = new(new ChokePoints(grid));
        ChokeTraveller[] travellers = [Traveller(new Vec2(17, 10), new Vec2(30, 10)), Traveller(new Vec2(23, 10), new Vec2(10, 10))];
        traffic.Run(travellers, 1, 0.033f);
        traffic.Run(travellers, 2, 0.033f);
        Assert.All(travellers, traveller => Assert.Equal(ChokeOrder.Pass, traveller.Order));
        Assert.True(travellers[0].Heading.X > 0 && travellers[0].Heading.Y > 0, $"{travellers[0].Heading}");
        Assert.True(travellers[1].Heading.X < 0 && travellers[1].Heading.Y < 0, $"{travellers[1].Heading}");
    }

    // Blocks of 10 by 20 places, each place's goal the mirrored one beyond a wall with a gate in it.
    private static GateCrowd TwoCrowds(int width, float radius, bool alongY, int length = 2, int rows = 20)
    {
        int edge = 30 - (length / 2);
        int half = 10 * rows;
        int low = 16 - ((width + 1) / 2);
        int high = low + width;
        Grid grid = alongY ? new(32, 60) : new(60, 32);
        grid.Block(alongY ? new CellRect(0, edge, low, length) : new CellRect(edge, 0, length, low));
        grid.Block(alongY ? new CellRect(high, edge, 32 - high, length) : new CellRect(edge, high, length, 32 - high));
        (Vec2 From, Vec2 To)[] ways = new (Vec2, Vec2)[2 * half];
        for (int i = 0; i < half; i++)
        {
            Vec2 left = new(3 + (i / rows), 6 + (i % rows));
            Vec2 right = new(60 - left.X, left.Y);
            Vec2 turnedLeft = new(left.Y, left.X);
            Vec2 turnedRight = new(right.Y, right.X);
            ways[i] = alongY ? (turnedLeft, turnedRight) : (left, right);
            ways[half + i] = alongY ? (turnedRight, turnedLeft) : (right, left);
        }

        return new GateCrowd(grid, ways, radius, traffic: true);
    }

    // The same beyond a wall of cells through the middle, with a gate in it that one passes in a direction.
    private static GateCrowd TwoCrowdsAslant(float degrees, float width, float thickness, float radius)
    {
        const int Side = 76;
        const int Rows = 20;
        const int Half = 10 * Rows;
        Vec2 middle = new(Side * 0.5f, Side * 0.5f);
        (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
        Vec2 axis = new((float)cosine, (float)sine);
        Grid grid = new(Side, Side);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                Vec2 from = new Cell(x, y).Centre - middle;
                grid.SetOpen(x, y, MathF.Abs(Vec2.Dot(from, axis)) > thickness * 0.5f || MathF.Abs(Vec2.Cross(axis, from)) <= width * 0.5f);
            }
        }

        (Vec2 From, Vec2 To)[] ways = new (Vec2, Vec2)[2 * Half];
        for (int i = 0; i < Half; i++)
        {
            Vec2 along = axis * (27 - (i / Rows));
            Vec2 aside = axis.Perpendicular * ((i % Rows) - 9.5f);
            ways[i] = (middle + aside - along, middle + aside + along);
            ways[Half + i] = (ways[i].To, ways[i].From);
        }

        return new GateCrowd(grid, ways, radius, traffic: true);
    }

    private static void AssertAllArrive(GateCrowd crowd, int ticksMax)
    {
        for (int ticks = 0; ticks < ticksMax && crowd.Arrived < crowd.Agents.Length; ticks++)
        {
            crowd.Step();
        }

        Assert.True(crowd.Arrived == crowd.Agents.Length, $"{crowd.Arrived} of {crowd.Agents.Length} have arrived; not {crowd.Missing()}");
        Assert.True(crowd.WorstOverlap <= 0.05f, $"overlap {crowd.WorstOverlap}");
    }

    private static ChokeTraveller Traveller(Vec2 at, Vec2 to) => new() { Position = at, Next = to, After = to, Later = to, Radius = 0.3f };
}
