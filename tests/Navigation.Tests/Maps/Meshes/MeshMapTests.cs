using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Meshes;

public sealed class MeshMapTests
{
    // A floor of ten by ten, and a block on it, four high, from (4, 4) to (6, 6).
    private const string Scene = """
        # made by hand
        v 0 0 0
        v 10 0 0
        v 10 0 10
        v 0 0 10
        f 1 4 3 2
        o block
        v 4 0 4
        v 6 0 4
        v 6 0 6
        v 4 0 6
        v 4 4 4
        v 6 4 4
        v 6 4 6
        v 4 4 6
        f 9/1/1 12/1/1 11/1/1 10/1/1
        f 5 9 10 6
        f 6 10 11 7
        f 7 11 12 8
        f 8 12 9 -8
        """;

    [Fact]
    public void A_mesh_becomes_a_grid_with_heights_and_keeps_its_triangles()
    {
        GameMap map = Parse(Scene, """{"mesh": "m.obj", "cell": 1, "clearance": 2}""");
        Assert.Equal((10, 10, 12), (map.Width, map.Height, map.Mesh!.TriangleCount));
        Grid grid = map.CreateGrid();
        for (int i = 0; i < 100; i++)
        {
            (int x, int y) = (i % 10, i / 10);
            bool isBlock = x is >= 4 and <= 6 && y is >= 4 and <= 6 && x + y < 12; // walls between two cells belong to the farther one
            Assert.True(grid.IsOpen(x, y) != isBlock, $"({x}, {y})");
            Assert.Equal(isBlock ? 4f : 0, map.Heights!.At(x, y), 0.2f);
        }
    }

    [Theory]
    [InlineData(30, 0.6f, true)]
    [InlineData(20, 0.6f, false)]
    public void A_ramp_is_walked_up_if_it_is_not_too_steep(float slopeMax, float stepMax, bool walkable)
    {
        // From x = 2 to 6 it rises by 2, that is by 26.6 degrees; then a platform.
        string ramp = Boxes("0 0 0  2 0 0  2 0 4  0 0 4", "2 0 0  6 2 0  6 2 4  2 0 4", "6 2 0  10 2 0  10 2 4  6 2 4");
        GameMap map = Parse(ramp, string.Create(CultureInfo.InvariantCulture, $$"""{"mesh": "m.obj", "slopeMax": {{slopeMax}}, "stepMax": {{stepMax}}}"""));
        PathFinder finder = new(map.CreateGrid());
        PathResult found = finder.Find(new Vec2(0.5f, 2), new Vec2(9.5f, 2), new Vec2[32]);
        Assert.Equal(walkable ? PathStatus.Found : PathStatus.Partial, found.Status);
    }

    [Theory]
    [InlineData(0.3f, 0.4f, true)]
    [InlineData(0.5f, 0.4f, false)]
    public void A_step_is_climbed_if_it_is_not_too_high(float height, float stepMax, bool walkable)
    {
        string h = height.ToString(CultureInfo.InvariantCulture);
        string stairs = Boxes("0 0 0  4 0 0  4 0 4  0 0 4", $"4 0 0  4 {h} 0  4 {h} 4  4 0 4", $"4 {h} 0  8 {h} 0  8 {h} 4  4 {h} 4");
        GameMap map = Parse(stairs, string.Create(CultureInfo.InvariantCulture, $$"""{"mesh": "m.obj", "stepMax": {{stepMax}}}"""));
        Assert.Equal(walkable ? PathStatus.Found : PathStatus.Partial, new PathFinder(map.CreateGrid()).Find(new Vec2(0.5f, 2), new Vec2(7.5f, 2), new Vec2[32]).Status);
    }

    [Theory]
    [InlineData(1.5f, true)]
    [InlineData(2.5f, false)]
    public void A_low_ceiling_keeps_tall_agents_out(float clearance, bool walkable)
    {
        // The ceiling, two high, is seen from below: its triangles look down.
        string tunnel = Boxes("0 0 0  9 0 0  9 0 3  0 0 3", "3 2 3  6 2 3  6 2 0  3 2 0");
        GameMap map = Parse(tunnel, string.Create(CultureInfo.InvariantCulture, $$"""{"mesh": "m.obj", "clearance": {{clearance}}}"""));
        Assert.Equal(walkable, map.CreateGrid().IsOpen(4, 1));
        Assert.True(map.CreateGrid().IsOpen(1, 1));
    }

