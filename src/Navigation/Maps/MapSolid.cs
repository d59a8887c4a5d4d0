using System.Globalization;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// A shape of the class <c>collision</c>: solid beside the cells, upright from its foot to its top. An area is what its outline holds, a polyline a fence along it.
/// Cells that one stands in are closed, so that paths lead round it (<see cref="SolidCells"/>).
/// </summary>
public sealed class MapSolid
{
    /// <summary>The class of such shapes.</summary>
    internal const string Word = "collision";

    private const float ThicknessDefault = 0.1f;
    private const float ThicknessMax = 64;

    private MapSolid(MapObject source, IReadOnlyList<IReadOnlyList<Vec2>> parts, float foot, float top, bool isOnGround)
    {
        Source = source;
        Parts = parts;
        Foot = foot;
        Top = top;
        IsOnGround = isOnGround;
    }

    /// <summary>What the designer drew.</summary>
    public MapObject Source { get; }

    /// <summary>Convex outlines in world units that make it up together, each of 3 to 64 corners, clockwise as drawn.</summary>
    public IReadOnlyList<IReadOnlyList<Vec2>> Parts { get; }

    /// <summary>World units above zero.</summary>
    public float Foot { get; }

    /// <inheritdoc cref="Foot"/>
    public float Top { get; }

    /// <summary>True if its foot is not lifted: who walks cannot pass under it.</summary>
    public bool IsOnGround { get; }

    /// <summary>
    /// True if it closes cells: where its property <c>walkable</c> says nothing, if it stands on the ground.
    /// </summary>
    public bool ClosesCells => Walkable is bool walkable ? !walkable : IsOnGround;

    /// <summary>What it says of itself, if anything.</summary>
    internal bool? Walkable => Source.Properties.TryGetValue("walkable", out string? text) && bool.TryParse(text, out bool walkable) ? walkable : null;

    /// <summary>All of a map, as on ground at height 0; of no height they are none.</summary>
    /// <exception cref="MapException">One cannot be: the message says which, and why.</exception>
    internal static IReadOnlyList<MapSolid> Of(string file, IReadOnlyList<MapObject> objects, float wallHeight)
    {
        List<MapSolid> solids = [];
        int parts = 0, corners = 0;
        foreach (MapObject item in objects)
        {
            if (item.Class != Word || (!item.IsArea && item.Shape != MapShape.Polyline))
            {
                continue;
            }

            try
            {
                if (TryMake(item, wallHeight) is { } solid)
                {
                    solids.Add(solid);
                    parts += solid.Parts.Count;
                    corners += solid.Parts.Count > 1 ? item.Corners.Length : 0;
                }
            }
            catch (FormatException wrong)
            {
                throw Refuse(file, item, wrong.Message);
            }

            if (parts > Limits.SolidPartsMax || corners > Limits.SolidCornersMax)
            {
                throw Refuse(file, item, $"The map's collision shapes are too many: {Limits.SolidPartsMax} convex parts and {Limits.SolidCornersMax} corners of what is not convex are allowed.");
            }
        }

        return solids;
    }

    /// <summary>The same on a map's ground: what is not lifted begins at the lowest that it stands on, and all of it ends over the highest.</summary>
    internal MapSolid On(MapHeights heights)
    {
        (float low, float high) = GroundUnder(Source.Corners, heights);
        return new MapSolid(Source, Parts, IsOnGround ? low : high + Foot, high + Top, IsOnGround);
    }

    private static MapException Refuse(string file, MapObject item, string reason) =>
        new(file, item.Layer, item.Name.Length > 0 ? $"object {item.Id} '{MapText.Short(item.Name)}'" : $"object {item.Id}", reason);

    private static MapSolid? TryMake(MapObject item, float wallHeight)
    {
        float height = Number(item, "wallHeight", wallHeight, 0, Limits.MapHeightMax);
        float foot = Number(item, "foot", 0, 0, Limits.MapHeightMax);
        if (height == 0)
        {
            return null;
        }

        if (foot >= height)
        {
            throw new FormatException($"Its 'foot' of {Text(foot)} is not below its top, the 'wallHeight' of {Text(height)}.");
        }

        if (item.Corners.Length > Limits.SolidOutlineCornersMax)
        {
            throw new FormatException($"It has {item.Corners.Length} corners; a collision shape may have {Limits.SolidOutlineCornersMax}.");
        }

        List<Vec2[]> parts = item.IsArea ? ConvexParts.Of(item.Corners) : Fence(item.Corners, Number(item, "thickness", ThicknessDefault, Limits.SolidWidthMin, ThicknessMax));
        parts.RemoveAll(static part => ConvexParts.WidthOf(part) < Limits.SolidWidthMin);
        if (parts.Count == 0)
        {
            throw new FormatException("Its outline crosses or touches itself, or has no area: it cannot be solid.");
        }

        return new MapSolid(item, parts, foot, height, foot == 0);
    }

    /// <summary>A box along each side.</summary>
    private static List<Vec2[]> Fence(ReadOnlySpan<Vec2> points, float thickness)
    {
        List<Vec2[]> parts = [];
        for (int i = 0; i + 1 < points.Length; i++)
        {
            Vec2 way = points[i + 1] - points[i];
            if (way.Length > 0)
            {
                Vec2 along = way * (0.5f * thickness / way.Length), across = along.Perpendicular;
                (Vec2 from, Vec2 to) = (points[i] - along, points[i + 1] + along);
                parts.Add([from - across, to - across, to + across, from + across]);
            }
        }

        return parts;
    }

    /// <summary>At the corners and between them all.</summary>
    private static (float Low, float High) GroundUnder(ReadOnlySpan<Vec2> corners, MapHeights heights)
    {
        Vec2 middle = Vec2.Zero;
        (float low, float high) = (float.MaxValue, float.MinValue);
        foreach (Vec2 corner in corners)
        {
            middle += corner * (1f / corners.Length);
            Take(corner);
        }

        Take(middle);
        return (low, high);

        void Take(Vec2 point)
        {
            float ground = heights.At((int)Math.Clamp(point.X, 0, heights.Width - 1), (int)Math.Clamp(point.Y, 0, heights.Height - 1));
            (low, high) = (Math.Min(low, ground), Math.Max(high, ground));
        }
    }

    private static float Number(MapObject item, string name, float without, float min, float max)
    {
        if (!item.Properties.TryGetValue(name, out string? text))
        {
            return without;
        }

        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value >= min && value <= max
            ? value
            : throw new FormatException($"'{name}' is '{MapText.Short(text)}'; a number from {Text(min)} to {Text(max)} is expected.");
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
