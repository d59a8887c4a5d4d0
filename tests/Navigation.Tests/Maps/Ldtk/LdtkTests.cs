using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Ldtk;

public sealed class LdtkTests
{
    private const string Definitions = """
        "defs": {"layers": [
          {"identifier": "Things", "type": "Entities", "uid": 1, "gridSize": 8, "intGridValues": []},
          {"identifier": "Ground", "type": "IntGrid", "uid": 2, "gridSize": 8, "intGridValues": [{"value": 1, "identifier": "walls", "color": "#112233"}, {"value": 2, "identifier": "Mud_cost_2_5", "color": "#445566"}, {"value": 3, "identifier": null}]},
          {"identifier": "Floor", "type": "Tiles", "uid": 3, "gridSize": 16, "intGridValues": []}],
         "tilesets": [{"identifier": "T", "uid": 7, "enumTags": [{"enumValueId": "Solid", "tileIds": [4]}, {"enumValueId": "Wet", "tileIds": [5]}], "customData": [{"tileId": 5, "data": "cost=3\nnote"}]}],
         "entities": [{"identifier": "Spawn", "uid": 10, "resizableX": false, "resizableY": false, "renderMode": "Cross"}, {"identifier": "Zone", "uid": 11, "resizableX": true, "resizableY": true, "renderMode": "Ellipse"}]}
        """;

    private const string Layers = """
        "layerInstances": [
          {"__identifier": "Things", "__type": "Entities", "__cWid": 4, "__cHei": 2, "__gridSize": 8, "layerDefUid": 1, "intGridCsv": [], "gridTiles": [], "autoLayerTiles": [], "entityInstances": [
            {"__identifier": "Spawn", "__tags": ["spawn"], "__pivot": [0.5, 1], "px": [12, 16], "width": 8, "height": 8, "iid": "aa", "fieldInstances": [
              {"__identifier": "Player", "__value": 2}, {"__identifier": "Path", "__value": [{"cx": 0, "cy": 1}, {"cx": 3, "cy": 0}]}, {"__identifier": "Nothing", "__value": null},
              {"__identifier": "List", "__value": [1, 2]}, {"__identifier": "Other", "__value": {"entityIid": "bb", "layerIid": "x"}}]},
            {"__identifier": "Zone", "__tags": [], "__pivot": [0, 0], "px": [0, 0], "width": 16, "height": 16, "iid": "bb", "fieldInstances": [{"__identifier": "Walkable", "__value": true}]}]},
          {"__identifier": "Ground", "__type": "IntGrid", "__cWid": 4, "__cHei": 2, "__gridSize": 8, "layerDefUid": 2, "intGridCsv": [1, 0, 2, 0, 0, 3, 0, 0], "gridTiles": [], "autoLayerTiles": [], "entityInstances": []},
          {"__identifier": "Floor", "__type": "Tiles", "__cWid": 2, "__cHei": 1, "__gridSize": 16, "__tilesetDefUid": 7, "layerDefUid": 3, "intGridCsv": [], "gridTiles": [{"px": [16, 0], "t": 5}], "autoLayerTiles": [{"px": [0, 0], "t": 9}], "entityInstances": []}]
        """;

    private static readonly string Small = Project("Free", Level("One", 0, 0, 32, 16, Layers));

    [Fact]
    public void Values_close_cells_and_make_them_dear_by_their_names()
    {
        GameMap map = Parse(Small);
        Assert.Equal((4, 2), (map.Width, map.Height));
        Grid grid = map.CreateGrid();
        Assert.Equal([true, true, true, true, true, true, true, true], Enumerable.Range(0, 8).Select(i => grid.IsOpen(i % 4, i / 4)));
        Assert.Equal((1f, 2.5f, 3f), (grid.Cost(1, 1), grid.Cost(2, 0), grid.Cost(3, 1)));
        Assert.True(map.HasFlag(new Cell(3, 1), "Wet") && !map.HasFlag(new Cell(0, 1), "Wet"));
        Assert.Equal("#112233", map.Tiles.Single(tile => tile.Class == "walls").Color);
        Assert.False(Parse(Small.Replace("\"Walkable\"", "\"Note\"", StringComparison.Ordinal)).CreateGrid().IsOpen(0, 0));
    }

