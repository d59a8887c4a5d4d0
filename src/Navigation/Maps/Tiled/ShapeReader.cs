using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>An object's form in pixels, turned as drawn.</summary>
/// <param name="Kind">Its form; a rectangle where nothing else is said.</param>
/// <param name="Position">Where it was placed.</param>
/// <param name="Size">Zero or more.</param>
/// <param name="Corners">Of a polygon or polyline, from its position, before the turn.</param>
/// <param name="Outline">Its corners after the turn; empty for points, texts and tiles.</param>
internal sealed record TiledShape(MapShape Kind, Vec2 Position, Vec2 Size, Vec2[] Corners, Vec2[] Outline);

/// <summary>Reads the form of an object of a layer, or of a tile's collision shapes.</summary>
internal static class ShapeReader
{
    public static TiledShape Read(MapValues values, MapNode node)
    {
        Vec2 position = new(values.Number(node, "x", 0), values.Number(node, "y", 0));
        Vec2 size = new(values.Number(node, "width", 0), values.Number(node, "height", 0));
        if (size.X < 0 || size.Y < 0)
        {
            throw values.Refuse(node, "Its width or height is negative.");
        }

        MapShape kind = KindOf(node, out MapNode? points);
        Vec2[] corners = points is null ? [] : values.Points(points);
        Vec2[] outline = kind switch
        {
            MapShape.Rectangle => MapOutline.Rectangle(position, size),
            MapShape.Ellipse => MapOutline.Ellipse(position, size),
            MapShape.Capsule => MapOutline.Capsule(position, size),
            MapShape.Polygon or MapShape.Polyline => [.. corners.Select(corner => position + corner)],
            _ => [],
        };
        return new TiledShape(kind, position, kind == MapShape.Point ? Vec2.Zero : size, corners, outline);
    }

    private static MapShape KindOf(MapNode node, out MapNode? corners)
    {
        corners = node.Child("polygon") ?? node.Child("polyline");
        if (corners is not null)
        {
            return corners.Kind == "polygon" ? MapShape.Polygon : MapShape.Polyline;
        }

        return node.Get("gid").Length > 0 ? MapShape.Tile
            : node.Child("point") is not null ? MapShape.Point
            : node.Child("ellipse") is not null ? MapShape.Ellipse
            : node.Child("capsule") is not null ? MapShape.Capsule
            : node.Child("text") is not null ? MapShape.Text
            : MapShape.Rectangle;
    }
}
