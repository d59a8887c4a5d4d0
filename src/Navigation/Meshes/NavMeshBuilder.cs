using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Makes navigation meshes from triangles and from grids. For the start of a match or a tool: it allocates.</summary>
public static class NavMeshBuilder
{
    /// <summary>The mesh of the ground that triangles leave free for an agent.</summary>
    /// <param name="vertices">y is up.</param>
    /// <param name="triangles">Three indices each; seen from above, what can be stood on turns from z towards x.</param>
    /// <param name="links">Jumps, ladders, portals; each end within 2 units, and 4 in height, of the ground.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting, an index or a vertex is out of range, or the field of voxels would be too large; the message
    /// says which.</exception>
    /// <exception cref="ArgumentException">A link begins or ends where no ground is near.</exception>
    public static NavMesh FromTriangles(ReadOnlySpan<Vec3> vertices, ReadOnlySpan<int> triangles, NavMeshSettings settings, IReadOnlyList<OffMeshLink>? links = null) =>
        FromTriangles(vertices, triangles, settings, [], links);

    /// <param name="prisms">What stands on the triangles.</param>
    internal static NavMesh FromTriangles(
        ReadOnlySpan<Vec3> vertices, ReadOnlySpan<int> triangles, NavMeshSettings settings, IReadOnlyList<MeshPrism> prisms, IReadOnlyList<OffMeshLink>? links = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (Vec3 low, Vec3 high) = Extent(vertices, triangles);
        settings.Check(low, high, out int width, out int depth);
        int height = Math.Max((int)MathF.Ceiling(settings.AgentHeight / settings.CellHeight), 1);
        int climb = (int)MathF.Floor(settings.AgentClimb / settings.CellHeight);
        VoxelField field = new(low, high, width, depth, settings);

        // A plane that rises by the slope over a run of 1 has a normal of this height.
        float upright = 1 / MathF.Sqrt(1 + (settings.SlopeMax * settings.SlopeMax));
        for (int i = 0; i + 2 < triangles.Length; i += 3)
        {
            (Vec3 a, Vec3 b, Vec3 c) = (vertices[triangles[i]], vertices[triangles[i + 1]], vertices[triangles[i + 2]]);
            Vec3 normal = Vec3.Cross(b - a, c - a);
            float length = normal.Length;
            bool walkable = length > 0 && normal.Y >= upright * length;
            field.Add(a, b, c, walkable, climb);
        }

        OpenGround places = OpenGround.Of(field, height, climb);
        foreach (MeshPrism prism in prisms)
        {
            prism.Close(places, low, settings);
        }

        places.Erode((int)MathF.Ceiling(settings.AgentRadius / settings.CellSize) * 2);
        places.DropSmall(settings.RegionCellsMin);
        Vec3 voxel = new(settings.CellSize, settings.CellHeight, settings.CellSize);
        return FromGround(new MeshGround(places, settings, low, voxel, isFlat: false), links);
    }

    /// <summary>The mesh of a grid's open cells, at height 0; x and z are the grid's x and y. Cells of different cost become different kinds of ground.</summary>
    /// <param name="settings">Its radius, in cells, is rounded up to half cells that are taken off along walls; its voxels are the grid's cells.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid is larger than a mesh can be.</exception>
    public static NavMesh FromGrid(Grid grid, NavMeshSettings settings, IReadOnlyList<OffMeshLink>? links = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(settings);
        (settings with { CellSize = 1, CellHeight = 1 }).Check(Vec3.Zero, new Vec3(grid.Width, 1, grid.Height), out _, out _);
        MeshGround ground = new(OpenGround.Of(grid), settings, Vec3.Zero, Vec3.One, isFlat: true);
        ground.Places.Take(grid, new CellRect(0, 0, grid.Width, grid.Height), ErosionOf(settings));
        ground.Places.DropSmall(settings.RegionCellsMin);
        return FromGround(ground, links);
    }

    /// <summary>How much is taken off a grid's open cells, in half cells.</summary>
    internal static int ErosionOf(NavMeshSettings settings) =>
        settings.AgentRadius > 0.5f ? (int)MathF.Ceiling((settings.AgentRadius - 0.5f) * 2) : 0;

    private static NavMesh FromGround(MeshGround ground, IReadOnlyList<OffMeshLink>? links)
    {
        byte[] edges = new byte[ground.Places.Count];
        MeshTile[] tiles = new MeshTile[ground.Columns * ground.Rows];
        for (int tile = 0; tile < tiles.Length; tile++)
        {
            tiles[tile] = MeshTile.Of(ground, ground.TileAt(tile % ground.Columns, tile / ground.Columns), edges);
        }

        return new NavMesh(ground, tiles, links ?? [], isStrict: true);
    }

    private static (Vec3 Low, Vec3 High) Extent(ReadOnlySpan<Vec3> vertices, ReadOnlySpan<int> triangles)
    {
        Vec3 low = new(float.MaxValue, float.MaxValue, float.MaxValue);
        Vec3 high = -low;
        foreach (int index in triangles)
        {
            if ((uint)index >= (uint)vertices.Length || !vertices[index].IsFinite)
            {
                throw new ArgumentOutOfRangeException(nameof(triangles), $"A triangle names vertex {index} of {vertices.Length}, which is not there or not a number.");
            }

            low = Vec3.Min(low, vertices[index]);
            high = Vec3.Max(high, vertices[index]);
        }

        return triangles.IsEmpty ? (Vec3.Zero, Vec3.Zero) : (low, high);
    }
}
