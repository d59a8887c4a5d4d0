using RealtimeServer.Navigation;

namespace RealtimeServer.Maps;

public sealed class CompileTests : IDisposable
{
    private readonly MapsProcess _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("citadel.tmx")]
    [InlineData("courtyard.tmj")]
    [InlineData("samples/rooms.ldtk")]
    [InlineData("samples/island.map.json")]
    [InlineData("samples/ruin.map.json")]
    [InlineData("samples/yard.map")]
    public void A_compiled_map_is_the_map_it_was_made_of(string file)
    {
        string source = Path.Combine(TestData.MapsFolder, file);
        (int code, string output) = _tool.Run("compile", source, "--output", "m.rmap");
        Assert.True(code == 0, output);
        Assert.StartsWith("wrote m.rmap: ", output, StringComparison.Ordinal);
        Assert.Equal(["m.rmap"], Directory.GetFiles(_tool.Folder).Select(Path.GetFileName));
        string[] drawn = Lines(_tool.Run("show", source).Output);
        Assert.NotEmpty(drawn);
        Assert.Equal(drawn, Lines(_tool.Run("show", "m.rmap").Output));
        Assert.Equal(Lines(_tool.Run("check", source).Output)[1..], Lines(_tool.Run("check", "m.rmap").Output)[1..]); // all but the name
    }

    [Fact]
    public void It_lies_beside_its_map_or_in_a_folder_by_the_maps_name()
    {
        _tool.Write("a.map", "type octile\nheight 1\nwidth 2\nmap\n..\n");
        _tool.Write("b.map", "type octile\nheight 1\nwidth 2\nmap\n.@\n");
        Assert.Equal(0, _tool.Run("compile", "a.map").Code);
        Assert.True(File.Exists(Path.Combine(_tool.Folder, "a.rmap")));
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "out"));
        Assert.Equal(0, _tool.Run("compile", ".", "--output", "out").Code);
        Assert.Equal(["a.rmap", "b.rmap"], Directory.GetFiles(Path.Combine(_tool.Folder, "out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_is_written_of_a_map_that_is_refused_nor_to_where_nothing_can_be()
    {
        _tool.Write("a.map", "type octile\nheight 9\nwidth 2\nmap\n..\n");
        Assert.Equal(1, _tool.Run("compile", "a.map").Code);
        Assert.Equal(["a.map"], Directory.GetFiles(_tool.Folder).Select(Path.GetFileName));
        (int code, string output) = _tool.Run("compile", Path.Combine(TestData.MapsFolder, "lanes.tmj"), "--output", "nowhere/m.rmap");
        Assert.Equal(1, code);
        Assert.Contains("refused There is no folder", output, StringComparison.Ordinal);
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
