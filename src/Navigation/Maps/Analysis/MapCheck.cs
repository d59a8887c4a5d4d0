namespace RealtimeServer.Navigation.Maps.Analysis;

/// <summary>Looks for what a designer has overlooked: places nobody reaches, spawn points in walls, objects outside, shapes that close nothing, narrow ways.</summary>
public static class MapCheck
{
    private const int AreasListedMax = 20;
    private const string ByShapes = "; collision shapes wall it off";

    /// <param name="chokeWidthMax">Ways of at most so many cells are narrow.</param>
    public static MapReport Run(GameMap map, int chokeWidthMax = 2)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfLessThan(chokeWidthMax, 1);
        Grid grid = map.CreateGrid();
        AreaLabels areas = new(map.Width, map.Height, i => grid.IsOpen(i % map.Width, i / map.Width));
        List<MapFinding> findings = [];
        if (areas.Count == 0)
        {
            findings.Add(new MapFinding(MapSeverity.Error, default, "No cell is open."));
        }

        CheckTiles(map, findings);
        CheckObjects(map, findings);
        SolidCheck solids = new(map);
        solids.Run(findings, Describe, CellOf);
        int home = CheckSpawns(map, areas, solids, findings);
        CheckAreas(areas, home, solids, findings);
        CheckRegions(map, areas, home, solids, findings);
        return new MapReport(
            Enumerable.Range(0, areas.Count).Sum(areas.SizeOf),
            [.. Enumerable.Range(0, areas.Count).Select(i => new MapArea(areas.SizeOf(i), areas.FirstOf(i))).OrderByDescending(area => area.Cells)],
            [.. findings.OrderByDescending(finding => finding.Severity)],
            ChokePoints.Find(areas, chokeWidthMax));
    }

    /// <summary>True for objects that units begin at: the word <c>spawn</c> is in their class or name.</summary>
    public static bool IsSpawn(MapObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Class.Contains("spawn", StringComparison.OrdinalIgnoreCase) || item.Name.Contains("spawn", StringComparison.OrdinalIgnoreCase);
    }

    private static void CheckTiles(GameMap map, List<MapFinding> findings)
    {
        foreach (TileKind tile in map.Tiles.Where(tile => tile.Color is null && tile.Properties.GetValueOrDefault("color", "").Length > 0))
        {
            string colour = MapText.Short(tile.Properties["color"]);
            findings.Add(new MapFinding(MapSeverity.Warning, default, $"The colour '{colour}' of the tile {tile.Gid} is not #rrggbb; viewers draw it as any ground."));
        }
    }

    private static void CheckObjects(GameMap map, List<MapFinding> findings)
    {
        foreach (IGrouping<int, MapObject> same in map.Objects.Where(item => item.Id != 0).GroupBy(item => item.Id).Where(group => group.Count() > 1))
        {
            findings.Add(new MapFinding(MapSeverity.Warning, CellOf(same.First()), $"{same.Count()} objects have the number {same.Key}; properties that name it may mean any."));
        }

        foreach (MapObject item in map.Objects)
        {
            Cell cell = CellOf(item);
            if ((uint)cell.X >= (uint)map.Width || (uint)cell.Y >= (uint)map.Height)
            {
                findings.Add(new MapFinding(IsSpawn(item) ? MapSeverity.Error : MapSeverity.Warning, cell, $"{Describe(item)} lies outside of the map."));
            }
        }
    }

    // The area that most spawn points lie in; the largest if there are none.
    private static int CheckSpawns(GameMap map, AreaLabels areas, SolidCheck solids, List<MapFinding> findings)
    {
        List<(MapObject Item, int Area)> placed = [];
        foreach (MapObject item in map.Objects.Where(IsSpawn))
        {
            Cell cell = CellOf(item);
            if ((uint)cell.X < (uint)map.Width && (uint)cell.Y < (uint)map.Height)
            {
                int area = areas[(cell.Y * map.Width) + cell.X];
                placed.Add((item, area));
                if (area < 0)
                {
                    findings.Add(new MapFinding(MapSeverity.Error, cell, $"{Describe(item)} stands in a closed cell{(solids.WouldBeOpen(cell) ? "; a collision shape closes it" : "")}."));
                }
            }
        }

        int largest = Enumerable.Range(0, areas.Count).OrderByDescending(areas.SizeOf).FirstOrDefault(-1);
        int home = placed.Where(spawn => spawn.Area >= 0).GroupBy(spawn => spawn.Area).OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
            .Select(group => group.Key).FirstOrDefault(largest);
        foreach ((MapObject item, int area) in placed.Where(spawn => spawn.Area >= 0 && spawn.Area != home))
        {
            string why = solids.WouldReach(CellOf(item), areas.FirstOf(home)) ? ByShapes : "";
            findings.Add(new MapFinding(MapSeverity.Error, CellOf(item), $"{Describe(item)} cannot be reached from the other spawn points{why}."));
        }

        return home;
    }

    private static void CheckAreas(AreaLabels areas, int home, SolidCheck solids, List<MapFinding> findings)
    {
        int[] others = [.. Enumerable.Range(0, areas.Count).Where(area => area != home).OrderByDescending(areas.SizeOf)];
        foreach (int area in others.Take(AreasListedMax))
        {
            string why = solids.WouldReach(areas.FirstOf(area), areas.FirstOf(home)) ? areas.SizeOf(area) == 1 ? ByShapes : "; collision shapes wall them off" : "";
            findings.Add(new MapFinding(MapSeverity.Warning, areas.FirstOf(area), $"{Cells(areas.SizeOf(area))} cannot be reached from the rest{why}."));
        }

        if (others.Length > AreasListedMax)
        {
            int[] rest = others[AreasListedMax..];
            findings.Add(new MapFinding(
                MapSeverity.Warning, areas.FirstOf(rest[0]), $"{rest.Length} more places, {Cells(rest.Sum(areas.SizeOf))} in all, cannot be reached from the rest."));
        }
    }

    private static void CheckRegions(GameMap map, AreaLabels areas, int home, SolidCheck solids, List<MapFinding> findings)
    {
        foreach (MapRegion region in map.Regions)
        {
            (Cell? open, Cell? reached, bool wouldBeOpen) = (null, null, false);
            for (int i = 0; i < region.CellSpan.Length && reached is null; i++)
            {
                if (region.CellSpan[i])
                {
                    Cell cell = new(region.Bounds.X + (i % region.Bounds.Width), region.Bounds.Y + (i / region.Bounds.Width));
                    int area = areas[(cell.Y * map.Width) + cell.X];
                    open ??= area >= 0 ? cell : null;
                    reached = area >= 0 && area == home ? cell : null;
                    wouldBeOpen |= solids.WouldBeOpen(cell);
                }
            }

            string name = MapText.Short(region.Name);
            if (open is null)
            {
                string why = wouldBeOpen ? "; collision shapes close all of it" : "";
                findings.Add(new MapFinding(MapSeverity.Warning, new Cell(region.Bounds.X, region.Bounds.Y), $"The region '{name}' has no open cell{why}."));
            }
            else if (reached is null)
            {
                string why = solids.WouldReach(open.Value, areas.FirstOf(home)) ? ByShapes : "";
                findings.Add(new MapFinding(MapSeverity.Warning, open.Value, $"The region '{name}' cannot be reached from the rest{why}."));
            }
        }
    }

    private static Cell CellOf(MapObject item) => Cell.At(item.Points.Count > 0 ? item.Points[0] : item.Centre);

    private static string Cells(int count) => count == 1 ? "1 open cell" : $"{count} open cells";

    private static string Describe(MapObject item) =>
        $"The {(item.Class.Length > 0 ? MapText.Short(item.Class) : "object")} {(item.Name.Length > 0 ? $"'{MapText.Short(item.Name)}'" : $"number {item.Id}")}";
}
