namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// What of a map is solid, as plain numbers for a physics world: x along the rows, y up, z down the map, all in world units.
/// </summary>
public sealed class MapCollision
{
    /// <summary>How high walls are where the map's property <c>wallHeight</c> does not say.</summary>
    public const float WallHeightDefault = 2;

    private readonly GameMap _map;
    private readonly Grid _grid;
    private readonly float[] _columns;

    internal MapCollision(GameMap map, Grid grid, float wallHeight)
    {
        _map = map;
        _grid = grid;
        WallHeight = wallHeight;
        Solids = [.. map.Objects.Where(item => item.Class == "collision" && item.IsArea)];
        _columns = Columns(wallHeight);
    }

    public int Width => _map.Width;

    public int Height => _map.Height;

    /// <summary>How high a closed cell is that has no height of its own.</summary>
    public float WallHeight { get; }

    /// <summary>Row by row, how high each cell's top is, as <see cref="Columns"/> says with the map's own <see cref="WallHeight"/>.</summary>
    public ReadOnlySpan<float> ColumnTops => _columns;

    /// <summary>The map's own triangles, or null if it is none of a mesh.</summary>
    public MapMesh? Mesh => _map.Mesh;

    /// <summary>The areas among the objects whose class is <c>collision</c>: what is solid there besides the cells.</summary>
    public IReadOnlyList<MapObject> Solids { get; }

    /// <summary>
    /// Row by row, how high each cell's top is: its height, and where it is closed and has none, the height of walls. For a terrain of flat columns.
    /// </summary>
    public float[] Columns(float wallHeight)
    {
        float[] tops = new float[Width * Height];
        ReadOnlySpan<float> ground = _map.Heights is null ? default : _map.Heights.Cells;
        for (int i = 0; i < tops.Length; i++)
        {
            float own = ground.IsEmpty ? 0 : ground[i];
            tops[i] = own == 0 && !_grid.IsOpen(i % Width, i / Width) ? wallHeight : own;
        }

        return tops;
    }
}
