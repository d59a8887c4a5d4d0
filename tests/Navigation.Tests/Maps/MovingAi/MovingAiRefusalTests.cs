using System.Text;

namespace RealtimeServer.Navigation.Maps.MovingAi;

public sealed class MovingAiRefusalTests
{
    private const string Good = "type octile\nheight 2\nwidth 3\nmap\n.@G\nTWS\n";

    [Fact]
    public void Terrain_is_open_or_closed_as_the_format_says()
    {
        Grid grid = MovingAiMap.Read("small.map", Encoding.ASCII.GetBytes(Good)).CreateGrid();
        Assert.Equal([true, false, true, false, false, true], new[] { (0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1) }.Select(at => grid.IsOpen(at.Item1, at.Item2)));
        Assert.True(MovingAiMap.Read("dos.map", Encoding.ASCII.GetBytes(Good.ReplaceLineEndings("\r\n"))).CreateGrid().IsOpen(0, 0));
    }

    [Theory]
    [InlineData("type tile\n", "line 1", "type octile")]
    [InlineData("type octile\nheight 0\n", "line 2", "1 to 4096")]
    [InlineData("type octile\nheight 2\nwidth -3\n", "line 3", "1 to 4096")]
    [InlineData("type octile\nheight 2\nwidth 3\ncells\n", "line 4", "'map' is expected")]
    [InlineData("type octile\nheight 2\nwidth 3\nmap\n...\n..\n", "line 6", "3 wide")]
    [InlineData("type octile\nheight 2\nwidth 3\nmap\n...\n.x.\n", "line 6, column 1", "'x' is no terrain")]
    [InlineData("", "line 1", "type octile")]
    public void What_is_no_such_map_is_refused_with_its_place(string text, string place, string reason)
    {
        MapException refused = Assert.Throws<MapException>(() => MovingAiMap.Read("bad.map", Encoding.ASCII.GetBytes(text)));
        Assert.Equal(("bad.map", place), (refused.File, refused.Place));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_maps_load_or_are_refused()
    {
        byte[] good = Encoding.ASCII.GetBytes(Good);
        Fuzzing.Run("moving ai", good, 5000, content => MovingAiMap.Read("fuzz.map", content));
    }

    [Theory]
    [InlineData("version 1\n0 a.map 3 2 0 0 2 1")]
    [InlineData("version 1\n0 a.map 3 2 0 0 2 -1 4.5")]
    [InlineData("version 1\n0 a.map 3 2 0 0 2 1 NaN")]
    public void Scenarios_that_cannot_be_read_are_refused_with_their_line(string text)
    {
        MapException refused = Assert.Throws<MapException>(() => MovingAiScenario.ReadAll(text.Split('\n'), "bad.scen"));
        Assert.Equal("line 2", refused.Place);
    }
}
