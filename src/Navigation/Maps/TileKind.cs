using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>One tile of a map's tilesets, or one kind of ground of a map without tiles.</summary>
/// <param name="Gid">Its number in the layers; 1 or more.</param>
/// <param name="Class">What the designer calls it, such as <c>grass</c>; may be empty.</param>
/// <param name="Color"><c>#rrggbb</c>, or null if the designer gave none.</param>
/// <param name="Walkable">Whether agents can stand on it.</param>
/// <param name="Cost">How dear a step on it is; plain ground is 1.</param>
/// <param name="Properties">All its properties, these included.</param>
public sealed record TileKind(
    int Gid, string Class, string? Color, bool Walkable, float Cost, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>What it says of the cells it covers.</summary>
    internal GroundRule Rule { get; init; } = GroundRule.Silent;

    /// <summary>What of its picture is solid, as drawn in the tile collision editor.</summary>
    internal TileShapes? Shapes { get; init; }

    /// <summary>A kind whose rule says all there is to know.</summary>
    internal static TileKind Of(int gid, string name, string? color, GroundRule rule, IReadOnlyDictionary<string, string> properties) =>
        new(gid, name, color, rule.Walkable ?? true, rule.Cost ?? 1, properties) { Rule = rule };
}

/// <summary>The solid parts of a tile's picture.</summary>
/// <param name="Outlines">Closed outlines, in pixels from the picture's upper left corner.</param>
/// <param name="Size">Of the picture, in pixels.</param>
/// <param name="Offset">Pixels by which the tileset moves its pictures.</param>
internal sealed record TileShapes(IReadOnlyList<Vec2[]> Outlines, Vec2 Size, Vec2 Offset);
