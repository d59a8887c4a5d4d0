using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps.Meshes;
using RealtimeServer.Navigation.Voxels;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Makes a map of a mesh: its triangles become solid columns, and what agents can stand on becomes the grid.</summary>
internal static class MeshMap
{
    private const float SlopeDefault = 45;
    private const float StepDefault = 0.5f;

    // Steps of the field's height in one step of an agent: fine enough to tell a curb from a wall.
    private const int StepsPerStep = 4;
    private const int StepsMax = 1 << 20;

    private static readonly Dictionary<string, string> NoProperties = [];

    public static MapContent Make(string file, MapRecipe recipe, MapFiles files)
    {
        byte[] content = files.ReadNamed(file, "mesh", recipe.Mesh, out string path);
        MeshParts parts = path.EndsWith(".obj", StringComparison.OrdinalIgnoreCase) ? ObjReader.Read(path, content)
            : path.EndsWith(".gltf", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".glb", StringComparison.OrdinalIgnoreCase) ? GltfReader.Read(path, content, files)
            : throw new MapException(file, "", "mesh", $"'{MapText.Short(recipe.Mesh)}' is no mesh by its ending; .obj, .gltf and .glb are read.");
        if (parts.TriangleCount == 0)
        {
            throw new MapException(path, "", "", "The mesh has no triangles.");
        }

        (Vec3 low, Vec3 high) = Bounds(parts);
        int width = Math.Max((int)MathF.Ceiling((high.X - low.X) / recipe.Cell), 1);
        int depth = Math.Max((int)MathF.Ceiling((high.Z - low.Z) / recipe.Cell), 1);
        if (width > Limits.GridSideMax || depth > Limits.GridSideMax || (long)width * depth > Limits.MapReliefCellsMax)
        {
            string reason = $"Cells of {recipe.Cell} make a map of {width} by {depth}; {Limits.GridSideMax} each way and {Limits.MapReliefCellsMax} in all are allowed. Use a larger 'cell'.";
            throw new MapException(file, "", "cell", reason);
        }

        files.Budget.TakeLayerCells(file, "", width * depth);
        Vec3[] vertices = [.. parts.Vertices.Select(vertex => (vertex - low) / recipe.Cell)];
        MapMesh mesh = new(vertices, [.. parts.Indices]);
        SpanField field = Voxelise(file, recipe, mesh, width, depth, (high.Y - low.Y) / recipe.Cell, out int step, out int clearance);
        int[] floors = SpanGrid.ChooseFloors(field, step, clearance);
        return new MapContent
        {
            File = file,
            Layout = MapLayout.Plain(width, depth),
            Properties = recipe.Properties,
            Tiles = [TileKind.Of(1, "floor", "#d8d2c4", new GroundRule(true, null, null, null), NoProperties)],
            Layers = [new TileLayer("floor", "", width, depth, [.. floors.Select(floor => floor >= 0 ? 1u : 0)], NoProperties)],
            Objects = [.. recipe.Objects, .. parts.Places.Select((place, index) => ToObject(place, recipe.Objects.Count + index + 1, low, recipe.Cell))],
            Flags = recipe.Flags,
            Heights = MapHeights.OfCells(width, depth, Heights(field, floors)),
            Mesh = mesh,
        };
    }

    private static SpanField Voxelise(string file, MapRecipe recipe, MapMesh mesh, int width, int depth, float height, out int step, out int clearance)
    {
        float agentStep = recipe.StepMax is float stated ? stated / recipe.Cell : StepDefault;
        float cellHeight = Math.Max(Math.Max(agentStep / StepsPerStep, 0.01f), height / StepsMax);
        step = (int)MathF.Floor((agentStep / cellHeight) + 1e-3f);
        clearance = (int)MathF.Ceiling(recipe.Clearance / recipe.Cell / cellHeight);
        SpanField field = new(width, depth, Vec3.Zero, 1, cellHeight);
        SpanRasterizer rasterizer = new(field, recipe.SlopeMax ?? SlopeDefault, flush: 1);
        ReadOnlySpan<int> indices = mesh.Indices;
        ReadOnlySpan<Vec3> vertices = mesh.Vertices;
        for (int i = 0; i < indices.Length; i += 3)
        {
            if (!rasterizer.TryAdd(vertices[indices[i]], vertices[indices[i + 1]], vertices[indices[i + 2]]))
            {
                throw new MapException(file, "", "mesh", "Its triangles cover too many cells; use a larger 'cell', or a simpler mesh.");
            }
        }

        SpanFilters.OpenLowObstacles(field, step);
        SpanFilters.CloseLowRooms(field, clearance);
        return field;
    }

    // Where nobody walks, the highest solid part is what is seen.
    private static float[] Heights(SpanField field, int[] floors)
    {
        float[] heights = new float[floors.Length];
        for (int i = 0; i < heights.Length; i++)
        {
            int at = floors[i];
            for (int span = at >= 0 ? -1 : field.First(i % field.Width, i / field.Width); span >= 0; span = field[span].Next)
            {
                at = span;
            }

            heights[i] = at >= 0 ? field.TopOf(at) : 0;
        }

        return heights;
    }

    private static MapObject ToObject(MeshPlace place, int id, Vec3 low, float cell)
    {
        Vec3 at = (place.Position - low) / cell;
        return new MapObject(id, place.Name, place.Class, MapShape.Point, new Vec2(at.X, at.Z), Vec2.Zero, [], place.Properties);
    }

    private static (Vec3 Low, Vec3 High) Bounds(MeshParts parts)
    {
        // Vertices that no triangle uses say nothing of the map's size.
        (Vec3 low, Vec3 high) = (parts.Vertices[parts.Indices[0]], parts.Vertices[parts.Indices[0]]);
        foreach (int index in parts.Indices)
        {
            (low, high) = (Vec3.Min(low, parts.Vertices[index]), Vec3.Max(high, parts.Vertices[index]));
        }

        return (low, high);
    }
}