    [Fact]
    public void Entities_become_objects_with_their_fields()
    {
        GameMap map = Parse(Small);
        MapObject spawn = map.Objects[0];
        Assert.Equal(("Spawn", "spawn", MapShape.Point, new Vec2(1.5f, 1.5f)), (spawn.Name, spawn.Class, spawn.Shape, spawn.Position));
        Assert.Equal(("2", "0.5,1.5 3.5,0.5", "1,2", "bb", "aa", "One"), (
            spawn.Properties["player"], spawn.Properties["path"], spawn.Properties["list"], spawn.Properties["other"], spawn.Properties["iid"], spawn.Properties["level"]));
        Assert.False(spawn.Properties.ContainsKey("nothing"));
        Assert.Equal((MapShape.Ellipse, new Vec2(2, 2)), (map.Objects[1].Shape, map.Objects[1].Size));
    }

    [Fact]
    public void Levels_lie_where_the_world_has_them_and_are_regions()
    {
        GameMap map = Parse(Project("GridVania", Level("A", -32, 8, 32, 16, Layers), Level("B", 8, -8, 16, 16, "\"layerInstances\": []")));
        Assert.Equal((7, 4), (map.Width, map.Height));
        Grid grid = map.CreateGrid();
        Assert.True(grid.IsOpen(0, 2) && !grid.IsOpen(0, 0) && !grid.IsOpen(4, 0) && grid.IsOpen(5, 0) && grid.IsOpen(6, 1) && !grid.IsOpen(6, 2));
        Assert.Equal(new CellRect(0, 2, 4, 2), map.FindRegion("A")!.Bounds);
        Assert.Equal(new CellRect(5, 0, 2, 2), map.FindRegion("B")!.Bounds);
        Assert.Equal(new Vec2(1.5f, 3.5f), map.Objects[0].Position);
    }

    [Theory]
    [InlineData("LinearHorizontal", 7, 2)]
    [InlineData("LinearVertical", 4, 5)]
    public void Levels_in_a_line_are_kept_apart_by_a_closed_cell(string layout, int width, int height)
    {
        GameMap map = Parse(Project(layout, Level("A", -1, -1, 32, 16, Layers), Level("B", -1, -1, 16, 16, "\"layerInstances\": []")));
        Assert.Equal((width, height), (map.Width, map.Height));
        Assert.Equal(4, map.FindRegion("B")!.CellCount);
    }

    [Fact]
    public void A_level_that_is_deeper_lies_over_others()
    {
        string over = Level("Over", 0, 0, 16, 16, "\"layerInstances\": []").Replace("\"worldDepth\": 0", "\"worldDepth\": 1", StringComparison.Ordinal);
        Assert.True(Parse(Project("Free", over, Level("A", 0, 0, 32, 16, Layers)).Replace("\"Walkable\"", "\"Note\"", StringComparison.Ordinal)).CreateGrid().IsOpen(0, 0));
    }

