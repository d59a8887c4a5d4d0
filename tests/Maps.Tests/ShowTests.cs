using RealtimeServer.Navigation;

namespace RealtimeServer.Maps;

public sealed class ShowTests : IDisposable
{
    private readonly MapsProcess _tool = new();

    public ShowTests()
    {
        _tool.Write("m.pgm", "P2 3 2 9 9 0 9 9 9 5");
        _tool.Write("m.map.json", """
            {"mask": "m.pgm", "legend": [{"color": "#ffffff", "name": "grass"}, {"color": "#000000", "name": "wall", "walkable": false}, {"color": "#8e8e8e", "name": "mud", "cost": 3}],
             "objects": [{"name": "home", "class": "spawn", "x": 0.5, "y": 1.5}, {"name": "lane", "x": 0, "y": 0, "shape": "polyline", "points": [[0.5, 0.5], [0.5, 1.5]]}]}
            """);
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Without_colours_a_cell_is_a_sign()
    {
        (int code, string output) = _tool.Run("show", "m.map.json");
        Assert.Equal(0, code);
        Assert.Equal([".#.", "S.~"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void A_png_has_a_square_of_pixels_a_cell_in_its_grounds_colour()
    {
        (int code, string output) = _tool.Run("show", "m.map.json", "--png", "m.png", "--scale", "10");
        Assert.Equal((0, "wrote m.png, 30 x 20 pixels"), (code, output.Trim()));
        PngPicture picture = new(Path.Combine(_tool.Folder, "m.png"));
        Assert.Equal((30, 20), (picture.Width, picture.Height));
        Assert.Equal((255, 255, 255), picture[25, 5]);
        Assert.Equal((0, 0, 0), picture[15, 5]);
        (int r, int g, int b) = picture[25, 15];
        Assert.True(r == g && g == b && r is > 100 and < 142, "dear ground is its colour, darker");
        Assert.Equal((237, 237, 237), picture[20, 5]); // a thin line between cells
        Assert.Equal((220, 40, 40), picture[5, 15]); // the spawn point
        Assert.Equal((240, 150, 30), picture[4, 8]); // the line of the lane
    }

    [Fact]
    public void Where_nobody_says_how_large_the_picture_fits_a_screen()
    {
        string file = Path.Combine(TestData.MapsFolder, "citadel.tmx");
        Assert.Equal(0, _tool.Run("show", file, "--png", "citadel.png").Code);
        PngPicture picture = new(Path.Combine(_tool.Folder, "citadel.png"));
        Assert.Equal((960, 720), (picture.Width, picture.Height));
        Assert.True(picture.Count((220, 40, 40)) > 0);
        Assert.Equal(0, _tool.Run("show", file, "--png", "again.png").Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_tool.Folder, "citadel.png")), File.ReadAllBytes(Path.Combine(_tool.Folder, "again.png")));
    }

    [Fact]
    public void A_picture_that_cannot_be_written_is_refused()
    {
        (int code, string output) = _tool.Run("show", "m.map.json", "--png", "nowhere/m.png");
        Assert.Equal(1, code);
        Assert.Contains("refused There is no folder", output, StringComparison.Ordinal);
        Assert.Equal(1, _tool.Run("show", "m.map.json", "--png", ".").Code);
        Assert.Equal(1, _tool.Run("show", "none.map.json").Code);
    }
}
