using System.Buffers.Binary;
using System.Text;
using RealtimeServer.Navigation.Maps.Ldtk;
using RealtimeServer.Navigation.Maps.Meshes;
using RealtimeServer.Navigation.Maps.Tiled;

namespace RealtimeServer.Navigation.Maps.Compiled;

public sealed class CompiledMapTests
{
    public static TheoryData<string> Sources => ["lanes.tmj", "arena.tmx", "citadel.tmx"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_compiled_map_is_the_map_it_was_made_of(string file) => RoundTrip(MapFile.Load(Path.Combine(TestData.MapsFolder, file)));

    [Fact]
    public void Maps_of_every_kind_are_compiled()
    {
        RoundTrip(Rich());
        RoundTrip(MapFile.Parse("t.map.json", """{"mesh": "m.glb", "objects": [{"class": "region", "name": "r", "x": 1, "y": 1, "width": 2, "height": 2}]}"""u8, _ => MeshMapTests.Glb(MeshMapTests.Gltf("", ""))));
        RoundTrip(MapFile.Parse("w.ldtk", Encoding.UTF8.GetBytes(LdtkTests.Project("Free", "{\"identifier\": \"A\", \"pxWid\": 64, \"pxHei\": 32}"))));
    }

    [Fact]
    public void Damage_is_found_by_the_checksum()
    {
        byte[] file = CompiledMap.Write(Rich());
        for (int i = 0; i < file.Length; i += 7)
        {
            byte[] damaged = [.. file];
            damaged[i] ^= 4;
            Assert.Throws<MapException>(() => MapFile.Parse("m.rmap", damaged));
        }

        for (int length = 0; length < file.Length; length += 5)
        {
            Assert.Throws<MapException>(() => MapFile.Parse("m.rmap", file.AsSpan(0, length)));
        }

        Assert.Throws<MapException>(() => MapFile.Parse("m.rmap", [.. file, 0]));
    }

    [Fact]
    public void Another_version_is_refused_with_what_to_do()
    {
        byte[] file = CompiledMap.Write(Rich());
        file[4] = 9;
        Assert.Contains("version 9; version 2 is read. Compile it again.", Assert.Throws<MapException>(() => MapFile.Parse("m.rmap", file)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_files_load_or_are_refused_even_if_their_checksum_is_right()
    {
        byte[] file = CompiledMap.Write(Rich());
        Fuzzing.Run("rmap", file, 2000, content => MapFile.Parse("m.rmap", Signed(content)));
        byte[] mesh = CompiledMap.Write(MapFile.Parse("t.map.json", """{"mesh": "m.glb"}"""u8, _ => MeshMapTests.Glb(MeshMapTests.Gltf("", ""))));
        Fuzzing.Run("rmap of a mesh", mesh, 1000, content => MapFile.Parse("m.rmap", Signed(content)));
    }

    private static byte[] Signed(byte[] content)
    {
        if (content.Length < CompiledMap.HeaderBytes)
        {
            return content;
        }

        byte[] signed = [.. content];
        BinaryPrimitives.WriteUInt32LittleEndian(signed, CompiledMap.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(signed.AsSpan(4), CompiledMap.Version);
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(8), signed.Length - CompiledMap.HeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(signed.AsSpan(12), CompiledMap.Checksum(signed.AsSpan(CompiledMap.HeaderBytes)));
        return signed;
    }

    private static GameMap Rich() => TiledMapTests.Parse(TiledMapTests.Map(
        """
        <properties><property name="cellsPerTile" value="2"/></properties>
        <tileset firstgid="1" tilecount="4"><tile id="1" type="wall"/><tile id="2"><properties><property name="flags" value="wet deep"/><property name="height" value="2"/><property name="cost" value="3"/></properties></tile></tileset>
        """
        + TiledMapTests.Layer("a", "csv", [1, 2, 3, 0x80000001, 0x40000002, 0])
        + """
        <layer name="home" class="region"><data encoding="csv">0,1,1,0,0,0</data></layer>
        <objectgroup name="o"><object id="1" name="p" type="lane" x="10" y="20"><polyline points="0,0 10,20"/></object><object id="2" x="1" y="1" width="9" height="9" rotation="30"><ellipse/></object>
        <object id="3" gid="2147483650" x="0" y="40" width="10" height="20"/><object id="4" x="3" y="3"><point/></object>
        <object id="5" type="collision" x="3" y="5"><polyline points="0,0 9,7 20,3"/></object><object id="6" type="collision" x="14" y="12" width="7" height="9" rotation="20"/></objectgroup>
        """,
        "orientation=\"hexagonal\" hexsidelength=\"8\" width=\"3\" height=\"2\""));

    private static void RoundTrip(GameMap map)
    {
        byte[] file = CompiledMap.Write(map);
        GameMap read = MapFile.Parse(map.Name + ".rmap", file);
        Assert.Equal((map.Name, map.Hash, map.Width, map.Height), (read.Name, read.Hash, read.Width, read.Height));
        Assert.Equal((map.Layout.Orientation, map.Layout.CentreOf(new Cell(1, 1))), (read.Layout.Orientation, read.Layout.CentreOf(new Cell(1, 1))));
        Assert.Equal(map.Collision.ColumnTops.ToArray(), read.Collision.ColumnTops.ToArray());
        Assert.Equal(map.CreateGrid().Open.Bytes.ToArray(), read.CreateGrid().Open.Bytes.ToArray());
        static IEnumerable<(int, string?, bool, float)> Tiles(GameMap of) => of.Tiles.Select(tile => (tile.Gid, tile.Color, tile.Walkable, tile.Cost));
        Assert.Equal(Tiles(map), Tiles(read));
        Assert.Equal(file, CompiledMap.Write(read));
    }
}
