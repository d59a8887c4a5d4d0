namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// What of a map is solid, as plain numbers for a physics world: x along the rows, y up, z down the map, all in world units.
/// </summary>
public sealed class MapCollision
{
    /// <summary>How high walls are where the map's property <c>wallHeight</c> does not say.</summary>
    public const float WallHeightDefault = 2;

    private readonly float[] _columns;
    private readonly Grid _began;

    private MapCollision(Grid began, float[] columns, float wallHeight, MapMesh? mesh, IReadOnlyList<MapSolid> solids)
    {
        _began = began;
        Width = began.Width;
        Height = began.Height;
        WallHeight = wallHeight;
        Mesh = mesh;
        Solids = solids;
        _columns = columns;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>How much higher than its ground a closed cell is.</summary>
    public float WallHeight { get; }

    /// <summary>
    /// Row by row, how high each cell's top is: its ground, and where it is closed, the wall on it; where only <see cref="Solids"/> close it, its ground. For a terrain of flat columns.
    /// </summary>
    public ReadOnlySpan<float> ColumnTops => _columns;

    /// <summary>The map's own triangles, or null if it is none of a mesh.</summary>
    public MapMesh? Mesh { get; }

    /// <summary>What is solid beside the cells: areas and fences of the class <c>collision</c>.</summary>
    public IReadOnlyList<MapSolid> Solids { get; }

    /// <summary>True if a cell of a match's grid is closed by more than the map's solid shapes: its column is a wall then.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cell is outside.</exception>
    public bool IsWall(Grid now, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(now);
        return !now.IsMapOpen(x, y) || now.BlocksOn(x, y) > _began.BlocksOn(x, y);
    }

    internal static MapCollision Of(GameMap map, Grid grid, float wallHeight, IReadOnlyList<MapSolid> solids)
    {
        float[] tops = new float[map.Width * map.Height];
        ReadOnlySpan<float> ground = map.Heights is null ? default : map.Heights.Cells;
        for (int i = 0; i < tops.Length; i++)
        {
            float floor = ground.IsEmpty ? 0 : ground[i];
            tops[i] = grid.IsMapOpen(i % map.Width, i / map.Width) ? floor : floor + wallHeight;
        }

        return new MapCollision(grid, tops, wallHeight, map.Mesh, solids);
    }
}
