using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>
/// The shapes that a map gives at a size of its cells: made once, shared by all matches. A map of a mesh has its triangles, and a terrain in which there is nothing until
/// cells close; any other a terrain extruded from its cells. Both have what else is solid.
/// </summary>
internal sealed class MapShapes
{
    private static readonly ConditionalWeakTable<GameMap, ConcurrentDictionary<float, MapShapes>> Made = [];

    private readonly List<(ConvexHull? Hull, Vec3 Half, Pose Pose)> _solids = [];

    private MapShapes(GameMap map, float cellSize)
    {
        MapCollision solid = map.Collision;
        Mesh = solid.Mesh is { } mesh ? MeshOf(map, mesh, cellSize) : null;
        float[] heights = solid.ColumnTops.ToArray();
        foreach (ref float height in heights.AsSpan())
        {
            height = Mesh is null ? height * cellSize : GridTerrain.Nothing;
        }

        Terrain = new GridTerrain(map.Width, map.Height, heights, cellSize, Mesh is null ? float.PositiveInfinity : Mesh.Bounds.Min.Y);
        foreach (MapSolid item in solid.Solids)
        {
            foreach (IReadOnlyList<Vec2> part in item.Parts)
            {
                _solids.Add(Upright([.. part], item.Foot, item.Top, cellSize));
            }
        }
    }

    public GridTerrain Terrain { get; }

    /// <summary>Null for a map of cells.</summary>
    public TriangleMesh? Mesh { get; }

    public int SolidCount => _solids.Count;

    /// <exception cref="GameException">The map gives no bodies at this size; the message says why.</exception>
    public static MapShapes Of(GameMap map, float cellSize)
    {
        try
        {
            return Made.GetOrCreateValue(map).GetOrAdd(cellSize, size => new MapShapes(map, size));
        }
        catch (ShapeException error)
        {
            throw new GameException($"physics: map '{map.Name}' with cells of {cellSize} m gives no bodies: {error.Message}", error);
        }
    }

    /// <summary>One of what is solid beside the cells, in a set of shapes.</summary>
    public (ShapeId Shape, Pose Pose) Solid(int index, ShapeSet shapes)
    {
        (ConvexHull? hull, Vec3 half, Pose pose) = _solids[index];
        return (hull is null ? shapes.Add(new Box(half.X, half.Y, half.Z)) : shapes.Add(hull), pose);
    }

    private static TriangleMesh MeshOf(GameMap map, MapMesh mesh, float cellSize)
    {
        Vec3[] vertices = mesh.Vertices.ToArray();
        foreach (ref Vec3 vertex in vertices.AsSpan())
        {
            vertex *= cellSize;
        }

        bool isTwoSided = map.Properties.TryGetValue("twoSided", out string? text) && text == "true";
        return new TriangleMesh(vertices, mesh.Indices, isTwoSided, dropDegenerate: true);
    }

    /// <summary>A box for a rectangle, else a hull; its frame is at its middle, for the sake of precision.</summary>
    private static (ConvexHull?, Vec3, Pose) Upright(ReadOnlySpan<Vec2> outline, float foot, float top, float cellSize)
    {
        Vec2 middle = Vec2.Zero;
        foreach (Vec2 corner in outline)
        {
            middle += corner / outline.Length;
        }

        float half = 0.5f * (top - foot) * cellSize;
        var centre = new Vec3(middle.X * cellSize, (foot * cellSize) + half, middle.Y * cellSize);
        Vec2 along = outline[1] - outline[0], across = outline[2] - outline[1];
        if (outline.Length == 4 && IsSame(along, outline[2] - outline[3]) && Math.Abs(Vec2.Dot(along, across)) < 1e-5f * along.Length * across.Length)
        {
            // The world's z is the map's y, so that a turn of the map is one about y the other way.
            float turn = along.Y == 0 ? 0 : -DeterministicMath.Atan2(along.Y, along.X);
            var halves = new Vec3(0.5f * along.Length * cellSize, half, 0.5f * across.Length * cellSize);
            return (null, halves, new Pose(centre, Quat.FromAxisAngle(new Vec3(0, 1, 0), turn)));
        }

        var points = new Vec3[outline.Length * 2];
        for (int i = 0; i < outline.Length; i++)
        {
            Vec2 from = (outline[i] - middle) * cellSize;
            (points[i], points[i + outline.Length]) = (new Vec3(from.X, -half, from.Y), new Vec3(from.X, half, from.Y));
        }

        return (HullBuilder.Build(points), default, new Pose(centre));
    }

    private static bool IsSame(Vec2 a, Vec2 b) => (a - b).LengthSquared < 1e-10f * a.LengthSquared;
}
