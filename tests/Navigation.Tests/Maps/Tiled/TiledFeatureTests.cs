using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>What a designer can draw beyond plain layers: chunks, templates, collision shapes, flips, areas, regions, flags and heights.</summary>
public sealed class TiledFeatureTests
{
    private const string Plain = """<tileset firstgid="1" name="t" tilewidth="10" tileheight="20" tilecount="9"/>""";

    [Theory]
    [InlineData("""<data encoding="csv"><chunk x="-16" y="0" width="2" height="2">0,1,1,1</chunk><chunk x="-14" y="1" width="2" height="2">2,0,0,3</chunk></data>""")]
    [InlineData("""<data><chunk x="-16" y="0" width="2" height="2"><tile/><tile gid="1"/><tile gid="1"/><tile gid="1"/></chunk><chunk x="-14" y="1" width="2" height="2"><tile gid="2"/><tile/><tile/><tile gid="3"/></chunk></data>""")]
    public void An_infinite_map_is_as_large_as_what_was_drawn(string data)
    {
        GameMap map = TiledMapTests.Parse(TiledMapTests.Map(
            $"{Plain}<layer name=\"a\">{data}</layer><objectgroup><object id=\"1\" x=\"-160\" y=\"20\"><point/></object></objectgroup>", "infinite=\"1\" width=\"30\" height=\"20\""));
        Assert.Equal((4, 3), (map.Width, map.Height));
        Assert.Equal([0, 1, 0, 0, 1, 1, 2, 0, 0, 0, 0, 3], Enumerable.Range(0, 12).Select(i => map.Layers[0].Gid(i % 4, i / 4)));
        Assert.Equal(new Vec2(0, 1), map.Objects[0].Position);
    }

    [Theory]
    [InlineData("staggered", "y", 1, 0)]
    [InlineData("hexagonal", "x", 0, 1)]
    public void An_infinite_map_begins_where_rows_are_moved_as_they_are_drawn(string orientation, string axis, int x, int y)
    {
        string data = $"<data encoding=\"csv\"><chunk x=\"{x + 2}\" y=\"{y + 2}\" width=\"1\" height=\"1\">1</chunk><chunk x=\"{x + 3}\" y=\"{y + 3}\" width=\"1\" height=\"1\">2</chunk></data>";
        string frame = $"infinite=\"1\" width=\"1\" height=\"1\" orientation=\"{orientation}\" staggeraxis=\"{axis}\"";
        TileLayer layer = TiledMapTests.Parse(TiledMapTests.Map($"{Plain}<layer name=\"a\">{data}</layer>", frame)).Layers[0];
        Assert.Equal((2, 2), (layer.Width, layer.Height));
        Assert.Equal((1, 2), (layer.Gid(0, 0), layer.Gid(1, 1)));
    }

    [Theory]
    [InlineData("""<template><tileset firstgid="1" source="../sets/s.tsx"/><object name="tree" type="tree" gid="2" width="10" height="20"><properties><property name="a" value="1"/><property name="b" value="2"/></properties></object></template>""")]
    [InlineData("""{"type":"template","tileset":{"firstgid":1,"source":"../sets/s.tsx"},"object":{"name":"tree","type":"tree","gid":2,"width":10,"height":20,"properties":[{"name":"a","value":"1"},{"name":"b","value":"2"}]}}""")]
    public void A_template_fills_in_what_an_object_does_not_say(string template)
    {
        string map = TiledMapTests.Map($"""
            {Plain}<tileset firstgid="100" source="sets/s.tsx"/><objectgroup name="o">
            <object id="1" template="objects/t.tx" x="10" y="40"/>
            <object id="2" template="objects/t.tx" name="old" x="10" y="40" width="20"><properties><property name="b" value="3"/></properties></object></objectgroup>
            """);
        GameMap parsed = MapFile.Parse("m.tmx", Encoding.UTF8.GetBytes(map), path => path switch
        {
            "objects/t.tx" => Encoding.UTF8.GetBytes(template),
            "sets/s.tsx" => """<tileset name="s" tilecount="3"><tile id="1" type="oak"/></tileset>"""u8.ToArray(),
            _ => null,
        });
        MapObject tree = parsed.Objects[0];
        Assert.Equal(("tree", "tree", 101, MapShape.Tile), (tree.Name, tree.Class, tree.Gid, tree.Shape));
        Assert.Equal((new Vec2(1, 1), new Vec2(1, 1)), (tree.Position, tree.Size));
        Assert.Equal(("1", "2"), (tree.Properties["a"], tree.Properties["b"]));
        Assert.Equal(("old", new Vec2(2, 1), "3"), (parsed.Objects[1].Name, parsed.Objects[1].Size, parsed.Objects[1].Properties["b"]));
    }

