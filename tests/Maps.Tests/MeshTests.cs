using RealtimeServer.Navigation;

namespace RealtimeServer.Maps;

public sealed class MeshTests : IDisposable
{
    private readonly MapsProcess _tool = new();

    // A floor of 16 by 8 with a hole of 6 all across it, and a terrace at the far end that no step reaches.
    private const string Mesh = """
        v 0 0 0
        v 0 0 8
        v 5 0 8
        v 5 0 0
        v 11 0 0
        v 11 0 8
        v 16 0 8
        v 16 0 0
        v 16 3 0
        v 16 3 8
        v 20 3 8
        v 20 3 0
        f 1 2 3 4
        f 5 6 7 8
        f 9 10 11 12
        """;

    private const string Map = """
        {"mesh": "floors.obj", "cell": 1, "objects": [
          {"name": "near", "class": "spawn", "x": 2, "y": 4}, {"name": "far", "class": "spawn", "x": 14, "y": 4},
          {"name": "leap", "class": "jump", "shape": "polyline", "points": [[4, 4], [12, 4]], "properties": {"bothWays": true}},
          {"name": "void", "class": "fall", "shape": "polyline", "points": [[4, 4], [60, 60]]}]}
        """;

    public MeshTests()
    {
        _tool.Write("floors.obj", Mesh);
        _tool.Write("floors.map.json", Map);
        _tool.Write("fenced.map.json", """
            {"mesh": "floors.obj", "cell": 1, "objects": [
              {"class": "collision", "shape": "polyline", "points": [[13.5, 0], [13.5, 8]]}, {"name": "a", "x": 12, "y": 4}, {"name": "b", "x": 15, "y": 4}]}
            """);
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void What_does_not_hang_together_is_told_until_links_join_it()
    {
        (int code, string output) = _tool.Run("mesh", "floors.map.json");
        Assert.Equal(1, code);
        Assert.Contains("6 triangles, voxels of 0.3 by 0.2", output, StringComparison.Ordinal);
        Assert.Matches(@"parts that do not hang together │ +3 ", output);
        Assert.Contains("apart", output, StringComparison.Ordinal);
        Assert.Contains("The spawn 'near' at (2, 4) cannot be reached from the other spawn points.", output, StringComparison.Ordinal);

        (code, output) = _tool.Run("mesh", "floors.map.json", "--links", "jump", "--from", "near", "--to", "far", "--png", "m.png", "--scale", "20");
        Assert.Equal(0, code);
        Assert.Contains("link 'leap' from (4, 4; height 0) to (12, 4; height 0) joins parts that do not hang together.", output, StringComparison.Ordinal);
        Assert.Matches(@"links taken +│ +1 ", output);
        Assert.Contains("wrote m.png, 400 x 160 pixels", output, StringComparison.Ordinal);
        PngPicture picture = new(Path.Combine(_tool.Folder, "m.png"));
        Assert.True(picture.Count((230, 30, 60)) > 100, "the path is drawn");
        Assert.Equal(0, _tool.Run("mesh", "floors.map.json", "--links", "jump", "--png", "l.png").Code);
        Assert.True(new PngPicture(Path.Combine(_tool.Folder, "l.png")).Count((20, 20, 200)) > 100, "the link is drawn");

        (code, output) = _tool.Run("mesh", "floors.map.json", "--links", "fall");
        Assert.Equal(1, code);
        Assert.Contains("The link 'void' connects nothing: there is no ground near (60, 60).", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fence_on_a_mesh_parts_it()
    {
        (int code, string output) = _tool.Run("mesh", "fenced.map.json", "--cell", "0.2", "--from", "a", "--to", "b");
        Assert.Equal(1, code);
        Assert.Matches(@"outcome +│ +Partial ", output);
    }

    [Fact]
    public void Meshes_of_cells_in_tiles_are_measured_too()
    {
        (int code, string output) = _tool.Run("mesh", Path.Combine(TestData.MapsFolder, "citadel.tmx"), "--tile", "16", "--from", "spawn", "--to", "55,40");
        Assert.True(code == 0, output);
        Assert.Contains("64 x 48 cells", output, StringComparison.Ordinal);
        Assert.Matches(@"tiles, openings between them +│ +12, \d\d", output);
        Assert.Matches(@"outcome +│ +Found ", output);
    }

    [Theory]
    [InlineData("give both --from and --to", "--from", "near")]
    [InlineData("lies outside of the map", "--from", "near", "--to", "90,1")]
    [InlineData("There is no ground of the mesh within 2 of (8, 4)", "--from", "near", "--to", "8,4")]
    [InlineData("'road' is the class of no polyline", "--links", "road")]
    [InlineData("Tiles of 3 voxels a side are not 8 to 4096, nor 0 for none.", "--tile", "3")]
    [InlineData("nothing of the map is ground for such an agent", "--radius", "16")]
    [InlineData("There is no folder", "--png", "nowhere/m.png")]
    [InlineData("--slope: give a number from 0 to 89", "--slope", "steep")]
    [InlineData("--cell: give a number from 0.01 to 100", "--cell", "NaN")]
    public void What_cannot_be_is_refused_in_words(string reason, params string[] arguments)
    {
        (int code, string output) = _tool.Run(["mesh", "floors.map.json", .. arguments]);
        Assert.Equal(1, code);
        Assert.Contains(reason, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }
}
