using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

public sealed class GridTests
{
    [Fact]
    public void Blocks_nest_and_never_open_walls()
    {
        Grid grid = new(6, 6);
        grid.SetOpen(2, 2, false);
        grid.Block(new CellRect(1, 1, 3, 3));
        grid.Block(new CellRect(2, 2, 3, 3));
        grid.Unblock(new CellRect(1, 1, 3, 3));
        Assert.True(grid.IsOpen(1, 1));
        Assert.False(grid.IsOpen(3, 3));
        grid.Unblock(new CellRect(2, 2, 3, 3));
        Assert.True(grid.IsOpen(3, 3));
        Assert.False(grid.IsOpen(2, 2));
    }

    [Fact]
    public void Opening_a_wall_under_a_block_shows_once_the_block_is_gone()
    {
        Grid grid = new(3, 3);
        grid.SetOpen(1, 1, false);
        grid.Block(new CellRect(1, 1, 1, 1));
        grid.SetOpen(1, 1, true);
        Assert.False(grid.IsOpen(1, 1));
        grid.Unblock(new CellRect(1, 1, 1, 1));
        Assert.True(grid.IsOpen(1, 1));
    }

    [Fact]
    public void Unblocking_what_is_not_blocked_is_refused_and_changes_nothing()
    {
        Grid grid = new(4, 4);
        grid.Block(new CellRect(0, 0, 2, 2));
        int version = grid.Version;
        Assert.Throws<InvalidOperationException>(() => grid.Unblock(new CellRect(0, 0, 3, 2)));
        Assert.False(grid.IsOpen(0, 0));
        Assert.Equal(version, grid.Version);
    }

