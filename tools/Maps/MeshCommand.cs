using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Analysis;
using RealtimeServer.Navigation.Meshes;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>Makes the navigation mesh of a map, says what it is made of and what does not hang together, and draws it, with a path over it.</summary>
internal static class MeshCommand
{
    private const int WaypointsMax = 65_536;
    private const int BuildsTimed = 3;
    private const int PathsTimed = 25;
    private const int PartsShown = 8;
    private static readonly (byte R, byte G, byte B) PathColour = (230, 30, 60);
    private static readonly (byte R, byte G, byte B) LinkColour = (20, 20, 200);

    // How far beside a point, and above or below it, ground is looked for.
    private static readonly Vec3 Reach = new(2, 1000, 2);

    /// <param name="links">The class of the polylines that are jumps, ladders or portals; null for none.</param>
    /// <param name="way">Where a path is to lead; null for none.</param>
    /// <returns>False if a spawn point has no ground or is apart from the others, a link joins nothing, or no way leads to the goal.</returns>
    public static bool Run(GameMap map, NavMeshSettings settings, string? links, (Vec2 From, Vec2 To)? way, string? png, int scale)
    {
        if (png is not null)
        {
            CompileCommand.RequireFolder(png);
        }

        NavMesh mesh = Build(map, settings, out double milliseconds);
        NavMeshReport report = NavMeshReport.Of(mesh);
        NavMeshQuery query = new(mesh);
        PrintMesh(map, settings, report, milliseconds);
        List<OffMeshLink> joined = [];
        bool good = CheckLinks(map, links, query, report, joined);
        good &= CheckSpawns(map, query, report, joined);
        query.Use(mesh.WithLinks(joined));
        MeshWaypoint[] waypoints = new MeshWaypoint[WaypointsMax];
        Vec3[] path = [];
        if (way is (Vec2 from, Vec2 to))
        {
            (MeshPoint start, MeshPoint end) = (OnMesh(map, query, from), OnMesh(map, query, to));
            PathResult found = query.FindPath(start, end, waypoints);
            path = [start.Position, .. waypoints.AsSpan(0, found.Count).ToArray().Select(point => point.Position)];
            PrintPath(query, start, end, found, waypoints, path);
            good &= found.ReachesGoal;
        }

        if (png is not null)
        {
            Draw(map, mesh, report, joined, path, png, scale);
        }

        return good;
    }