    [Fact]
    public void Of_floors_above_each_other_the_larger_walk_counts()
    {
        string floors = Boxes("0 0 0  9 0 0  9 0 3  0 0 3", "3 5 0  5 5 0  5 5 3  3 5 3");
        GameMap map = Parse(floors, """{"mesh": "m.obj"}""");
        Assert.Equal(0, map.Heights!.At(4, 1), 0.2f);
        Assert.True(map.CreateGrid().IsOpen(4, 1));
    }

    [Fact]
    public void Objects_of_the_recipe_lie_in_cells_and_cells_may_be_finer()
    {
        GameMap map = Parse(Scene, """{"mesh": "m.obj", "cell": 0.5, "objects": [{"class": "spawn", "x": 3.5, "y": 4}]}""");
        Assert.Equal((20, new Vec2(3.5f, 4)), (map.Width, map.Objects[0].Position));
        Assert.Equal(20, map.Mesh!.Vertices.ToArray().Max(vertex => vertex.X));
    }

    [Fact]
    public void Binary_and_textual_gltf_give_the_same_map()
    {
        const string Recipe = """{"mesh": "m.glb"}""";
        GameMap binary = MapFile.Parse("t.map.json", Encoding.UTF8.GetBytes(Recipe), _ => Glb(Gltf("", "")));
        byte[] text = Encoding.UTF8.GetBytes(Gltf("\"uri\": \"m.bin\",", ""));
        GameMap apart = MapFile.Parse("t.map.json", Encoding.UTF8.GetBytes(Recipe.Replace("glb", "gltf", StringComparison.Ordinal)), path => path == "m.bin" ? Bytes() : text);
        byte[] inline = Encoding.UTF8.GetBytes(Gltf($"\"uri\": \"data:application/octet-stream;base64,{Convert.ToBase64String(Bytes())}\",", ""));
        GameMap embedded = MapFile.Parse("t.map.json", Encoding.UTF8.GetBytes(Recipe.Replace("glb", "gltf", StringComparison.Ordinal)), _ => inline);
        Assert.Equal((8, 6, 4), (binary.Width, binary.Height, binary.Mesh!.TriangleCount));
        Assert.Equal(binary.Hash, apart.Hash);
        Assert.Equal(binary.Hash, embedded.Hash);
        Assert.True(binary.CreateGrid().IsOpen(1, 1) && binary.CreateGrid().IsOpen(7, 5) && !binary.CreateGrid().IsOpen(7, 0));
        Assert.Equal(("north", "spawn", new Vec2(1, 2)), (binary.Objects[0].Name, binary.Objects[0].Class, binary.Objects[0].Position));
    }