    [Fact]
    public void Several_worlds_lie_beside_each_other()
    {
        string one = $"{{\"identifier\": \"Up\", \"worldLayout\": \"GridVania\", \"levels\": [{Level("One", 64, 32, 32, 16, Layers)}]}}";
        string none = "{\"identifier\": \"Empty\", \"worldLayout\": \"Free\", \"levels\": []}";
        string two = $"{{\"identifier\": \"Down\", \"worldLayout\": \"LinearVertical\", \"levels\": [{Level("Two", -1, -1, 20, 8, "\"layerInstances\": []")}, {Level("Three", -1, -1, 8, 8, Layers)}]}}";
        GameMap map = Parse($"{{\"worldLayout\": null, \"defaultGridSize\": 8, \"levels\": [], \"worlds\": [{one}, {none}, {two}], {Definitions}}}");
        Assert.Equal((8, 3), (map.Width, map.Height)); // four cells, a closed one, two and a half; a closed row between two levels
        Assert.Equal(
            [("One", "Up", new CellRect(0, 0, 4, 2)), ("Two", "Down", new CellRect(5, 0, 2, 1)), ("Three", "Down", new CellRect(5, 2, 1, 1))],
            map.Regions.Select(region => (region.Name, region.Properties["world"], region.Bounds)));
        Assert.False(map.CreateGrid().IsOpen(4, 0));
        Assert.Equal(new Vec2(1.5f, 1.5f), map.Objects[0].Position);
    }

    [Fact]
    public void Levels_in_files_of_their_own_and_the_only_world_that_has_any_are_read()
    {
        string level = Level("One", 0, 0, 32, 16, "\"externalRelPath\": \"p/One.ldtkl\", \"layerInstances\": null");
        string project = $"{{\"worldLayout\": null, \"defaultGridSize\": 8, \"levels\": [], \"worlds\": [{{\"worldLayout\": \"Free\", \"levels\": [{level}]}}, {{\"levels\": []}}], {Definitions}}}";
        GameMap map = MapFile.Parse("test.ldtk", Encoding.UTF8.GetBytes(project), path => path == "p/One.ldtkl" ? Encoding.UTF8.GetBytes(Level("One", 0, 0, 32, 16, Layers)) : null);
        Assert.Equal(Parse(Small).Hash, map.Hash);
    }

    [Theory]
    [InlineData("{}", "no 'defs'")]
    [InlineData("[]", "an object {…} is expected")]
    [InlineData("{\"defs\": {}, \"levels\": []}", "no levels")]
    public void What_is_no_project_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<MapException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[1, 0, 2, 0, 0, 3, 0, 0]", "[1, 0, 2]", "has 3 values")]
    [InlineData("[1, 0, 2, 0, 0, 3, 0, 0]", "[1, 0, 2, 0, 0, 3, 0, 9]", "row 1, column 3: The value 9 is not defined")]
    [InlineData("[1, 0, 2, 0, 0, 3, 0, 0]", "[1, 0, 2, 0, 0, 3, 0, \"a\"]", "layerInstances[1].intGridCsv[7] (line")]
    [InlineData("\"pxWid\": 32", "\"pxWid\": 99999999", "12500000 by 2 cells")]
    [InlineData("cost=3", "cost=99", "Tile 5 of the tileset: 'cost' is '99'")]
    [InlineData("\"px\": [12, 16]", "\"px\": [12]", "two numbers are expected")]
    [InlineData("\"__gridSize\": 8", "\"__gridSize\": 0", "'0' stands where a whole number from 1")]
    public void What_cannot_be_used_is_refused_with_its_place(string old, string changed, string reason) =>
        Assert.Contains(reason, Assert.Throws<MapException>(() => Parse(Small.Replace(old, changed, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [SharedDataTheory("ldtk")]
    [InlineData("Typical_TopDown_example.ldtk", 64, 16, 3)]
    [InlineData("SeparateLevelFiles.ldtk", 47, 15, 3)]
    [InlineData("Test_file_for_API_showing_all_features.ldtk", 85, 150, 6)]
    public void The_editors_own_samples_load(string file, int width, int height, int levels)
    {
        GameMap map = MapFile.Load(Path.Combine(TestData.FindShared("ldtk")!, file));
        Assert.Equal((width, height, levels), (map.Width, map.Height, map.Regions.Count));
        Grid grid = map.CreateGrid();
        Assert.Contains(Enumerable.Range(0, width * height), i => grid.IsOpen(i % width, i / width));
        Cell[] closed = [.. Enumerable.Range(0, width * height).Select(i => new Cell(i % width, i / width)).Where(cell => !grid.IsOpen(cell))];
        Assert.Contains(closed, cell => map.Regions.Any(region => region.Contains(cell)));
    }

    [Fact]
    public void Mutated_projects_and_levels_load_or_are_refused()
    {
        Fuzzing.Run("ldtk", Encoding.UTF8.GetBytes(Small), 1500, content => MapFile.Parse("test.ldtk", content));
        string level = Level("One", 0, 0, 32, 16, "\"externalRelPath\": \"One.ldtkl\", \"layerInstances\": null");
        byte[] project = Encoding.UTF8.GetBytes(Project("Free", level));
        Fuzzing.Run("ldtkl", Encoding.UTF8.GetBytes(Level("One", 0, 0, 32, 16, Layers)), 1000, content => MapFile.Parse("test.ldtk", project, _ => content));
    }

    internal static string Project(string layout, params string[] levels) =>
        $"{{\"worldLayout\": \"{layout}\", \"defaultGridSize\": 8, \"worlds\": [],\n \"levels\": [{string.Join(",\n", levels)}],\n {Definitions}}}";

    private static string Level(string name, int x, int y, int width, int height, string layers) =>
        $"{{\"identifier\": \"{name}\", \"worldX\": {x}, \"worldY\": {y}, \"worldDepth\": 0, \"pxWid\": {width}, \"pxHei\": {height}, \"fieldInstances\": [], {layers}}}";

    private static GameMap Parse(string text) => MapFile.Parse("test.ldtk", Encoding.UTF8.GetBytes(text));
}
