using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps.Images;

namespace RealtimeServer.Navigation.Maps.Recipes;

public sealed class RecipeTests
{
    private static readonly byte[] Mask = TestPng.Make(3, 2, 8, 2, false, (x, y) => (x, y) switch
    {
        (0, _) => [255, 255, 255],
        (1, 0) => [0, 0, 255],
        (2, 1) => [0, 128, 0],
        _ => [0, 0, 0],
    });

    [Fact]
    public void A_mask_without_a_legend_is_open_where_it_is_light()
    {
        GameMap map = Parse("""{"mask": "m.png"}""");
        Assert.Equal(("test", 3, 2), (map.Name, map.Width, map.Height));
        Assert.Equal([true, false, false, true, false, false], Open(map));
    }

    [Fact]
    public void A_legend_says_what_colours_stand_for()
    {
        GameMap map = Parse("""
            {"mask": "m.png", "tolerance": 2, "legend": [{"color": "#ffffff", "name": "grass"}, {"color": "#0000ff", "name": "water", "walkable": false, "flags": "wet"},
             {"color": "#018102", "cost": 3, "flags": "trees"}, {"color": "#000000", "name": "Wall_of_stone"}],
             "properties": {"wallHeight": 4}, "objects": [{"name": "a", "class": "spawn", "x": 0.5, "y": 1.5}, {"class": "region", "name": "r", "x": 1, "y": 0, "width": 2, "height": 1},
             {"shape": "polyline", "points": [[0, 0], [3, 2]]}, {"class": "pit", "points": [[0, 1], [1, 1], [1, 2], [0, 2]], "properties": {"walkable": false}}]}
            """);
        Assert.Equal([true, false, false, false, false, true], Open(map));
        Assert.Equal(3, map.CreateGrid().Cost(2, 1));
        Assert.True(map.HasFlag(new Cell(1, 0), "wet") && map.HasFlag(new Cell(2, 1), "trees") && !map.HasFlag(new Cell(0, 0), "wet"));
        Assert.Equal((new Vec2(0.5f, 1.5f), MapShape.Point, "spawn"), (map.Objects[0].Position, map.Objects[0].Shape, map.Objects[0].Class));
        Assert.Equal((MapShape.Polyline, 2, MapShape.Polygon), (map.Objects[2].Shape, map.Objects[2].Points.Count, map.Objects[3].Shape));
        Assert.Equal((2, 4f), (map.FindRegion("r")!.CellCount, map.Collision.WallHeight));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    public void A_picture_of_heights_has_a_pixel_a_cell_or_a_corner(int width, int height)
    {
        byte[] picture = TestPng.Make(width, height, 16, 0, false, (x, _) => [x * 65535 / (width - 1)]);
        GameMap map = Parse("""{"mask": "m.png", "heights": "h.png", "lowest": 10, "highest": 16}""", picture);
        Assert.Equal(width == 3 ? [10f, 13, 16, 10, 13, 16] : [11f, 13, 15, 11, 13, 15], map.Heights!.Cells.ToArray().Select(at => MathF.Round(at * 100) / 100));
        Assert.Equal(12, map.Heights.Corners.Length);
    }

    [Fact]
    public void Heights_alone_make_a_map_whose_cliffs_are_closed()
    {
        byte[] picture = TestPng.Make(4, 1, 8, 0, false, (x, _) => [x < 2 ? x * 20 : 255]);
        Assert.Equal([true, true, false, true], Open(Parse("""{"heights": "h.png", "highest": 2.55, "stepMax": 0.5}""", picture)));
        Assert.Equal([true, false, false, true], Open(Parse("""{"heights": "h.png", "highest": 2.55, "slopeMax": 30}""", picture)));
        Assert.Equal([true, true, true, true], Open(Parse("""{"heights": "h.png", "highest": 2.55}""", picture)));
    }

    [Theory]
    [InlineData("""{}""", "no 'mask'")]
    [InlineData("""{"mask": "m.png", "mesh": "a.obj"}""", "not of both")]
    [InlineData("""{"msk": "m.png"}""", "There is no 'msk' here")]
    [InlineData("""{"mask": "none.png"}""", "'none.png' is missing")]
    [InlineData("""{"mask": "../m.png"}""", "map's folder")]
    [InlineData("""{"mask": "m.png", "legend": [{"name": "x"}]}""", "needs a 'color'")]
    [InlineData("""{"mask": "m.png", "legend": [{"color": "#fff"}]}""", "needs a 'color'")]
    [InlineData("""{"mask": "m.png", "legend": [{"color": "#ffffff"}, {"color": "#FFFFFF"}]}""", "twice")]
    [InlineData("""{"mask": "m.png", "legend": [{"color": "#ffffff", "cost": 99}]}""", "'cost' is '99'")]
    [InlineData("""{"mask": "m.png", "legend": [{"color": "#ffffff"}]}""", "#0000ff is not in the legend")]
    [InlineData("""{"mask": "m.png", "heights": "m2.png"}""", "'m2.png' is missing")]
    [InlineData("""{"mask": "m.png", "objects": [{"shape": "polygon", "points": [[1, 2]]}]}""", "'shape' must be")]
    [InlineData("""{"mask": "m.png", "objects": [{"points": [[1, 2, 3]]}]}""", "two numbers")]
    [InlineData("""{"mask": "m.png", "objects": [{"x": "a"}]}""", "'a' stands where a number")]
    [InlineData("""{"mask": "m.png", "properties": {"wallHeight": -1}}""", "'wallHeight' is '-1'")]
    [InlineData("""{"mesh": "m.png"}""", "no mesh by its ending")]
    [InlineData("""{"mask": "m.png"} x""", "valid JSON")]
    [InlineData("""{"mask": "m.png", "legend": [{"color": "\ud800"}]}""", "Unicode")]
    public void What_cannot_be_made_is_refused_with_place_and_reason(string recipe, string reason) =>
        Assert.Contains(reason, Assert.Throws<MapException>(() => Parse(recipe)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_colour_that_is_not_in_the_legend_is_told_with_its_pixel()
    {
        MapException refusal = Assert.Throws<MapException>(() => Parse("""{"mask": "m.png", "legend": [{"color": "#ffffff"}]}"""));
        Assert.Equal(("m.png", "row 0, column 1"), (refusal.File, refusal.Place));
    }

    [Fact]
    public void Heights_of_another_size_are_refused()
    {
        byte[] picture = TestPng.Make(5, 5, 8, 0, false, (_, _) => [1]);
        Assert.Contains("5 by 5 pixels", Assert.Throws<MapException>(() => Parse("""{"mask": "m.png", "heights": "h.png"}""", picture)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_recipes_and_pictures_make_a_map_or_are_refused()
    {
        byte[] recipe = Encoding.UTF8.GetBytes("""
            {"mask": "m.png", "tolerance": 255, "legend": [{"color": "#ffffff", "name": "grass"}, {"color": "#0000ff", "walkable": false, "flags": "wet"}], "heights": "h.png",
             "slopeMax": 40, "stepMax": 3, "properties": {"a": 1}, "objects": [{"name": "a", "class": "region", "x": 0.5, "y": 1.5, "width": 2, "height": 2}, {"points": [[0, 1], [1, 1], [1, 2]]}]}
            """);
        byte[] heights = TestPng.Make(3, 2, 16, 0, true, (x, y) => [(x * 9999) + y]);
        byte[] pgm = "P2\n3 2 9\n1 2 3 4 5 6\n"u8.ToArray();
        Fuzzing.Run("recipe", recipe, 1000, content => Parse(content, Mask, heights));
        Fuzzing.Run("mask", Mask, 1000, content => Parse(recipe, content, heights));
        Fuzzing.Run("heights", heights, 1000, content => Parse(recipe, Mask, content));
        Fuzzing.Run("pgm", pgm, 1000, content => Parse(recipe, Mask, content));
        Fuzzing.Run("png with good checksums", Mask, 1000, content => Parse(recipe, Repaired(content), heights));
    }

    // Checksums made right again, so that what lies behind them is met.
    private static byte[] Repaired(byte[] png)
    {
        byte[] repaired = [.. png];
        for (int at = 8; at + 12 <= repaired.Length;)
        {
            uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(repaired.AsSpan(at));
            if (length > repaired.Length - at - 12)
            {
                break;
            }

            string kind = Encoding.Latin1.GetString(repaired, at + 4, 4);
            if (kind.All(char.IsAscii))
            {
                TestPng.Chunk(kind, repaired[(at + 8)..(at + 8 + (int)length)]).CopyTo(repaired, at);
            }

            at += 12 + (int)length;
        }

        return repaired;
    }

    private static bool[] Open(GameMap map) => [.. Enumerable.Range(0, map.Width * map.Height).Select(i => map.CreateGrid().IsOpen(i % map.Width, i / map.Width))];

    private static GameMap Parse(string recipe, byte[]? heights = null) => Parse(Encoding.UTF8.GetBytes(recipe), Mask, heights);

    private static GameMap Parse(byte[] recipe, byte[] mask, byte[]? heights) =>
        MapFile.Parse("test.map.json", recipe, path => path switch { "m.png" => mask, "h.png" => heights, _ => null });
}
