using System.Text.Encodings.Web;
using System.Text.Json;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Server.Content;

/// <summary>A map as pages read it: tile numbers by layer, what each tile is, and the designer's objects, in cells.</summary>
internal static class MapJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(GameMap map)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, map.Name);
            writer.WriteNumber("width"u8, map.Width);
            writer.WriteNumber("height"u8, map.Height);
            WriteLayers(writer, map);
            WriteTiles(writer, map);
            WriteObjects(writer, map);
            WriteProperties(writer, map.Properties);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteLayers(Utf8JsonWriter writer, GameMap map)
    {
        writer.WriteStartArray("layers"u8);
        foreach (TileLayer layer in map.Layers)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, layer.Name);
            writer.WriteStartArray("tiles"u8);
            for (int y = 0; y < layer.Height; y++)
            {
                for (int x = 0; x < layer.Width; x++)
                {
                    writer.WriteNumberValue(layer.Gid(x, y));
                }
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteTiles(Utf8JsonWriter writer, GameMap map)
    {
        writer.WriteStartArray("tiles"u8);
        foreach (TileKind tile in map.Tiles)
        {
            writer.WriteStartObject();
            writer.WriteNumber("gid"u8, tile.Gid);
            writer.WriteString("class"u8, tile.Class);
            writer.WriteString("color"u8, tile.Color);
            writer.WriteBoolean("walkable"u8, tile.Walkable);
            writer.WriteNumber("cost"u8, tile.Cost);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteObjects(Utf8JsonWriter writer, GameMap map)
    {
        writer.WriteStartArray("objects"u8);
        foreach (MapObject item in map.Objects)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id"u8, item.Id);
            writer.WriteString("name"u8, item.Name);
            writer.WriteString("class"u8, item.Class);
            writer.WriteString("layer"u8, item.Layer);
            writer.WriteString("shape"u8, Shape(item.Shape));
            writer.WriteNumber("x"u8, item.Position.X);
            writer.WriteNumber("y"u8, item.Position.Y);
            writer.WriteNumber("width"u8, item.Size.X);
            writer.WriteNumber("height"u8, item.Size.Y);
            if (item.Points.Count > 0)
            {
                WritePoints(writer, item.Points);
            }
            WriteProperties(writer, item.Properties);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WritePoints(Utf8JsonWriter writer, IReadOnlyList<Vec2> points)
    {
        writer.WriteStartArray("points"u8);
        foreach (Vec2 point in points)
        {
            writer.WriteStartObject();
            writer.WriteNumber("x"u8, point.X);
            writer.WriteNumber("y"u8, point.Y);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteProperties(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> properties)
    {
        writer.WriteStartObject("properties"u8);
        foreach ((string name, string value) in properties.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }
        writer.WriteEndObject();
    }

    private static string Shape(MapShape shape) => shape switch
    {
        MapShape.Point => "point",
        MapShape.Rectangle => "rectangle",
        MapShape.Ellipse => "ellipse",
        MapShape.Polygon => "polygon",
        MapShape.Polyline => "polyline",
        MapShape.Tile => "tile",
        MapShape.Capsule => "capsule",
        _ => "text",
    };
}
