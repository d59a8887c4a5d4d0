using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Who is to walk on a navigation mesh, and how finely the ground is looked at. World units; y is up.</summary>
public sealed record NavMeshSettings
{
    private const int TileVoxelsMin = 8;

    /// <summary>Side of a voxel on the ground.</summary>
    public float CellSize { get; init; } = 0.3f;

    /// <summary>Height of a voxel.</summary>
    public float CellHeight { get; init; } = 0.2f;

    /// <summary>Free height an agent needs.</summary>
    public float AgentHeight { get; init; } = 2f;

    /// <summary>Distance it keeps from walls.</summary>
    public float AgentRadius { get; init; } = 0.6f;

    /// <summary>Highest step it takes.</summary>
    public float AgentClimb { get; init; } = 0.9f;

    /// <summary>Steepest ground it walks on: rise over run, 1 is 45 degrees.</summary>
    public float SlopeMax { get; init; } = 1f;

    /// <summary>How far, in voxels, an outline may leave the voxels it goes round. Less gives more polygons.</summary>
    public float OutlineError { get; init; } = 1.3f;

    /// <summary>Pieces of ground of fewer voxels are left out.</summary>
    public int RegionCellsMin { get; init; } = 64;

    /// <summary>
    /// Voxels along a side of the tiles that the mesh is cut into, at least 8; 0 makes all of it one. In a <see cref="LiveNavMesh"/> a change makes anew the tiles
    /// it lies in, so 32 to 64 are
    /// good there; a mesh that never changes has fewer polygons without.
    /// </summary>
    public int TileVoxels { get; init; }

    internal void Check(Vec3 low, Vec3 high, out int width, out int depth)
    {
        if (!(CellSize > 0 && CellHeight > 0 && AgentHeight > 0 && AgentRadius >= 0 && AgentClimb >= 0 && SlopeMax >= 0 && OutlineError >= 0)
            || !float.IsFinite(CellSize + CellHeight + AgentHeight + AgentRadius + AgentClimb + SlopeMax + OutlineError))
        {
            throw new ArgumentOutOfRangeException(nameof(CellSize), "The sizes of voxels and agents, the step and the slope are numbers of 0 or more, voxels and heights above 0.");
        }

        if (TileVoxels is not (0 or (>= TileVoxelsMin and <= Limits.NavMeshSideMax)))
        {
            throw new ArgumentOutOfRangeException(nameof(TileVoxels), $"Tiles of {TileVoxels} voxels a side are not {TileVoxelsMin} to {Limits.NavMeshSideMax}, nor 0 for none.");
        }

        double columns = Math.Ceiling((high.X - low.X) / (double)CellSize);
        double rows = Math.Ceiling((high.Z - low.Z) / (double)CellSize);
        if (columns > Limits.NavMeshSideMax || rows > Limits.NavMeshSideMax || (high.Y - low.Y) / (double)CellHeight > Limits.NavMeshHeightMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(CellSize), $"Voxels of {CellSize} by {CellHeight} make a field of {columns:F0} by {rows:F0}; {Limits.NavMeshSideMax} a side and {Limits.NavMeshHeightMax} in height are allowed.");
        }

        (width, depth) = (Math.Max((int)columns, 1), Math.Max((int)rows, 1));
    }
}
