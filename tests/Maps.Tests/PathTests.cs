namespace RealtimeServer.Maps;

public sealed class PathTests : IDisposable
{
    private static readonly (int R, int G, int B) PathColour = (230, 30, 60);

    private readonly MapsProcess _tool = new();

    public PathTests()
    {
        _tool.Write("m.pgm", "P2 5 4 1 1 1 1 1 1 1 0 0 0 1 1 1 1 0 1 0 0 1 0 1");
        _tool.Write("m.map.json", """
            {"mask": "m.pgm", "objects": [{"name": "home", "class": "spawn", "x": 0.5, "y": 2.5}, {"name": "goal", "x": 4, "y": 2, "width": 1, "height": 1}, {"name": "wall", "x": 2.5, "y": 1.5}]}
            """);
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_path_is_drawn_with_its_statistics()
    {
        (int code, string output) = _tool.Run("path", "m.map.json", "--from", "spawn", "--to", "goal");
        Assert.Equal(0, code);
        string[] lines = output.Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal(["*****", "*###*", "A..#B", "##.#."], lines[..4]);
        Assert.Equal("Found", Value(output, "outcome"));
        Assert.Equal("(4.5, 2.5)", Value(output, "ends at"));
        Assert.Equal("8", Value(output, "length (cells)"));
        Assert.Equal("8", Value(output, "cost"));
        Assert.Equal("3, 9", Value(output, "straight pieces, cells"));
        Assert.True(int.Parse(Value(output, "cells settled by the search"), System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public void A_png_shows_it()
    {
        Assert.Equal(0, _tool.Run("path", "m.map.json", "--from", "0.5,2.5", "--to", "4.5,2.5", "--png", "p.png", "--scale", "12").Code);
        PngPicture picture = new(Path.Combine(_tool.Folder, "p.png"));
        foreach ((int x, int y) in new[] { (6, 30), (6, 12), (30, 6), (54, 12), (54, 30) })
        {
            Assert.Equal(PathColour, picture[x, y]);
        }

        Assert.Equal(0, _tool.Run("show", "m.map.json", "--png", "s.png", "--scale", "12").Code);
        Assert.Equal(0, new PngPicture(Path.Combine(_tool.Folder, "s.png")).Count(PathColour));
    }

    [Fact]
    public void A_goal_in_a_wall_is_approached_and_told_by_the_exit_code()
    {
        (int code, string output) = _tool.Run("path", "m.map.json", "--from", "home", "--to", "wall");
        Assert.Equal((1, "Partial"), (code, Value(output, "outcome")));
        Assert.Equal(1, _tool.Run("path", "m.map.json", "--from", "home", "--to", "goal", "--radius", "0.9").Code);
    }

    [Theory]
    [InlineData("nobody", "'nobody' is neither x,y nor the name or class of an object of the map.")]
    [InlineData("5,1", "5,1 lies outside of the map of 5 by 4 cells.")]
    [InlineData("-1,1", "-1,1 lies outside of the map of 5 by 4 cells.")]
    [InlineData("NaN,1", "NaN,1 lies outside of the map of 5 by 4 cells.")]
    public void Points_that_are_none_are_refused(string to, string reason)
    {
        (int code, string output) = _tool.Run("path", "m.map.json", "--from", "home", "--to=" + to);
        Assert.Equal(1, code);
        Assert.Contains("refused " + reason, output, StringComparison.Ordinal);
    }

    // The value in a row of the table.
    private static string Value(string output, string measure) =>
        output.Split('\n').Single(line => line.Contains($" {measure} ", StringComparison.Ordinal)).Split('│', '|')[2].Trim();
}