    [Fact]
    public void A_templates_tileset_that_the_map_has_not_is_added_behind_its_own()
    {
        string map = TiledMapTests.Map($"{Plain}<objectgroup><object id=\"1\" template=\"t.tx\" x=\"10\" y=\"40\"/></objectgroup>");
        GameMap parsed = MapFile.Parse("m.tmx", Encoding.UTF8.GetBytes(map), path => path switch
        {
            "t.tx" => """<template><tileset firstgid="1" source="s.tsx"/><object gid="2"/></template>"""u8.ToArray(),
            "s.tsx" => """<tileset name="s" tilecount="3"><tile id="1" type="oak"/></tileset>"""u8.ToArray(),
            _ => null,
        });
        Assert.Equal((11, "oak"), (parsed.Objects[0].Gid, parsed.Objects[0].Class));
    }

    // The upper left quarter of the tile is solid: on an isometric set it is measured along the tile's sides; the rectangle is turned about its corner.
    [Theory]
    [InlineData("""<grid orientation="isometric" width="20" height="10"/>""", """<object x="0" y="0" width="5" height="5"/>""", "isometric")]
    [InlineData("""<grid orientation="isometric" width="20" height="10"/>""", """<object x="10" y="10"><polygon points="-5,-5 -10,-5 -10,-10 -5,-10"/></object>""", "isometric")]
    [InlineData("", """<object x="10" y="5" width="10" height="5" rotation="180"/>""", "orthogonal")]
    [InlineData("""<grid orientation="orthogonal" width="1" height="1"/>""", """<object x="0" y="5" width="5" height="10" rotation="-90"/>""", "oblique")]
    public void Collision_shapes_lie_as_they_were_drawn(string grid, string shape, string orientation)
    {
        Grid drawn = TiledMapTests.Parse($"""
            <map width="1" height="1" tilewidth="20" tileheight="10" orientation="{orientation}"><properties><property name="cellsPerTile" value="2"/></properties>
            <tileset firstgid="1" tilewidth="20" tileheight="30" tilecount="1">{grid}<tile id="0"><objectgroup>{(orientation == "isometric" ? shape : shape.Replace("y=\"5\"", "y=\"25\"", StringComparison.Ordinal))}</objectgroup></tile></tileset>
            <layer name="a"><data encoding="csv">1</data></layer></map>
            """).CreateGrid();
        Assert.Equal([false, true, true, true], Enumerable.Range(0, 4).Select(i => drawn.IsOpen(i % 2, i / 2)));
    }

    [Theory]
    [InlineData("offsetx=\"10\"", "", "0,1,2,0,4,5")]
    [InlineData("offsetx=\"-6\" offsety=\"9\"", "", "2,3,0,5,6,0")]
    [InlineData("offsetx=\"5\" offsety=\"-10\"", "", "1,2,3,4,5,6")]
    [InlineData("offsetx=\"4\"", "offsetx=\"4\" offsety=\"20\"", "0,0,0,0,1,2")]
    [InlineData("offsetx=\"1e9\"", "", "1,2,3,4,5,6")]
    [InlineData("offsetx=\"1e8\"", "", "1,2,3,4,5,6")]
    public void A_layer_that_is_moved_is_where_it_is_seen(string layer, string group, string seen)
    {
        GameMap map = TiledMapTests.Parse(TiledMapTests.Map(
            $"{Plain}<group {group}><layer name=\"a\" opacity=\"0.1\" parallaxx=\"0.5\" {layer}><data encoding=\"csv\">1,2,3,4,5,6</data></layer></group>"));
        Assert.Equal(seen, string.Join(',', Enumerable.Range(0, 6).Select(i => map.Layers[0].Gid(i % 3, i / 3))));
    }

