using System.Globalization;

namespace RealtimeServer.Navigation.Maps.Analysis;

/// <summary>What a map's collision shapes do to its ground, and what a designer should know of them.</summary>
internal sealed class SolidCheck
{
    // Units are about twice as high.
    private const float LowFoot = 1;

    private readonly GameMap _map;
    private readonly Grid _bare;
    private readonly AreaLabels? _bareAreas; // null if no shape closes anything

    public SolidCheck(GameMap map)
    {
        _map = map;
        _bare = map.CreateGrid();
        bool any = false;
        for (int i = 0; i < map.Width * map.Height; i++)
        {
            (int x, int y) = (i % map.Width, i / map.Width);
            if (_bare.BlocksOn(x, y) > 0)
            {
                _bare.SetBlocks(x, y, 0);
                any = true;
            }
        }

        _bareAreas = any ? new AreaLabels(map.Width, map.Height, i => _bare.IsOpen(i % map.Width, i / map.Width)) : null;
    }

    /// <summary>True if the cell would be open without the shapes.</summary>
    public bool WouldBeOpen(Cell cell) => _bareAreas is not null && _bare.IsOpen(cell);

    /// <summary>True if two open cells could reach each other without the shapes.</summary>
    public bool WouldReach(Cell from, Cell to) => _bareAreas is { } areas && areas[IndexOf(from)] >= 0 && areas[IndexOf(from)] == areas[IndexOf(to)];

    /// <param name="describe">An object in words.</param>
    /// <param name="cellOf">The cell a finding about an object names.</param>
    public void Run(List<MapFinding> findings, Func<MapObject, string> describe, Func<MapObject, Cell> cellOf)
    {
        foreach (MapObject item in _map.Objects)
        {
            if (WhyNotSolid(item) is { } reason)
            {
                findings.Add(new MapFinding(MapSeverity.Warning, cellOf(item), $"{describe(item)} is not solid: {reason}"));
            }
        }

        SolidCells cells = new(_bare, _map.Name);
        foreach (MapSolid solid in _map.Collision.Solids)
        {
            IReadOnlyList<Cell> closed = cells.Close(solid);
            Cell place = closed.Count > 0 ? closed[0] : cellOf(solid.Source);
            int count = closed.Count;
            cells.Undo();
            if (Wrong(solid, count) is { } text)
            {
                findings.Add(new MapFinding(MapSeverity.Warning, place, $"{describe(solid.Source)} {text}"));
            }
        }
    }

    private string? Wrong(MapSolid solid, int closed)
    {
        MapObject item = solid.Source;
        bool isInside = item.Outline.Any(corner => _bare.IsInside((int)MathF.Floor(corner.X), (int)MathF.Floor(corner.Y)));
        if (solid.ClosesCells && closed == 0 && isInside && !item.Properties.ContainsKey("wallHeight"))
        {
            return "closes no cell: what it stands in is closed without it, or it is too small to be in the way of paths.";
        }

        if (!solid.IsOnGround && solid.Walkable is null && closed > 0 && FootOf(item) is float foot && foot < LowFoot)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"begins {foot} above open ground, and units walk through it: set 'walkable' to false if they are not to, or to true if that is meant.");
        }

        return null;
    }

    private string? WhyNotSolid(MapObject item)
    {
        if (item.Class != MapSolid.Word)
        {
            return item.Class.Equals(MapSolid.Word, StringComparison.OrdinalIgnoreCase) ? $"its class is to be written '{MapSolid.Word}'." : null;
        }

        return !item.IsArea && item.Shape != MapShape.Polyline ? "it is neither an area nor a line."
            : _map.Collision.WallHeight == 0 && !item.Properties.ContainsKey("wallHeight") ? "the map's 'wallHeight' is 0, and it has none of its own."
            : null;
    }

    private static float? FootOf(MapObject item) =>
        item.Properties.TryGetValue("foot", out string? text) && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float foot) ? foot : null;

    private int IndexOf(Cell cell) => (cell.Y * _map.Width) + cell.X;
}