    private static NavMesh Build(GameMap map, NavMeshSettings settings, out double milliseconds)
    {
        NavMesh mesh = Once();
        milliseconds = double.PositiveInfinity;
        for (int i = 0; i < BuildsTimed; i++)
        {
            long start = Stopwatch.GetTimestamp();
            mesh = Once();
            milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return mesh.PolygonCount > 0 ? mesh : throw new FormatException($"{map.Name}: nothing of the map is ground for such an agent; give it less radius, height or clearance.");

        NavMesh Once()
        {
            try
            {
                return map.CreateNavMesh(settings);
            }
            catch (ArgumentOutOfRangeException error)
            {
                throw new FormatException($"{map.Name}: {error.Message.Split(" (Parameter", 2)[0]}");
            }
        }
    }

    private static void PrintMesh(GameMap map, NavMeshSettings settings, NavMeshReport report, double milliseconds)
    {
        float area = report.Parts.Sum(part => part.Area);
        Table table = NewTable();
        if (map.Mesh is { } made)
        {
            Row(table, "made of", $"{made.Indices.Length / 3} triangles, voxels of {settings.CellSize:0.###} by {settings.CellHeight:0.###}");
        }
        else
        {
            Row(table, "made of", $"{map.Width} x {map.Height} cells");
        }

        Row(table, "polygons, vertices", $"{report.Polygons}, {report.Vertices}");
        Row(table, "tiles, openings between them", $"{report.Tiles}, {report.Portals / 2}");
        Row(table, "ground (square units)", $"{area:0.#}");
        Row(table, $"made in, best of {BuildsTimed} (ms)", $"{milliseconds:0.0}");
        Row(table, "parts that do not hang together", $"{report.Parts.Count}");
        AnsiConsole.Write(table);
        for (int i = 1; i < Math.Min(report.Parts.Count, PartsShown + 1); i++)
        {
            MeshPart part = report.Parts[i];
            Say("yellow", "apart", $"{part.Area:0.#} square units in {part.Polygons} polygons at {At(part.Place)} cannot be reached on foot from the largest part.");
        }

        if (report.Parts.Count > PartsShown + 1)
        {
            MeshPart[] rest = [.. report.Parts.Skip(PartsShown + 1)];
            Say("yellow", "apart", $"{rest.Length} more parts, {rest.Sum(part => part.Area):0.#} square units in all, cannot be reached on foot from the largest part.");
        }
    }

    private static bool CheckLinks(GameMap map, string? name, NavMeshQuery query, NavMeshReport report, List<OffMeshLink> joined)
    {
        MapObject[] lines = name is null ? [] : [.. map.Objects.Where(item => item.Class == name && item.Shape == MapShape.Polyline && item.Outline.Count > 1)];
        if (name is not null && lines.Length == 0)
        {
            throw new FormatException($"'{name}' is the class of no polyline of the map.");
        }

        bool good = true;
        foreach (MapObject line in lines)
        {
            string text = line.Name.Length > 0 ? $"'{line.Name}'" : $"number {line.Id}";
            (Vec2 from, Vec2 to) = (line.Outline[0], line.Outline[^1]);
            bool begins = TryOnMesh(map, query, from, out MeshPoint start), ends = TryOnMesh(map, query, to, out MeshPoint end);
            if (!begins || !ends)
            {
                Say("red", "error", $"The link {text} connects nothing: there is no ground near {(begins ? to : from)}.");
                good = false;
                continue;
            }

            joined.Add(new OffMeshLink(start.Position, end.Position, line.Properties.GetValueOrDefault("bothWays") == "true"));
            string what = report.PartOf(start.Polygon) != report.PartOf(end.Polygon) ? "joins parts that do not hang together" : "is a short cut within one part";
            Say("grey", "link", $"{text} from {At(start.Position)} to {At(end.Position)} {what}.");
        }

        return good;
    }

    private static bool CheckSpawns(GameMap map, NavMeshQuery query, NavMeshReport report, List<OffMeshLink> links)
    {
        int[] roots = [.. Enumerable.Range(0, report.Parts.Count)];
        foreach (OffMeshLink link in links)
        {
            query.TryFindNearest(link.From, Reach, out MeshPoint from);
            query.TryFindNearest(link.To, Reach, out MeshPoint to);
            roots[Root(roots, report.PartOf(from.Polygon))] = Root(roots, report.PartOf(to.Polygon));
        }

        bool good = true;
        List<(MapObject Item, int Part)> placed = [];
        foreach (MapObject item in map.Objects.Where(MapCheck.IsSpawn))
        {
            if (TryOnMesh(map, query, item.Centre, out MeshPoint point))
            {
                placed.Add((item, Root(roots, report.PartOf(point.Polygon))));
            }
            else
            {
                Say("red", "error", $"The spawn '{item.Name}' at {item.Centre} has no ground near it.");
                good = false;
            }
        }

        int home = placed.GroupBy(spawn => spawn.Part).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Select(group => group.Key).FirstOrDefault(-1);
        foreach ((MapObject item, _) in placed.Where(spawn => spawn.Part != home))
        {
            Say("red", "error", $"The spawn '{item.Name}' at {item.Centre} cannot be reached from the other spawn points.");
            good = false;
        }

        return good;
    }

    private static int Root(int[] roots, int at)
    {
        while (roots[at] != at)
        {
            at = roots[at];
        }

        return at;
    }

    private static void PrintPath(NavMeshQuery query, MeshPoint from, MeshPoint to, PathResult found, MeshWaypoint[] waypoints, Vec3[] path)
    {
        double best = double.PositiveInfinity, length = 0;
        for (int i = 0; i < PathsTimed; i++)
        {
            long start = Stopwatch.GetTimestamp();
            query.FindPath(from, to, waypoints);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        for (int i = 1; i < path.Length; i++)
        {
            length += (path[i] - path[i - 1]).Length;
        }

        Table table = NewTable();
        Row(table, "outcome", $"{found.Status}");
        Row(table, "from, ends at", $"{At(path[0])}, {At(path[^1])}");
        Row(table, "length, cost", $"{length:0.###}, {found.Cost:0.###}");
        Row(table, "straight pieces, polygons", $"{found.Count}, {found.CellCount}");
        Row(table, "links taken", $"{waypoints.AsSpan(0, found.Count).ToArray().Count(point => point.Link >= 0)}");
        Row(table, "polygons looked at", $"{found.Expanded}");
        Row(table, $"time, best of {PathsTimed} (us)", $"{best:0.0}");
        AnsiConsole.Write(table);
    }

    private static void Draw(GameMap map, NavMesh mesh, NavMeshReport report, List<OffMeshLink> links, Vec3[] path, string png, int scale)
    {
        MapPicture picture = new(map, scale);
        Span<Vec3> corners = stackalloc Vec3[6];
        for (int polygon = 0; polygon < mesh.PolygonCount; polygon++)
        {
            int count = mesh.Polygon(polygon, corners);
            Vec2[] outline = [.. corners[..count].ToArray().Select(Flat)];
            picture.DrawPolygon(outline, MapPicture.PartColour(report.PartOf(polygon)));
        }

        foreach (OffMeshLink link in links)
        {
            picture.DrawPath([Flat(link.From), Flat(link.To)], LinkColour);
        }

        picture.DrawPath([.. path.Select(Flat)], PathColour);
        picture.Save(png);
        AnsiConsole.MarkupLineInterpolated($"wrote {png}, {picture.Width} x {picture.Height} pixels");
    }

    private static MeshPoint OnMesh(GameMap map, NavMeshQuery query, Vec2 at) =>
        TryOnMesh(map, query, at, out MeshPoint point) ? point : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"There is no ground of the mesh within {Reach.X} of {at}."));

    // Of several floors the one nearest to what the map says of the cell.
    private static bool TryOnMesh(GameMap map, NavMeshQuery query, Vec2 at, out MeshPoint point)
    {
        Cell cell = Cell.At(at);
        bool isInside = (uint)cell.X < (uint)map.Width && (uint)cell.Y < (uint)map.Height;
        float height = isInside && map.Mesh is not null && map.Heights is { } heights ? heights.At(cell.X, cell.Y) : 0;
        return query.TryFindNearest(new Vec3(at.X, height, at.Y), Reach, out point);
    }

    private static Vec2 Flat(Vec3 point) => new(point.X, point.Z);

    private static string At(Vec3 point) => string.Create(CultureInfo.InvariantCulture, $"({point.X:0.##}, {point.Z:0.##}; height {point.Y:0.##})");

    private static Table NewTable() => new Table().Border(TableBorder.Rounded).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned());

    private static void Row(Table table, string name, FormattableString value) =>
        table.AddRow(Markup.Escape(name), Markup.Escape(value.ToString(CultureInfo.InvariantCulture)));

    private static void Say(string colour, string kind, FormattableString text) =>
        AnsiConsole.MarkupLine($"  [{colour}]{kind}[/] {Markup.Escape(text.ToString(CultureInfo.InvariantCulture))}");
}