    [Fact]
    public void Old_files_name_their_dtd_and_may_have_objects_of_the_same_number()
    {
        const string Text = """
            <?xml version="1.0"?><!DOCTYPE map SYSTEM "http://mapeditor.org/dtd/1.0/map.dtd">
            <map width="1" height="1" tilewidth="10" tileheight="10"><objectgroup><object id="3" x="1" y="2"/><object id="3" x="3" y="4"/></objectgroup></map>
            """;
        Assert.Equal(2, TiledMapTests.Parse(Text).Objects.Count);
    }

    // The upper left quarter of the tile's picture is solid; the cells are quarters of tiles.
    [Theory]
    [InlineData(1u, "#.", "..")]
    [InlineData(0x80000001u, ".#", "..")]
    [InlineData(0x40000001u, "..", "#.")]
    [InlineData(0xC0000001u, "..", ".#")]
    [InlineData(0x20000001u, "#.", "..")]
    [InlineData(0xA0000001u, ".#", "..")]
    public void Collision_shapes_close_cells_and_turn_with_their_tile(uint tile, string upper, string lower)
    {
        string set = """<tileset firstgid="1" tilewidth="10" tileheight="10" tilecount="1"><tile id="0"><objectgroup><object x="0" y="0" width="5" height="5"/></objectgroup></tile></tileset>""";
        Assert.Equal([upper, lower], Drawn(set, tile, ""));
        Assert.Equal(["..", ".."], Drawn(set.Replace("<objectgroup>", "<properties><property name=\"walkable\" value=\"true\"/></properties><objectgroup>", StringComparison.Ordinal), tile, ""));
    }

    [Theory]
    [InlineData(0x00000001u, 0)]
    [InlineData(0x20000001u, 60)]
    [InlineData(0x10000001u, 120)]
    [InlineData(0x30000001u, 180)]
    public void Shapes_of_hexagons_turn_by_sixths(uint tile, int degrees)
    {
        // A solid patch to the right of the middle of a hexagon of 100 by 100 pixels.
        const string Set = """<tileset firstgid="1" tilewidth="100" tileheight="100" tilecount="1"><tile id="0"><objectgroup><object x="70" y="40" width="20" height="20"/></objectgroup></tile></tileset>""";
        GameMap map = TiledMapTests.Parse($"""
            <map orientation="hexagonal" width="1" height="1" tilewidth="100" tileheight="100" hexsidelength="50"><properties><property name="cellsPerTile" value="16"/></properties>
            {Set}<layer name="a"><data encoding="csv">{tile}</data></layer></map>
            """);
        Grid grid = map.CreateGrid();
        (float sin, float cos) = DeterministicMath.SinCos(degrees * MathF.PI / 180);
        for (int at = 0; at < 360; at += 60)
        {
            (float s, float c) = DeterministicMath.SinCos(at * MathF.PI / 180);
            bool closed = Math.Abs((c * cos) + (s * sin) - 1) < 1e-3f;
            Assert.Equal(!closed, grid.IsOpen(new Vec2(8 + (4.8f * c), 8 + (4.8f * s))));
        }
    }

    [Fact]
    public void Areas_decide_over_tiles_and_may_be_turned()
    {
        GameMap map = TiledMapTests.Parse(TiledMapTests.Map($"""
            {Plain}<layer name="a"><data encoding="csv">1,1,1,1,1,1</data></layer><objectgroup>
            <object id="1" type="pit" x="5" y="0" width="10" height="20"><properties><property name="walkable" type="bool" value="false"/></properties></object>
            <object id="2" x="30" y="20" width="20" height="20" rotation="180"><properties><property name="cost" type="float" value="4"/><property name="flags" value="mud"/></properties></object>
            <object id="3" type="collision" x="20" y="0" width="10" height="10"/></objectgroup>
            """));
        Grid grid = map.CreateGrid();
        Assert.Equal([false, true, false, true, true, true], Enumerable.Range(0, 6).Select(i => grid.IsOpen(i % 3, i / 3)));
        Assert.Equal((1f, 4f, 4f), (grid.Cost(0, 0), grid.Cost(1, 0), grid.Cost(2, 0)));
        Assert.True(map.HasFlag(new Cell(1, 0), "mud") && !map.HasFlag(new Cell(1, 1), "mud") && !map.HasFlag(new Cell(1, 0), "dry") && !map.HasFlag(new Cell(-1, 0), "mud"));
        Assert.Equal("collision", Assert.Single(map.Collision.Solids).Source.Class);
        Assert.True(map.Objects[1].Contains(new Vec2(2, 0.5f)) && !map.Objects[1].Contains(new Vec2(2, 1.5f)));
    }

