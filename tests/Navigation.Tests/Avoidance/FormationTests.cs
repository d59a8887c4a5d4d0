using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

public sealed class FormationTests
{
    [Theory]
    [InlineData(FormationShape.Line)]
    [InlineData(FormationShape.Column)]
    [InlineData(FormationShape.Wedge)]
    [InlineData(FormationShape.Box)]
    public void Everybody_has_a_place_of_his_own_at_least_the_spacing_from_others(FormationShape shape)
    {
        DeterministicRandom random = new(3);
        Vec2[] members = new Vec2[37];
        Vec2[] places = new Vec2[37];
        for (int i = 0; i < members.Length; i++)
        {
            members[i] = new Vec2(random.NextSingle(0, 20), random.NextSingle(0, 20));
        }

        new Formation(shape, 1.2f, Width: 6).Assign(null, new Vec2(40, 30), new Vec2(3, 4), members, places);
        for (int i = 0; i < places.Length; i++)
        {
            Assert.True(Vec2.Dot(places[i] - new Vec2(40, 30), new Vec2(3, 4)) <= 1e-3f);
            for (int j = 0; j < i; j++)
            {
                Assert.True(Vec2.Distance(places[i], places[j]) > 1.19f);
            }
        }
    }

    [Fact]
    public void Who_stands_to_the_left_keeps_to_the_left()
    {
        Vec2[] members = [new(3, 0), new(1, 0), new(2, 0), new(0, 0)];
        Vec2[] places = new Vec2[4];
        new Formation(FormationShape.Line, 2).Assign(null, new Vec2(10, 10), new Vec2(0, -1), members, places);
        Assert.True(places[3].X < places[1].X && places[1].X < places[2].X && places[2].X < places[0].X, string.Join(" ", places));
        Assert.All(places, place => Assert.Equal(10, place.Y, 1e-4f));
    }

    [Fact]
    public void Places_in_walls_and_behind_them_move_to_open_ground()
    {
        Grid grid = new(30, 30);
        grid.Block(new CellRect(12, 0, 1, 30));
        Vec2[] members = new Vec2[9];
        Vec2[] places = new Vec2[9];
        new Formation(FormationShape.Line, 1, Width: 9).Assign(grid, new Vec2(10.5f, 15), new Vec2(0, -1), members, places);
        Assert.All(places, place => Assert.True(grid.IsOpen(place) && place.X < 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Formation(FormationShape.Line, 1).Assign(grid, new Vec2(1, 1), Vec2.Zero, members, places));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Formation(FormationShape.Line, 0).Assign(grid, new Vec2(1, 1), new Vec2(1, 0), members, places));
    }
}
