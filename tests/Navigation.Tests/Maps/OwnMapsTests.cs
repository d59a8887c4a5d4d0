using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

public sealed class OwnMapsTests
{
    [Theory]
    [InlineData("lanes.tmj", 18, 32)]
    [InlineData("arena.tmx", 48, 48)]
    [InlineData("citadel.tmx", 64, 48)]
    [InlineData("courtyard.tmj", 36, 36)]
    public void Each_map_loads_and_all_its_spawns_reach_each_other(string file, int width, int height)
    {
        GameMap map = MapFile.Load(Path.Combine(TestData.MapsFolder, file));
        Assert.Equal((width, height), (map.Width, map.Height));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), map.Name);
        Assert.All(map.Tiles, tile => Assert.Matches("^#[0-9a-f]{6}$", tile.Color));
        Grid grid = map.CreateGrid();
        Assert.Equal(0, grid.Version);
        PathFinder finder = new(grid);
        Vec2[] points = new Vec2[64];
        MapObject[] spawns = [.. map.Objects.Where(item => item.Class == "spawn")];
        Assert.True(spawns.Length >= 2);
        foreach (MapObject from in spawns)
        {
            Assert.True(grid.IsOpen(from.Position), from.Name);
            foreach (MapObject to in spawns)
            {
                Assert.Equal(PathStatus.Found, finder.Find(from.Position, to.Position, points, 0.4f).Status);
            }
        }
    }

    [Fact]
    public void Lanes_is_the_same_for_both_players()
    {
        GameMap map = Lanes();
        Grid grid = map.CreateGrid();
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                (int mirrorX, int mirrorY) = (map.Width - 1 - x, map.Height - 1 - y);
                Assert.Equal((grid.IsOpen(x, y), grid.Cost(x, y)), (grid.IsOpen(x, mirrorY), grid.Cost(x, mirrorY)));
                Assert.Equal((grid.IsOpen(x, y), grid.Cost(x, y)), (grid.IsOpen(mirrorX, y), grid.Cost(mirrorX, y)));
            }
        }
    }

    [Fact]
    public void Lanes_has_a_river_with_two_bridges()
    {
        Grid grid = Lanes().CreateGrid();
        for (int x = 0; x < grid.Width; x++)
        {
            bool bridge = x is >= 2 and <= 4 or >= 13 and <= 15;
            Assert.Equal(bridge, grid.IsOpen(x, 15));
            Assert.Equal(bridge, grid.IsOpen(x, 16));
        }
    }

    [Fact]
    public void Lanes_has_towers_on_open_ground_and_lanes_that_stay_off_walls_and_towers()
    {
        GameMap map = Lanes();
        Grid grid = map.CreateGrid();
        MapObject[] towers = [.. map.Objects.Where(item => item.Class == "tower")];
        Assert.Equal(6, towers.Length);
        foreach (MapObject tower in towers)
        {
            int side = tower.Properties["kind"] == "king" ? 4 : 3;
            Assert.Equal((side, side), (tower.Cells.Width, tower.Cells.Height));
            Assert.Equal(tower.Properties["player"] == "1", tower.Centre.Y > 16);
            for (int y = tower.Cells.Y; y < tower.Cells.Y + side; y++)
            {
                Assert.All(Enumerable.Range(tower.Cells.X, side), x => Assert.True(grid.IsOpen(x, y)));
            }
        }

        foreach (MapObject tower in towers)
        {
            grid.Block(tower.Cells);
        }

        MapObject[] lanes = [.. map.Objects.Where(item => item.Class == "lane")];
        Assert.Equal(["left", "right"], lanes.Select(lane => lane.Properties["lane"]));
        foreach (MapObject lane in lanes)
        {
            Assert.True(lane.Points[0].Y > 16 && lane.Points[^1].Y < 16);
            for (int i = 1; i < lane.Points.Count; i++)
            {
                Assert.True(LineOfSight.IsClear(grid, lane.Points[i - 1], lane.Points[i], 0.4f), $"{lane.Name} {i}");
            }
        }
    }

    private static GameMap Lanes() => MapFile.Load(Path.Combine(TestData.MapsFolder, "lanes.tmj"));
}