    [Fact]
    public void Regions_are_marked_by_layers_and_by_objects_and_close_nothing()
    {
        GameMap map = TiledMapTests.Parse(TiledMapTests.Map($"""
            {Plain}<layer name="ground"><data encoding="csv">1,1,1,1,1,1</data></layer><layer name="base" class="region"><data encoding="csv">0,2,0,0,2,2</data></layer>
            <objectgroup><object id="1" name="pond" type="region" x="0" y="0" width="20" height="40"><ellipse/><properties><property name="deep" value="yes"/></properties></object></objectgroup>
            """));
        Assert.True(map.CreateGrid().IsOpen(0, 0));
        MapRegion home = map.FindRegion("base")!;
        Assert.Equal(3, home.CellCount);
        Assert.True(home.Contains(new Cell(2, 1)) && !home.Contains(new Cell(0, 0)) && home.Contains(new Vec2(1.5f, 0.5f)) && !home.Contains(new Vec2(float.NaN, 0)));
        Assert.Equal(("yes", 4), (map.FindRegion("pond")!.Properties["deep"], map.FindRegion("pond")!.CellCount));
        Assert.Null(map.FindRegion("none"));
    }

    [Fact]
    public void Heights_and_flags_come_from_tiles_and_walls_stand_on_the_ground()
    {
        const string Set = """
            <tileset firstgid="1" tilecount="3"><tile id="0"><properties><property name="height" type="float" value="2"/><property name="flags" value="wet deep"/></properties></tile>
            <tile id="1" type="Wall"/></tileset>
            """;
        GameMap map = TiledMapTests.Parse(TiledMapTests.Map($"<properties><property name=\"wallHeight\" value=\"3\"/></properties>{Set}{TiledMapTests.Layer("a", "csv", [1, 2, 3, 3, 3, 1])}"));
        Assert.Equal([2f, 0, 0, 0, 0, 2], map.Heights!.Cells.ToArray());
        Assert.Equal([2f, 3, 0, 0, 0, 2], map.Collision.ColumnTops.ToArray());
        Assert.Equal((2f, 1f, 0.5f), (map.Heights.Corners[0], map.Heights.Corners[1], map.Heights.Corners[5]));
        Assert.Equal(["wet", "deep"], map.FlagNames);
        Assert.Equal((3u, 0u), (map.FlagsAt(0, 0), map.FlagsAt(1, 0)));
        Assert.False(map.CreateGrid().IsOpen(1, 0));
    }

    [Fact]
    public void Tiles_of_isometric_maps_lie_as_those_of_orthogonal_ones()
    {
        string content = Plain + TiledMapTests.Layer("a", "csv", [1, 0, 3, 0, 0, 1])
            + """<objectgroup><object id="1" x="20" y="40" width="20" height="10"/><object id="2" x="40" y="0" gid="2" width="9" height="9"/></objectgroup>""";
        GameMap map = TiledMapTests.Parse(TiledMapTests.Map(content, "orientation=\"isometric\" width=\"3\" height=\"2\""));
        Assert.Equal([true, false, true, false, false, true], Enumerable.Range(0, 6).Select(i => map.CreateGrid().IsOpen(i % 3, i / 3)));
        Assert.Equal((new Vec2(1, 2), new Vec2(1, 0.5f)), (map.Objects[0].Position, map.Objects[0].Size));
        Assert.Equal((new Vec2(2, 0), Vec2.Zero), (map.Objects[1].Position, map.Objects[1].Size));
    }

    private static string[] Drawn(string set, uint tile, string more)
    {
        Grid grid = TiledMapTests.Parse($"""
            <map width="1" height="1" tilewidth="10" tileheight="10"><properties><property name="cellsPerTile" value="2"/></properties>
            {set}<layer name="a"><data encoding="csv">{tile}</data></layer>{more}</map>
            """).CreateGrid();
        return [.. Enumerable.Range(0, 2).Select(y => string.Concat(Enumerable.Range(0, 2).Select(x => grid.IsOpen(x, y) ? '.' : '#')))];
    }
}
