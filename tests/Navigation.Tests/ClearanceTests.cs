using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

public sealed class ClearanceTests
{
    [Fact]
    public void It_is_the_distance_from_a_cells_middle_to_the_nearest_closed_cell_or_border()
    {
        DeterministicRandom random = new(71);
        for (int i = 0; i < 120; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 24);
            float most = random.NextSingle(0.3f, 9);
            float[] clearance = Clearance.Of(grid, most);
            for (int cell = 0; cell < clearance.Length; cell++)
            {
                Assert.Equal(Nearest(grid, cell % grid.Width, cell / grid.Width, most), clearance[cell], 1e-5f);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(1e9f)]
    public void What_is_no_distance_is_refused(float most) =>
        Assert.Contains("clearance", Assert.Throws<ArgumentOutOfRangeException>(() => Clearance.Of(new Grid(3, 3), most)).Message, StringComparison.Ordinal);

    // Every closed cell near enough is looked at, the border as cells beyond it.
    private static float Nearest(Grid grid, int x, int y, float most)
    {
        float best = grid.IsOpen(x, y) ? most : 0;
        int around = (int)most + 2;
        for (int dy = -around; dy <= around; dy++)
        {
            for (int dx = -around; dx <= around; dx++)
            {
                if (!grid.IsOpen(x + dx, y + dy))
                {
                    float gapX = Math.Max(Math.Abs(dx) - 0.5f, 0);
                    float gapY = Math.Max(Math.Abs(dy) - 0.5f, 0);
                    best = Math.Min(best, MathF.Sqrt((gapX * gapX) + (gapY * gapY)));
                }
            }
        }

        return best;
    }
}
