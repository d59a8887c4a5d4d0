using System.IO.Compression;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

public sealed class TiledMapTests
{
    private const string Tileset =
        """<tileset firstgid="1" name="t" tilecount="4"><tile id="1" type="wall"><properties><property name="walkable" type="bool" value="false"/></properties></tile><tile id="2"><properties><property name="walkable" type="bool" value="true"/><property name="cost" type="float" value="2.5"/><property name="color" type="color" value="#FF00AAbb"/></properties></tile></tileset>""";

    public static TheoryData<string> Encodings => ["csv", "xml", "base64", "zlib", "gzip", "zstd"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_encoding_gives_the_same_tiles(string encoding)
    {
        GameMap map = Parse(Map(Tileset + Layer("ground", encoding, [1, 2, 3, 0x80000001, 0x40000002, 0])));
        TileLayer layer = Assert.Single(map.Layers);
        Assert.Equal([1, 2, 3, 1, 2, 0], Enumerable.Range(0, 6).Select(i => layer.Gid(i % 3, i / 3)));
        Assert.Equal([TileFlip.Horizontal, TileFlip.Vertical], new[] { layer.Flip(0, 1), layer.Flip(1, 1) });
        Grid grid = map.CreateGrid();
        Assert.Equal([true, false, true, true, false, false], Enumerable.Range(0, 6).Select(i => grid.IsOpen(i % 3, i / 3)));
        Assert.Equal(2.5f, grid.Cost(2, 0));
        Assert.Equal(("#00aabb", "wall"), (map.FindTile(3)!.Color, map.FindTile(2)!.Class));
    }

    [Fact]
    public void The_topmost_tile_that_says_so_decides()
    {
        string under = Layer("under", "csv", [2, 2, 1, 3, 3, 0]);
        string over = Layer("over", "csv", [3, 1, 2, 1, 2, 0]);
        Grid grid = Parse(Map(Tileset + under + $"<group name=\"g\">{over}</group>")).CreateGrid();
        Assert.Equal([true, false, false, true, false, false], Enumerable.Range(0, 6).Select(i => grid.IsOpen(i % 3, i / 3)));
        Assert.Equal(2.5f, grid.Cost(0, 1));
    }

    [Fact]
    public void Objects_of_every_shape_come_in_world_units()
    {
        GameMap map = Parse(Map(Tileset + """
            <objectgroup name="things" offsetx="10">
             <object id="1" name="r" type="tower" x="10" y="20" width="30" height="40" rotation="90"/>
             <object id="2" class="spawn" x="5" y="5"><point/></object>
             <object id="3" x="0" y="10" width="10" height="20"><ellipse/></object>
             <object id="4" x="10" y="20"><polygon points="0,0 10,0 10,-20"/></object>
             <object id="5" x="-10" y="0"><polyline points="0,0 5.5,1e1"/></object>
             <object id="6" gid="2147483650" x="0" y="40" width="10" height="20"/>
             <object id="7" x="0" y="0" width="5" height="5"><text>hello</text></object>
            </objectgroup>
            """));
        Assert.Equal(
            [MapShape.Rectangle, MapShape.Point, MapShape.Ellipse, MapShape.Polygon, MapShape.Polyline, MapShape.Tile, MapShape.Text],
            map.Objects.Select(item => item.Shape));
        MapObject tower = map.Objects[0];
        Assert.Equal((1, "r", "tower", "things"), (tower.Id, tower.Name, tower.Class, tower.Layer));
        Assert.Equal((new Vec2(2, 1), new Vec2(3, 2), 90f), (tower.Position, tower.Size, tower.Rotation));
        Assert.Equal(new CellRect(2, 1, 3, 2), tower.Cells);
        Assert.Equal(("spawn", new Vec2(1.5f, 0.25f), Vec2.Zero), (map.Objects[1].Class, map.Objects[1].Position, map.Objects[1].Size));
        Assert.Equal([new Vec2(2, 1), new Vec2(3, 1), new Vec2(3, 0)], map.Objects[3].Points);
        Assert.Equal([new Vec2(0, 0), new Vec2(0.55f, 0.5f)], map.Objects[4].Points);
        MapObject tile = map.Objects[5];
        Assert.Equal((2, "wall", "false"), (tile.Gid, tile.Class, tile.Properties["walkable"]));
        Assert.Equal((new Vec2(1, 1), new Vec2(1, 1)), (tile.Position, tile.Size));
    }

    [Fact]
    public void Properties_of_classes_and_long_texts_are_read()
    {
        GameMap map = Parse(Map("""
            <properties><property name="a">two
            lines</property><property name="c" type="class"><properties><property name="x" type="int" value="3"/>
            <property name="d" type="class"><properties><property name="y" value="z"/></properties></property></properties></property></properties>
            """));
        Assert.Equal("3", map.Properties["c.x"]);
        Assert.Equal("z", map.Properties["c.d.y"]);
        Assert.StartsWith("two", map.Properties["a"], StringComparison.Ordinal);
        Assert.True(map.CreateGrid().IsOpen(0, 0));
    }

    [Fact]
    public void The_same_map_in_json_is_equal()
    {
        string xml = Map(Tileset + Layer("ground", "csv", [1, 2, 3, 1, 2, 0])
            + """<objectgroup name="o"><object id="1" name="p" type="lane" x="10" y="20"><properties><property name="n" type="int" value="1"/></properties><polyline points="0,0 10,20"/></object></objectgroup>""");
        const string Json = """
            {"type":"map","orientation":"orthogonal","infinite":false,"width":3,"height":2,"tilewidth":10,"tileheight":20,
             "tilesets":[{"firstgid":1,"name":"t","tilecount":4,"tiles":[
               {"id":1,"type":"wall","properties":[{"name":"walkable","type":"bool","value":false}]},
               {"id":2,"properties":[{"name":"walkable","type":"bool","value":true},{"name":"cost","type":"float","value":2.5},{"name":"color","type":"color","value":"#FF00AAbb"}]}]}],
             "layers":[{"type":"tilelayer","name":"ground","width":3,"height":2,"data":[1, 2, 3,
               1, 2, 0]},
              {"type":"objectgroup","name":"o","objects":[{"id":1,"name":"p","type":"lane","x":10,"y":20,"width":0,"height":0,
                "properties":[{"name":"n","type":"int","value":1}],"polyline":[{"x":0,"y":0},{"x":10,"y":20}]}]}]}
            """;
        Assert.Equal(Parse(xml).Hash, Parse(Json).Hash);
        Assert.NotEqual(Parse(xml).Hash, Parse(xml.Replace("20\"/>", "21\"/>", StringComparison.Ordinal)).Hash);
    }

    [Fact]
    public void External_tilesets_of_both_formats_are_read_from_the_maps_folder()
    {
        string map = Map("""<tileset firstgid="1" source="sets/a.tsx"/><tileset firstgid="5" source="b.tsj"/>""" + Layer("g", "csv", [1, 5, 6, 2, 0, 0]));
        GameMap parsed = MapFile.Parse("m.tmx", Encoding.UTF8.GetBytes(map), path => path switch
        {
            "sets/a.tsx" => Encoding.UTF8.GetBytes(Tileset.Replace("firstgid=\"1\" ", "", StringComparison.Ordinal)),
            "b.tsj" => """{"type":"tileset","tilecount":2,"tiles":[{"id":1,"class":"mud"}]}"""u8.ToArray(),
            _ => null,
        });
        Assert.Equal(("wall", "mud"), (parsed.FindTile(2)!.Class, parsed.FindTile(6)!.Class));
        Assert.Equal(6, parsed.Tiles.Count);
    }

    [Fact]
    public void Old_tilesets_are_counted_by_their_picture()
    {
        const string Old = """<tileset firstgid="1" tilewidth="10" tileheight="10" spacing="1" margin="1"><image source="x.png" width="34" height="23"/></tileset>""";
        Assert.Equal(6, Parse(Map(Old)).Tiles.Count);
        Assert.Equal(6, Parse(Map(Old.Replace("<image", "<tile id=\"1\"/><image", StringComparison.Ordinal))).Tiles.Count);
    }

    internal static string Map(string content, string attributes = "orientation=\"orthogonal\" width=\"3\" height=\"2\" infinite=\"0\"") =>
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><map version=\"1.10\" {attributes} tilewidth=\"10\" tileheight=\"20\">{content}</map>";

    internal static string Layer(string name, string encoding, uint[] tiles) =>
        $"<layer id=\"1\" name=\"{name}\" width=\"3\" height=\"2\">{Data(encoding, tiles)}</layer>";

    internal static GameMap Parse(string text) => MapFile.Parse("test.tmx", Encoding.UTF8.GetBytes(text));

    private static string Data(string encoding, uint[] tiles)
    {
        byte[] raw = [.. tiles.SelectMany(tile => BitConverter.GetBytes(tile))];
        return encoding switch
        {
            "csv" => $"<data encoding=\"csv\">\n{string.Join(",\n", tiles)}\n</data>",
            "xml" => $"<data>{string.Concat(tiles.Select(tile => tile == 0 ? "<tile/>" : $"<tile gid=\"{tile}\"></tile>"))}</data>",
            "base64" => $"<data encoding=\"base64\">\n {Convert.ToBase64String(raw)}\n </data>",
            "zstd" => $"<data encoding=\"base64\" compression=\"zstd\">{Convert.ToBase64String(Store(tiles))}</data>",
            _ => $"<data encoding=\"base64\" compression=\"{encoding}\">{Convert.ToBase64String(Pack(encoding, raw))}</data>",
        };
    }

    /// <summary>A Zstandard frame with one block of plain bytes.</summary>
    internal static byte[] Store(uint[] tiles)
    {
        byte[] raw = [.. tiles.SelectMany(BitConverter.GetBytes)];
        return [0x28, 0xB5, 0x2F, 0xFD, 0x20, (byte)raw.Length, (byte)((raw.Length << 3) | 1), (byte)(raw.Length >> 5), 0, .. raw];
    }

    internal static byte[] Pack(string compression, byte[] raw)
    {
        using MemoryStream packed = new();
        using (Stream stream = compression == "zlib" ? new ZLibStream(packed, CompressionLevel.Optimal) : new GZipStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(raw);
        }

        return packed.ToArray();
    }
}
