using System.Text;
using RealtimeServer.Navigation.Maps.Tiled;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Maps with bytes changed, cut, doubled and swapped for hostile words: they load or are refused, and nothing else.</summary>
public sealed class MapFuzz
{
    [Theory]
    [InlineData("lanes.tmj", 300)]
    [InlineData("arena.tmx", 300)]
    [InlineData("citadel.tmx", 300)]
    public void Mutated_maps_load_or_are_refused(string file, int rounds) =>
        Fuzzing.Run(file, File.ReadAllBytes(Path.Combine(TestData.MapsFolder, file)), rounds, content => MapFile.Parse(file, content, Beside));

    [Fact]
    public void Mutated_tilesets_load_or_are_refused() => Fuzzing.Run("terrain.tsx", Beside("terrain.tsx")!, 800, content =>
    {
        string map = TiledMapTests.Map("<tileset firstgid=\"1\" source=\"terrain.tsx\"/>");
        MapFile.Parse("map.tmx", Encoding.UTF8.GetBytes(map), _ => content);
    });

    [Fact]
    public void Every_beginning_of_a_small_map_loads_or_is_refused()
    {
        string map = TiledMapTests.Map(
            "<tileset firstgid=\"1\" tilecount=\"9\"/>" + TiledMapTests.Layer("a", "gzip", [1, 2, 3, 4, 5, 6])
            + "<objectgroup><object id=\"1\" x=\"1\" y=\"2\"><polygon points=\"0,0 1,1 2,0\"/></object></objectgroup>");
        byte[] bytes = Encoding.UTF8.GetBytes(map);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Fuzzing.TryRead(bytes[..length], content => MapFile.Parse("map.tmx", content)));
        }

        Assert.True(Fuzzing.TryRead(bytes, content => MapFile.Parse("map.tmx", content)));
    }

    private static byte[]? Beside(string name) => name == "terrain.tsx" ? File.ReadAllBytes(Path.Combine(TestData.MapsFolder, name)) : null;
}
