using RealtimeServer.Navigation;

namespace RealtimeServer.Maps;

public sealed class CheckTests : IDisposable
{
    private readonly MapsProcess _tool = new();

    // Two rooms with a door of one cell between them, a closed-off corner on the right, a spawn point in each room and one in the wall.
    private const string Rooms = """
        {"mask": "rooms.pgm", "objects": [
          {"name": "left", "class": "spawn", "x": 1.5, "y": 1.5}, {"name": "right", "class": "spawn", "x": 6.5, "y": 1.5},
          {"name": "stuck", "class": "spawn", "x": 4.5, "y": 0.5}, {"class": "tree", "x": 40, "y": 1}]}
        """;

    private const string Mask = """
        P2 12 4 1
        1 1 1 1 0 1 1 1 1 0 1 1
        1 1 1 1 1 1 1 1 1 0 1 1
        1 1 1 1 0 1 1 1 1 0 0 0
        1 1 1 1 0 1 1 1 1 0 1 0
        """;

    public CheckTests()
    {
        _tool.Write("rooms.pgm", Mask);
        _tool.Write("rooms.map.json", Rooms);
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Errors_unreachable_places_and_choke_points_are_listed_with_their_cells()
    {
        (int code, string output) = _tool.Run("check", "rooms.map.json");
        Assert.Equal(1, code);
        Assert.Contains("rooms 12 x 4 cells, 38 open, orthogonal, 1 layers, 4 objects, 0 regions", output, StringComparison.Ordinal);
        Assert.Contains("error (4, 0): The spawn 'stuck' stands in a closed cell.", output, StringComparison.Ordinal);
        Assert.Contains("warning (40, 1): The tree number 4 lies outside of the map.", output, StringComparison.Ordinal);
        Assert.Contains("warning (10, 0): 4 open cells cannot be reached from the rest.", output, StringComparison.Ordinal);
        Assert.Contains("warning (10, 3): 1 open cell cannot be reached from the rest.", output, StringComparison.Ordinal);
        Assert.Contains("choke point (4, 1): 1 wide, the only way to 16 cells", output, StringComparison.Ordinal);
        Assert.Contains("  not good", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_fail_only_where_they_are_to()
    {
        _tool.Write("calm.map.json", """{"mask": "rooms.pgm"}""");
        Assert.Equal(0, _tool.Run("check", "calm.map.json").Code);
        Assert.Equal(1, _tool.Run("check", "calm.map.json", "--strict").Code);
        string wide = _tool.Run("check", "calm.map.json", "--choke-width", "1").Output;
        Assert.Contains("choke point (4, 1)", wide, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_stands_for_the_maps_a_server_would_play_of_it()
    {
        _tool.Write("open.map", "type octile\nheight 2\nwidth 2\nmap\n..\n..\n");
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "built"));
        Assert.Equal(0, _tool.Run("compile", "open.map", "--output", "built").Code);
        Assert.Equal(0, _tool.Run("compile", "open.map").Code);
        (int code, string output) = _tool.Run("check", "built");
        Assert.Equal((0, true), (code, output.Contains("open 2 x 2 cells", StringComparison.Ordinal)));
        Assert.Equal(2, _tool.Run("check", ".").Output.Split(" x ").Length - 1);

        (code, output) = _tool.Run("compile", "built");
        Assert.Equal(1, code);
        Assert.Contains("refused The folder 'built' has no map in it to compile; maps end with .tmx", output, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "empty"));
        Assert.Contains("refused The folder 'empty' has no map in it; maps end with", _tool.Run("check", "empty").Output, StringComparison.Ordinal);
        Assert.Equal(1, _tool.Run("bench", "empty").Code);
    }

    [Fact]
    public void Our_own_maps_are_good_and_a_folder_stands_for_its_maps()
    {
        (int code, string output) = _tool.Run("check", TestData.MapsFolder, Path.Combine(TestData.MapsFolder, "samples"));
        Assert.True(code == 0, output);
        foreach (string name in (string[])["arena 48 x 48", "lanes 18 x 32", "honeycomb ", "island 64 x 64", "oasis ", "rooms 28 x 12", "ruin 40 x 32", "terrace ", "yard 12 x 8"])
        {
            Assert.Contains(name, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gone.tmx", null, "gone.tmx: There is no such file")]
    [InlineData("notes.txt", "hello", "notes.txt: This is no map by its ending; maps end with .tmx")]
    [InlineData("half.tmx", "<map width=\"3\" height=\"2\" tilewidth=\"9\" tilehei", "half.tmx: line 1 column 48: This is not well-formed XML")]
    [InlineData("tiles.tmx", """<map width="2" height="1" tilewidth="9" tileheight="9"><layer name="ground"><data encoding="csv">1,2</data></layer></map>""",
        "tiles.tmx: layer 'ground': row 0, column 0: The tile 1 is in no tileset.")]
    [InlineData("out.tmx", """<map width="2" height="1" tilewidth="9" tileheight="9"><tileset firstgid="1" source="../../secret.tsx"/></map>""",
        "out.tmx: tileset: The file '../../secret.tsx' does not lie in the map's folder")]
    [InlineData("room.ldtk", "{\"defs\": {}, \"levels\": [", "room.ldtk: line 1")]
    [InlineData("grid.map", "type octile\nheight 2\nwidth 3\nmap\n...\n.x.\n", "grid.map: line 6")]
    [InlineData("mesh.map.json", """{"mesh": "gone.obj", "cell": 1}""", "mesh.map.json: mesh: The file 'gone.obj' is missing.")]
    [InlineData("old.rmap", "no compiled map", "old.rmap: ")]
    public void What_is_refused_is_told_with_file_place_and_reason_and_the_others_are_still_checked(string file, string? content, string reason)
    {
        if (content is not null)
        {
            _tool.Write(file, content);
        }

        _tool.Write("fine.map", "type octile\nheight 1\nwidth 2\nmap\n..\n");
        (int code, string output) = _tool.Run("check", file, "fine.map");
        Assert.Equal(1, code);
        Assert.Contains("refused " + reason, output, StringComparison.Ordinal);
        Assert.Contains("fine 2 x 1 cells", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("check", "rooms.map.json", "--choke-width", "0")]
    [InlineData("check", "rooms.map.json", "--choke-width", "many")]
    [InlineData("show", "rooms.map.json", "--scale", "99")]
    [InlineData("path", "rooms.map.json", "--from", "1,1")]
    [InlineData("path", "rooms.map.json", "--from", "1,1", "--to", "2,2", "--radius", "NaN")]
    [InlineData("bench", "rooms.map.json", "--limit", "-1")]
    [InlineData("juggle", "rooms.map.json")]
    public void What_the_tool_does_not_understand_is_told(params string[] arguments)
    {
        (int code, string output) = _tool.Run(arguments);
        Assert.Equal(1, code);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_above_the_map_holds_its_files()
    {
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "levels"));
        _tool.Write("t.tsx", """<tileset tilecount="1"/>""");
        _tool.Write("levels/a.tmx", """<map width="1" height="1" tilewidth="9" tileheight="9"><tileset firstgid="1" source="../t.tsx"/><layer name="g"><data encoding="csv">1</data></layer></map>""");
        Assert.Equal(1, _tool.Run("check", "levels/a.tmx").Code);
        Assert.Equal(0, _tool.Run("check", "levels/a.tmx", "--root", ".").Code);
    }
}
