using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeServer.Navigation.Maps.Compiled;

namespace RealtimeServer.Navigation.Maps;

/// <summary>The largest maps there are, and those that would be larger.</summary>
public sealed class LargeMapTests
{
    private const string Walls = """<tileset firstgid="1" tilecount="3"><tile id="1" type="wall"/><tile id="2"><properties><property name="cost" value="2"/></properties></tile></tileset>""";
    private const string Flagged = """<tileset firstgid="1" tilecount="1"><tile id="0"><properties><property name="flags" value="wet"/></properties></tile></tileset>""";
    private const string High = """<tileset firstgid="1" tilecount="1"><tile id="0"><properties><property name="height" value="2"/></properties></tile></tileset>""";

    [Fact]
    public void Four_thousand_cells_each_way_load_within_the_memory_allowed_and_so_does_their_compiled_form()
    {
        byte[] content = Encoding.UTF8.GetBytes(Square(4096, Walls, 1, x => x % 97 == 0 ? 2u : x % 31 == 0 ? 3u : 1u));
        GameMap map = Measured(() => MapFile.Parse("large.tmx", content));
        Assert.Equal((4096, 4096), (map.Width, map.Height));
        Assert.True(!map.Ground.IsOpen(97, 0) && map.Ground.IsOpen(98, 0) && map.Ground.Cost(31, 0) == 2 && map.Ground.Cost(98, 0) == 1);
        byte[] compiled = CompiledMap.Write(map);
        Assert.InRange(compiled.Length, 1 << 25, Limits.MapFileBytesMax);
        Assert.Equal(map.Hash, Measured(() => MapFile.Parse("large.rmap", compiled)).Hash);
    }

    [Theory]
    [InlineData(4097, 1, Walls, "from 1 to 4096 is expected")]
    [InlineData(4096, 3, Walls, "cells in all layers together")]
    [InlineData(4096, 2, Flagged, "Use fewer layers")]
    [InlineData(2049, 1, High, "Use fewer layers, no heights")]
    public void What_would_take_more_is_refused_before_it_does(int side, int layers, string tileset, string reason)
    {
        byte[] content = Encoding.UTF8.GetBytes(Square(side, tileset, layers, static _ => 1));
        Assert.Contains(reason, Measured(() => Assert.Throws<MapException>(() => MapFile.Parse("large.tmx", content))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<data encoding=\"csv\">1,1,1,</data>", "has 3 tiles")]
    [InlineData("<data encoding=\"base64\">AQAAAA==</data>", "has 1 tiles")]
    [InlineData("<data encoding=\"base64\" compression=\"zlib\">eJxjYBgFlAIAAUQAAQ==</data>", "has fewer tiles")]
    public void A_claim_of_cells_takes_no_room_before_they_come(string data, string reason)
    {
        byte[] content = Encoding.UTF8.GetBytes($"<map width=\"4096\" height=\"4096\" tilewidth=\"9\" tileheight=\"9\"><layer name=\"a\">{data}</layer></map>");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(reason, Assert.Throws<MapException>(() => MapFile.Parse("large.tmx", content)).Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    private static T Measured<T>(Func<T> load)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T loaded = load();
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < Fuzzing.BytesMax, $"It took {taken >> 20} MB.");
        return loaded;
    }

    private static string Square(int side, string tileset, int layers, Func<int, uint> tileOf)
    {
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.Fastest))
        {
            uint[] row = [.. Enumerable.Range(0, side).Select(tileOf)];
            for (int y = 0; y < side; y++)
            {
                stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
            }
        }

        string data = Convert.ToBase64String(packed.ToArray());
        IEnumerable<string> all = Enumerable.Range(0, layers).Select(i => $"<layer name=\"l{i}\"><data encoding=\"base64\" compression=\"zlib\">{data}</data></layer>");
        return $"<map width=\"{side}\" height=\"{side}\" tilewidth=\"9\" tileheight=\"9\">{tileset}{string.Concat(all)}</map>";
    }
}