    [Theory]
    [InlineData(5122, true, 8f)]
    [InlineData(5122, false, 8f / short.MaxValue)]
    [InlineData(5120, true, 8f)]
    [InlineData(5123, true, 8f)]
    [InlineData(5121, false, 8f / byte.MaxValue)]
    public void Quantized_positions_are_where_their_nodes_scale_them(int component, bool normalized, float scale)
    {
        bool isShort = component is 5122 or 5123;
        int greatest = component switch { 5120 => sbyte.MaxValue, 5121 => byte.MaxValue, 5122 => short.MaxValue, _ => ushort.MaxValue };
        int stride = isShort ? 8 : 4;
        byte[] bytes = new byte[(4 * stride) + 12];
        (int X, int Z)[] corners = [(0, 0), (1, 0), (1, 1), (0, 1)];
        for (int i = 0; i < 4; i++)
        {
            foreach ((int axis, int value) in new[] { (0, corners[i].X * greatest), (2, corners[i].Z * greatest) })
            {
                bytes[(i * stride) + (axis * (isShort ? 2 : 1))] = (byte)value;
                bytes[(i * stride) + (axis * (isShort ? 2 : 1)) + (isShort ? 1 : 0)] |= isShort ? (byte)(value >> 8) : (byte)0;
            }
        }

        ushort[] indices = [0, 2, 1, 0, 3, 2];
        Buffer.BlockCopy(indices, 0, bytes, 4 * stride, 12);
        string gltf = string.Create(CultureInfo.InvariantCulture, $$"""
            {"asset": {"version": "2.0"}, "extensionsUsed": ["KHR_mesh_quantization"], "extensionsRequired": ["KHR_mesh_quantization"], "scenes": [{"nodes": [0]}],
             "nodes": [{"mesh": 0, "scale": [{{scale}}, 1, {{scale}}]}], "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
             "accessors": [{"bufferView": 0, "componentType": {{component}}, "normalized": {{(normalized ? "true" : "false")}}, "count": 4, "type": "VEC3"},
              {"bufferView": 1, "componentType": 5123, "count": 6, "type": "SCALAR"}],
             "bufferViews": [{"buffer": 0, "byteLength": {{4 * stride}}, "byteStride": {{stride}}}, {"buffer": 0, "byteOffset": {{4 * stride}}, "byteLength": 12}],
             "buffers": [{"byteLength": {{bytes.Length}}, "uri": "data:application/octet-stream;base64,{{Convert.ToBase64String(bytes)}}"}]}
            """);
        GameMap map = MapFile.Parse("t.map.json", """{"mesh": "m.gltf"}"""u8, _ => Encoding.UTF8.GetBytes(gltf));
        Assert.Equal((8, 8), (map.Width, map.Height));
        Assert.True(map.CreateGrid().IsOpen(4, 4));
        Assert.Equal(8, map.Mesh!.Vertices.ToArray().Max(vertex => vertex.X), 1e-3f);
    }

    [Theory]
    [InlineData("\"mode\": 4", "\"mode\": 5")]
    [InlineData("\"indices\": 1, ", "")]
    [InlineData("\"componentType\": 5123", "\"componentType\": 5121")]
    public void Other_ways_to_store_triangles_load_or_are_refused_by_name(string old, string changed)
    {
        try
        {
            Assert.NotNull(MapFile.Parse("t.map.json", """{"mesh": "m.glb"}"""u8, _ => Glb(Gltf("", "").Replace(old, changed, StringComparison.Ordinal))).Mesh);
        }
        catch (MapException refusal)
        {
            Assert.Equal("m.glb", refusal.File);
        }
    }

    [Theory]
    [InlineData("\"count\": 4, \"type\": \"VEC3\"", "\"count\": 400, \"type\": \"VEC3\"", "beyond the end")]
    [InlineData("\"count\": 4, \"type\": \"VEC3\"", "\"count\": 3, \"type\": \"VEC3\"", "index 4 is 3")]
    [InlineData("\"type\": \"VEC3\"", "\"type\": \"VEC2\"", "'VEC2'; VEC3 is expected")]
    [InlineData("\"children\": [1, 2]", "\"children\": [0]", "deep")]
    [InlineData("\"children\": [1, 2]", "\"children\": [7]", "There is no node 7")]
    [InlineData("\"mesh\": 0", "\"mesh\": 3", "There is no mesh 3")]
    [InlineData("\"asset\"", "\"extensionsRequired\": [\"KHR_draco_mesh_compression\"], \"asset\"", "KHR_draco_mesh_compression")]
    [InlineData("\"scale\": [2, 1, 1]", "\"scale\": [2, 1]", "3 numbers are expected, not 2")]
    [InlineData("\"POSITION\": 0", "\"NORMAL\": 0", "POSITION")]
    public void Damaged_gltf_is_refused_with_its_place(string old, string changed, string reason)
    {
        byte[] glb = Glb(Gltf("", "").Replace(old, changed, StringComparison.Ordinal));
        MapException refusal = Assert.Throws<MapException>(() => MapFile.Parse("t.map.json", """{"mesh": "m.glb"}"""u8, _ => glb));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("m.glb", refusal.File);
    }