    [Fact]
    public void Outside_is_closed_and_rectangles_are_cut_to_the_grid()
    {
        Grid grid = new(4, 4);
        Assert.False(grid.IsOpen(-1, 0));
        Assert.False(grid.IsOpen(4, 3));
        Assert.False(grid.IsOpen(new Vec2(float.NaN, 0)));
        grid.Block(new CellRect(3, 3, int.MaxValue, int.MaxValue));
        Assert.False(grid.IsOpen(3, 3));
        int version = grid.Version;
        grid.Block(new CellRect(int.MaxValue, 0, int.MaxValue, 5));
        grid.Block(new CellRect(0, 0, -3, 5));
        Assert.Equal(version, grid.Version);
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.SetOpen(4, 0, false));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.SetCost(0, 0, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Grid(Limits.GridSideMax + 1, 1));
    }

    [Fact]
    public void Costs_are_kept_in_eighths()
    {
        Grid grid = new(2, 1);
        grid.SetCost(0, 0, 2.3f);
        Assert.Equal(2.25f, grid.Cost(0, 0));
        grid.SetCost(0, 0, Grid.CostMax);
        Assert.Equal(31.875f, grid.Cost(0, 0));
        Assert.Equal(1f, grid.Cost(1, 0));
    }

    [Fact]
    public void Every_change_is_told_once_and_an_overrun_log_tells_of_the_whole_grid()
    {
        Grid grid = new(9, 9);
        Span<CellRect> changes = stackalloc CellRect[Limits.GridChangesMax];
        Assert.Equal(0, grid.ChangedSince(0, changes));
        grid.Block(new CellRect(1, 2, 3, 4));
        int version = grid.Version;
        grid.SetOpen(5, 5, false);
        grid.SetOpen(5, 5, false);
        grid.SetCost(6, 6, 3);
        Assert.Equal(3, grid.ChangedSince(0, changes));
        Assert.Equal(new CellRect(1, 2, 3, 4), changes[0]);
        Assert.Equal(2, grid.ChangedSince(version, changes));
        Assert.Equal(new CellRect(6, 6, 1, 1), changes[1]);
        Assert.Equal(1, grid.ChangedSince(0, changes[..2]));
        Assert.Equal(new CellRect(0, 0, 9, 9), changes[0]);
        for (int i = 0; i < Limits.GridChangesMax; i++)
        {
            grid.SetCost(0, 0, 1 + (i % 2) + 1);
        }

        Assert.Equal(1, grid.ChangedSince(version, changes));
        Assert.Equal(new CellRect(0, 0, 9, 9), changes[0]);
        Assert.Equal(Limits.GridChangesMax, grid.ChangedSince(grid.Version - Limits.GridChangesMax, changes));
    }

    [Fact]
    public void A_clone_is_equal_and_goes_its_own_way()
    {
        Grid grid = new(5, 5);
        grid.Block(new CellRect(1, 1, 2, 2));
        grid.SetCost(4, 4, 5);
        Grid clone = grid.Clone();
        Assert.Equal(HashOf(grid), HashOf(clone));
        clone.Unblock(new CellRect(1, 1, 2, 2));
        Assert.NotEqual(HashOf(grid), HashOf(clone));
        Assert.False(grid.IsOpen(1, 1));
    }

    [Fact]
    public void A_path_is_touched_by_a_change_it_crosses_and_by_no_other()
    {
        CellRect building = new(4, 4, 2, 2);
        Assert.True(building.IsTouchedBy(new Vec2(0, 0), new Vec2(9, 9), 0));
        Assert.False(building.IsTouchedBy(new Vec2(0, 2), new Vec2(9, 2), 1.9f));
        Assert.True(building.IsTouchedBy(new Vec2(0, 2), new Vec2(9, 2), 2.1f));
        Assert.False(new CellRect(4, 4, 0, 2).IsTouchedBy(new Vec2(0, 0), new Vec2(9, 9), 1));
    }

    [Theory]
    [InlineData(0.5f, 0.5f, 3.5f, 3.5f, 0f, false)]
    [InlineData(0.5f, 3.5f, 3.5f, 0.5f, 0f, false)]
    [InlineData(0.5f, 0.5f, 3.5f, 0.5f, 0.5f, true)]
    [InlineData(0.5f, 0.5f, 3.5f, 0.5f, 0.51f, false)]
    [InlineData(0.5f, 0.6f, 3.5f, 0.6f, 0.41f, false)]
    [InlineData(0.5f, 0.6f, 3.5f, 0.6f, 0.4f, true)]
    [InlineData(0.5f, 0.5f, 0.5f, 0.5f, 0.5f, true)]
    [InlineData(0.5f, 0.5f, 4.5f, 0.5f, 0f, false)]
    [InlineData(float.NaN, 0.5f, 1f, 0.5f, 0f, false)]
    public void Lines_of_sight_keep_the_radius(float ax, float ay, float bx, float by, float radius, bool clear)
    {
        // Two closed cells that touch at a corner: no line passes between them.
        Grid grid = new(4, 4);
        grid.SetOpen(1, 1, false);
        grid.SetOpen(2, 2, false);
        Assert.Equal(clear, LineOfSight.IsClear(grid, new Vec2(ax, ay), new Vec2(bx, by), radius));
    }

    [Fact]
    public void Lines_of_sight_agree_with_sampling()
    {
        DeterministicRandom random = new(23);
        int clear = 0;
        for (int i = 0; i < 5000; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 12);
            Vec2 a = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
            Vec2 b = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
            bool sampled = true;
            for (int s = 0; s <= 300 && sampled; s++)
            {
                sampled = grid.IsOpen(Vec2.Lerp(a, b, s / 300f));
            }

            bool seen = LineOfSight.IsClear(grid, a, b, 0);
            Assert.True(sampled || !seen, $"{a} {b}");
            clear += seen ? 1 : 0;
        }

        Assert.True(clear > 300, $"{clear} clear");
    }

    private static ulong HashOf(Grid grid)
    {
        StateHash hash = default;
        grid.Hash(ref hash);
        return hash.Value;
    }
}
