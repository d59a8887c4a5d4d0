using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Compiled;

/// <summary>Writes what a compiled map holds behind its header.</summary>
internal sealed class MapWriter(StateWriter writer)
{
    public void Write(GameMap map)
    {
        WriteFrame(map.Layout);
        WriteProperties(map.Properties);
        writer.Int(map.FlagNames.Count);
        foreach (string flag in map.FlagNames)
        {
            writer.Text(flag);
        }

        writer.Values(map.Ground.MapOpen.Bytes);
        bool isPlain = map.Ground.CostEighths.IndexOfAnyExcept(Grid.CostOne) < 0;
        writer.Int(isPlain ? 0 : 1);
        writer.Values(isPlain ? [] : map.Ground.CostEighths);
        WriteNumbers(map.CellFlags);
        writer.Int(map.Tiles.Count);
        foreach (TileKind tile in map.Tiles)
        {
            WriteTile(tile);
        }

        writer.Int(map.Layers.Count);
        foreach (TileLayer layer in map.Layers)
        {
            writer.Text(layer.Name);
            writer.Text(layer.Class);
            WriteProperties(layer.Properties);
            WriteNumbers(layer.Raw);
        }

        writer.Int(map.Objects.Count);
        foreach (MapObject item in map.Objects)
        {
            WriteObject(item);
        }

        writer.Int(map.Regions.Count);
        foreach (MapRegion region in map.Regions)
        {
            WriteRegion(region);
        }

        WriteRelief(map);
    }

    // In as few bytes each as the greatest needs: 1, 2 or 4.
    private void WriteNumbers(ReadOnlySpan<uint> numbers)
    {
        uint all = 0;
        foreach (uint number in numbers)
        {
            all |= number;
        }

        int bytes = all <= byte.MaxValue ? 1 : all <= ushort.MaxValue ? 2 : 4;
        writer.Int(bytes);
        Span<byte> to = writer.GetSpan(numbers.Length * bytes)[..(numbers.Length * bytes)];
        switch (bytes)
        {
            case 1:
                for (int i = 0; i < numbers.Length; i++)
                {
                    to[i] = (byte)numbers[i];
                }

                break;
            case 2:
                Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(to);
                for (int i = 0; i < numbers.Length; i++)
                {
                    halves[i] = (ushort)numbers[i];
                }

                break;
            default:
                MemoryMarshal.AsBytes(numbers).CopyTo(to);
                break;
        }

        writer.Advance(to.Length);
    }

    private void WriteFrame(MapLayout layout)
    {
        TileFrame frame = layout.Frame;
        writer.Int((int)frame.Orientation);
        writer.Int(frame.Columns);
        writer.Int(frame.Rows);
        writer.Int(frame.TileWidth);
        writer.Int(frame.TileHeight);
        writer.Int(frame.HexSide);
        writer.Int((frame.StaggersColumns ? 1 : 0) | (frame.StaggersEven ? 2 : 0));
        writer.Int(layout.CellsPerTile);
    }

    private void WriteProperties(IReadOnlyDictionary<string, string> properties)
    {
        writer.Int(properties.Count);
        foreach ((string name, string value) in properties.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Text(name);
            writer.Text(value);
        }
    }

    // What tiles say of the ground is drawn already: only what games may ask of them is kept.
    private void WriteTile(TileKind tile)
    {
        writer.Int(tile.Gid);
        writer.Text(tile.Class);
        writer.Text(tile.Color ?? "");
        writer.Int(tile.Walkable ? 1 : 0);
        writer.Value(tile.Cost);
        WriteProperties(tile.Properties);
    }

    private void WriteObject(MapObject item)
    {
        writer.Int(item.Id);
        writer.Text(item.Name);
        writer.Text(item.Class);
        writer.Text(item.Layer);
        writer.Int((int)item.Shape);
        writer.Int(item.Gid);
        writer.Value(item.Position);
        writer.Value(item.Size);
        writer.Value(item.Rotation);
        writer.Int(item.Points.Count);
        writer.Values<Vec2>([.. item.Points]);
        writer.Int(item.Corners.Length);
        writer.Values(item.Corners);
        WriteProperties(item.Properties);
    }

    private void WriteRegion(MapRegion region)
    {
        writer.Text(region.Name);
        WriteProperties(region.Properties);
        writer.Int(region.Bounds.X);
        writer.Int(region.Bounds.Y);
        writer.Int(region.Bounds.Width);
        writer.Int(region.Bounds.Height);
        writer.Values(region.CellSpan);
    }

    private void WriteRelief(GameMap map)
    {
        writer.Int(map.Heights is null ? 0 : 1);
        if (map.Heights is { } heights)
        {
            writer.Values(heights.Cells);
            writer.Values(heights.Corners);
        }

        writer.Int(map.Mesh?.Vertices.Length ?? 0);
        writer.Int(map.Mesh?.Indices.Length ?? 0);
        if (map.Mesh is { } mesh)
        {
            writer.Values(mesh.Vertices);
            writer.Values(mesh.Indices);
        }
    }
}