    [Theory]
    [InlineData("v 1 2\nf 1 1 1", "'' stands where a coordinate")]
    [InlineData("v 1 2 x", "'x' stands where a coordinate")]
    [InlineData("v 1 2 NaN", "not within")]
    [InlineData("v 1 2 1e30", "not within")]
    [InlineData("v 0 0 0\nf 1 2 1", "line 2: A face names the vertex '2'; 1 come before it")]
    [InlineData("v 0 0 0\nf 1 1", "2 corners")]
    [InlineData("v 0 0 0\nf 0 1 1", "names the vertex '0'")]
    [InlineData("v 0 0 0\nf -2 1 1", "names the vertex '-2'")]
    [InlineData("", "no triangles")]
    [InlineData("v 0 0 0\nv 9000 0 0\nv 0 0 1\nf 1 2 3", "larger 'cell'")]
    public void Damaged_obj_is_refused_with_its_line(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<MapException>(() => Parse(text, """{"mesh": "m.obj"}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutated_meshes_make_a_map_or_are_refused()
    {
        byte[] recipe = """{"mesh": "m.obj", "cell": 0.5, "stepMax": 0.3}"""u8.ToArray();
        Fuzzing.Run("obj", Encoding.UTF8.GetBytes(Scene), 1000, content => MapFile.Parse("t.map.json", recipe, _ => content));
        Fuzzing.Run("glb", Glb(Gltf("", "")), 1500, content => MapFile.Parse("t.map.json", """{"mesh": "m.glb"}"""u8, _ => content));
        Fuzzing.Run("gltf", Encoding.UTF8.GetBytes(Gltf("\"uri\": \"m.bin\",", "")), 1000, content =>
            MapFile.Parse("t.map.json", """{"mesh": "m.gltf"}"""u8, path => path == "m.bin" ? Bytes() : content));
        Fuzzing.Run("mesh recipe", recipe, 500, content => MapFile.Parse("t.map.json", content, _ => Encoding.UTF8.GetBytes(Scene)));
    }

    // Two copies of a square of two triangles: one where it is made, twice as wide; one two higher and aside, mirrored.
    internal static string Gltf(string uri, string more) => $$$"""
        {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0, 3]}],
         "nodes": [{"children": [1, 2], "translation": [5, 0, 0]}, {"mesh": 0, "scale": [2, 1, 1]}, {"mesh": 0, "matrix": [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 8, 0, 4, 1]},
           {"name": "north", "translation": [6, 0, 2], "extras": {"class": "spawn", "player": 1}}],
         "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "mode": 4}]}],
         "accessors": [{"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"}, {"bufferView": 1, "componentType": 5123, "count": 6, "type": "SCALAR"}],
         "bufferViews": [{"buffer": 0, "byteLength": 48}, {"buffer": 0, "byteOffset": 48, "byteLength": 12}], "buffers": [{{{{uri}}}"byteLength": 60}]{{{more}}}}
        """;

    internal static byte[] Glb(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json.PadRight((json.Length + 3) / 4 * 4));
        byte[] bytes = Bytes();
        byte[] header = new byte[20];
        uint[] words = [0x46546C67, 2, (uint)(28 + text.Length + bytes.Length), (uint)text.Length, 0x4E4F534A];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4 * i), words[i]);
        }

        return [.. header, .. text, .. BitConverter.GetBytes(bytes.Length), .. "BIN\0"u8, .. bytes];
    }

    private static byte[] Bytes()
    {
        float[] positions = [0, 0, 0, 2, 0, 0, 2, 0, 2, 0, 0, 2];
        ushort[] indices = [0, 2, 1, 0, 3, 2];
        return [.. positions.SelectMany(BitConverter.GetBytes), .. indices.SelectMany(BitConverter.GetBytes)];
    }

    // Faces of four corners, listed clockwise as seen from their front; the format wants them the other way round.
    private static string Boxes(params string[] quads)
    {
        StringBuilder text = new();
        foreach (string quad in quads)
        {
            string[] numbers = quad.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < 12; i += 3)
            {
                text.Append(CultureInfo.InvariantCulture, $"v {numbers[i]} {numbers[i + 1]} {numbers[i + 2]}\n");
            }

            text.Append("f -4 -1 -2 -3\n");
        }

        return text.ToString();
    }

    private static GameMap Parse(string obj, string recipe) => MapFile.Parse("t.map.json", Encoding.UTF8.GetBytes(recipe), _ => Encoding.UTF8.GetBytes(obj));
}
