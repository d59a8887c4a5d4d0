using System.Text;

namespace RealtimeServer.Navigation.Maps.Tiled;

public sealed class TiledRefusalTests
{
    private const string Plain = """<tileset firstgid="1" tilecount="4"/>""";

    [Theory]
    [InlineData("orientation=\"spherical\" width=\"3\" height=\"2\"", "spherical")]
    [InlineData("orientation=\"hexagonal\" hexsidelength=\"99\" width=\"3\" height=\"2\"", "'hexsidelength' is '99'")]
    [InlineData("orientation=\"staggered\" staggeraxis=\"z\" width=\"3\" height=\"2\"", "'staggeraxis' is 'z'")]
    [InlineData("orientation=\"staggered\" width=\"3000\" height=\"3000\"", "4500 by 4499")]
    [InlineData("width=\"3\"", "'height' is missing")]
    [InlineData("width=\"0\" height=\"2\"", "'width' is '0'")]
    [InlineData("width=\"99999999999\" height=\"2\"", "whole number")]
    [InlineData("width=\"3.5\" height=\"2\"", "whole number")]
    public void A_frame_that_cannot_be_used_is_refused(string attributes, string reason) =>
        Assert.Contains(reason, Refuse(TiledMapTests.Map("", attributes)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("1,2,3,4,1,9", "row 1, column 2", "The tile 9 is in no tileset")]
    [InlineData("1,2,3,x,1,1", "row 1, column 0", "'x' is not a tile number")]
    [InlineData("1,2,3,-1,1,1", "row 1, column 0", "'-1' is not a tile number")]
    [InlineData("1,2,,4,1,1", "row 0, column 2", "'' is not a tile number")]
    [InlineData("1,2,3", "", "3 tiles; 3 columns by 2 rows are 6")]
    [InlineData("1,2,3,4,1,1,1", "", "more than 6 tiles")]
    public void Wrong_tiles_are_refused_with_layer_row_and_column(string csv, string place, string reason)
    {
        MapException refusal = Refuse(TiledMapTests.Map($"{Plain}<layer name=\"ground\"><data encoding=\"csv\">{csv}</data></layer>"));
        Assert.Equal(("test.tmx", "ground", place), (refusal.File, refusal.Layer, refusal.Place));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.StartsWith("test.tmx: layer 'ground': ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<layer name=\"a\"><data encoding=\"base64\" compression=\"zstd\">AAAA</data></layer>", "no Zstandard frame")]
    [InlineData("<layer name=\"a\"><data encoding=\"base64\" compression=\"lzma\">AAAA</data></layer>", "lzma")]
    [InlineData("<layer name=\"a\"><data encoding=\"hex\">AAAA</data></layer>", "encoding 'hex'")]
    [InlineData("<layer name=\"a\"><data encoding=\"base64\">?</data></layer>", "base64")]
    [InlineData("<layer name=\"a\"><data encoding=\"base64\" compression=\"zlib\">AAAA</data></layer>", "unpacked")]
    [InlineData("<layer name=\"a\"><data><chunk x=\"0\" y=\"0\" width=\"16\" height=\"16\"><tile gid=\"1\"/></chunk></data></layer>", "chunks")]
    [InlineData("<layer name=\"a\" width=\"4\" height=\"2\"><data encoding=\"csv\">1</data></layer>", "4 by 2")]
    [InlineData("<layer name=\"a\"><data encoding=\"base64\" compression=\"zlib\">eLsAAAABAwA=</data></layer>", "unpacked")]
    [InlineData("<layer name=\"a\"/>", "no data")]
    [InlineData("<tileset firstgid=\"2\" tilecount=\"4\"/>", "begin at 2")]
    [InlineData("<tileset firstgid=\"5\" tilecount=\"65536\"/>", "more than 65536 tiles")]
    [InlineData("<tileset firstgid=\"5\"><tile id=\"0\"/><tile id=\"0\"/></tileset>", "twice")]
    [InlineData("<tileset firstgid=\"5\" source=\"../secret.tsx\"/>", "map's folder")]
    [InlineData("<tileset firstgid=\"5\" source=\"/etc/passwd\"/>", "map's folder")]
    [InlineData("<tileset firstgid=\"5\" source=\"c:\\\\x.tsx\"/>", "map's folder")]
    [InlineData("<tileset firstgid=\"5\" source=\"a/..\\\\..\\\\b.tsx\"/>", "map's folder")]
    [InlineData("<tileset firstgid=\"5\" source=\"gone.tsx\"/>", "missing")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\" template=\"t.tx\"/></objectgroup>", "'t.tx' is missing")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\" x=\"NaN\"/></objectgroup>", "'x' is 'NaN'")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\" x=\"1e30\"/></objectgroup>", "'x' is '1e30'")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\" width=\"-1\"/></objectgroup>", "negative")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\" gid=\"77\"/></objectgroup>", "'77' is in no tileset")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\"><polygon points=\"1,2 3\"/></object></objectgroup>", "Point 1 is '3'")]
    [InlineData("<objectgroup name=\"o\"><object id=\"3\"><polyline/></object></objectgroup>", "no points")]
    public void Content_that_cannot_be_used_is_refused(string content, string reason) =>
        Assert.Contains(reason, Refuse(TiledMapTests.Map(Plain + content)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("walkable", "perhaps")]
    [InlineData("cost", "0")]
    [InlineData("cost", "NaN")]
    [InlineData("cost", "32")]
    [InlineData("height", "1e9")]
    public void Tile_properties_with_other_values_are_refused_with_the_tile(string name, string value)
    {
        string set = $"<tileset firstgid=\"1\"><tile id=\"7\"><properties><property name=\"{name}\" value=\"{value}\"/></properties></tile></tileset>";
        MapException refusal = Refuse(TiledMapTests.Map(set));
        Assert.StartsWith("tile 7", refusal.Place, StringComparison.Ordinal);
        Assert.Contains($"'{name}' is '{value}'", refusal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("[1]")]
    [InlineData("{\"type\":\"tileset\"}")]
    [InlineData("{\"layers\":[{\"type\":\"\\ud800\"}]}")]
    [InlineData("<tileset/>")]
    [InlineData("<map width='3'")]
    [InlineData("<map/><map/>")]
    [InlineData("<!DOCTYPE map [<!ENTITY a \"b\">]><map>&a;</map>")]
    [InlineData("<!DOCTYPE map SYSTEM \"file:///etc/passwd\"><map/>")]
    public void What_is_no_map_is_refused(string text) => Refuse(text);

    [Theory]
    [InlineData("zlib")]
    [InlineData("gzip")]
    public void Packed_data_that_swells_is_not_unpacked(string compression)
    {
        string bomb = Convert.ToBase64String(TiledMapTests.Pack(compression, new byte[50_000_000]));
        string map = TiledMapTests.Map(
            $"{Plain}<layer name=\"a\"><data encoding=\"base64\" compression=\"{compression}\">{bomb}</data></layer>");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more than 6 tiles", Refuse(map).Reason, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 5_000_000);
    }

    [Fact]
    public void Groups_that_nest_too_deep_are_refused_in_both_formats()
    {
        string open = string.Concat(Enumerable.Repeat("<group name=\"g\">", 5000));
        Assert.Contains("deep", Refuse(TiledMapTests.Map(open)).Reason, StringComparison.Ordinal);
        string json = string.Concat(Enumerable.Repeat("{\"layers\":[", 5000));
        Refuse(json);
        string valid = string.Concat(Enumerable.Repeat("{\"type\":\"group\",\"layers\":[", 31)) + string.Concat(Enumerable.Repeat("]}", 31));
        Refuse(valid);
    }

    [Fact]
    public void Too_many_layers_and_too_large_files_are_refused()
    {
        string layers = string.Concat(Enumerable.Repeat("<imagelayer/>", Limits.MapLayersMax + 1));
        Assert.Contains("256 layers", Refuse(TiledMapTests.Map(layers)).Reason, StringComparison.Ordinal);
        MapException refusal = Assert.Throws<MapException>(() => MapFile.Parse("big.tmx", new byte[Limits.MapFileBytesMax + 1]));
        Assert.Contains("bytes", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_link_out_of_the_folder_are_refused()
    {
        Assert.Throws<MapException>(() => MapFile.Load(Path.Combine(TestData.MapsFolder, "none.tmx")));
        Assert.Throws<MapException>(() => MapFile.Load(TestData.MapsFolder));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("maps");
        try
        {
            string outside = Path.Combine(folder.FullName, "outside.tsx");
            DirectoryInfo inside = folder.CreateSubdirectory("maps");
            File.WriteAllText(outside, Plain);
            File.CreateSymbolicLink(Path.Combine(inside.FullName, "link.tsx"), outside);
            string map = Path.Combine(inside.FullName, "m.tmx");
            File.WriteAllText(map, TiledMapTests.Map("<tileset firstgid=\"1\" source=\"link.tsx\"/>"));
            Assert.Contains("link", Assert.Throws<MapException>(() => MapFile.Load(map)).Reason, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static MapException Refuse(string text) =>
        Assert.Throws<MapException>(() => MapFile.Parse("test.tmx", Encoding.UTF8.GetBytes(text)));
}
