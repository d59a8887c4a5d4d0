using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Hashes all that a map says, in an order that does not depend on how it was stored.</summary>
internal static class MapHash
{
    public static ulong Of(GameMap map, Grid grid, ReadOnlySpan<uint> flags)
    {
        StateHash hash = default;
        grid.Hash(ref hash);
        hash.Add(((long)map.Layout.Orientation << 32) | (uint)map.Layout.CellsPerTile);
        Add(ref hash, map.Properties);
        foreach (TileKind tile in map.Tiles)
        {
            hash.Add(tile.Gid);
            Add(ref hash, tile.Class);
            Add(ref hash, tile.Properties);
        }

        foreach (TileLayer layer in map.Layers)
        {
            Add(ref hash, layer.Name);
            Add(ref hash, layer.Class);
            Add(ref hash, layer.Properties);
            hash.Add(layer.Raw);
        }

        foreach (MapObject item in map.Objects)
        {
            Add(ref hash, item);
        }

        foreach (MapRegion region in map.Regions)
        {
            Add(ref hash, region.Name);
            Add(ref hash, region.Properties);
            hash.Add<CellRect>([region.Bounds]);
            hash.Add(region.CellSpan);
        }

        AddGround(ref hash, map, flags);
        return hash.Value;
    }

    private static void AddGround(ref StateHash hash, GameMap map, ReadOnlySpan<uint> flags)
    {
        foreach (string flag in map.FlagNames)
        {
            Add(ref hash, flag);
        }

        hash.Add(flags);
        if (map.Heights is { } heights)
        {
            hash.Add(heights.Cells);
            hash.Add(heights.Corners);
        }

        if (map.Mesh is { } mesh)
        {
            hash.Add(mesh.Vertices);
            hash.Add(mesh.Indices);
        }
    }

    private static void Add(ref StateHash hash, MapObject item)
    {
        hash.Add(item.Id);
        hash.Add(((long)item.Gid << 8) | (byte)item.Shape);
        Add(ref hash, item.Layer);
        Add(ref hash, item.Name);
        Add(ref hash, item.Class);
        hash.Add<Vec2>([item.Position, item.Size]);
        hash.Add(item.Rotation);
        foreach (Vec2 point in item.Points)
        {
            hash.Add<Vec2>([point]);
        }

        hash.Add(item.Corners);
        Add(ref hash, item.Properties);
    }

    private static void Add(ref StateHash hash, string text) => hash.Add(Encoding.UTF8.GetBytes(text));

    private static void Add(ref StateHash hash, IReadOnlyDictionary<string, string> properties)
    {
        foreach ((string key, string value) in properties.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(ref hash, key);
            Add(ref hash, value);
        }
    }
}
