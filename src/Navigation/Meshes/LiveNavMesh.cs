using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// A navigation mesh that changes with its match: obstacles close ground and open it again, or the cells of a grid do. Only the tiles that a change lies in are made
/// anew; what
/// comes out is the mesh that would be made of all of the ground as it is now. A link is left out while there is no ground where it begins or ends.
/// </summary>
/// <remarks>
/// It leaves the mesh that it began with as it was, so many matches may begin with one. Changes allocate, in proportion to the polygons of all; asking does not. Not
/// thread-safe:
/// one per match.
/// </remarks>
public sealed class LiveNavMesh
{
    private readonly MeshGround _ground;
    private readonly MeshTile[] _tiles;
    private readonly byte[] _areas; // of each place what it is without obstacles
    private readonly ushort[] _closed; // of each place how many obstacles lie on it
    private readonly byte[] _edges;
    private readonly bool[] _isStale;
    private readonly Grid? _grid;
    private readonly CellRect[] _changes = new CellRect[Limits.GridChangesMax];
    private readonly SortedDictionary<int, MeshObstacle> _obstacles = [];
    private int _version;
    private bool _hasStale;

    /// <summary>Begins with a mesh.</summary>
    /// <exception cref="ArgumentException">It was made in one piece: <see cref="NavMeshSettings.TileVoxels"/> says how to cut it.</exception>
    public LiveNavMesh(NavMesh mesh)
        : this(mesh, null)
    {
    }

    private LiveNavMesh(NavMesh mesh, Grid? grid)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        if (mesh.Ground.Settings.TileVoxels == 0)
        {
            throw new ArgumentException($"A mesh that is to change is made in tiles: set {nameof(NavMeshSettings.TileVoxels)}.", nameof(mesh));
        }

        _ground = mesh.Ground.WithOwnAreas();
        _tiles = [.. mesh.Tiles];
        _areas = (byte[])_ground.Places.Area.Clone();
        _closed = new ushort[_areas.Length];
        _edges = new byte[_areas.Length];
        _isStale = new bool[_tiles.Length];
        _grid = grid;
        _version = grid?.Version ?? 0;
        Query = new NavMeshQuery(mesh);
    }

    /// <summary>The mesh as it was after the last <see cref="Update"/>. Another one after each change.</summary>
    public NavMesh Mesh => Query.Mesh;

    /// <summary>Asks <see cref="Mesh"/>, whichever it is.</summary>
    public NavMeshQuery Query { get; }

    /// <summary>The obstacles by their numbers, in that order.</summary>
    public IReadOnlyDictionary<int, MeshObstacle> Obstacles => _obstacles;

    /// <summary>The number of the obstacle that was added last; 0 before the first.</summary>
    public int LastObstacle { get; private set; }

    /// <summary>Tiles that were made anew, since the beginning.</summary>
    public int TilesMade { get; private set; }

    /// <summary>The mesh of a grid that follows its changes. Small pieces of ground are kept, whatever the settings say.</summary>
    /// <inheritdoc cref="NavMeshBuilder.FromGrid"/>
    /// <exception cref="ArgumentException">The settings have no tiles, or a link begins or ends where no ground is near.</exception>
    public static LiveNavMesh FromGrid(Grid grid, NavMeshSettings settings, IReadOnlyList<OffMeshLink>? links = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new LiveNavMesh(NavMeshBuilder.FromGrid(grid, settings with { RegionCellsMin = 0 }, links), grid);
    }

    /// <summary>
    /// Closes the ground that agents could not stand on with an obstacle there, from the next <see cref="Update"/> on. Where several lie on each other all must go.
    /// </summary>
    /// <returns>A number for <see cref="Remove"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A part of it is not a number, or below 0.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="Limits.MeshObstaclesMax"/> already.</exception>
    public int Add(MeshObstacle obstacle)
    {
        obstacle.Check();
        if (_obstacles.Count == Limits.MeshObstaclesMax)
        {
            throw new InvalidOperationException($"The mesh has {Limits.MeshObstaclesMax} obstacles already; remove one first.");
        }

        _obstacles.Add(++LastObstacle, obstacle);
        Lay(obstacle, 1);
        return LastObstacle;
    }

    /// <summary>Takes an obstacle away.</summary>
    /// <returns>False if it is gone already.</returns>
    public bool Remove(int obstacle)
    {
        if (!_obstacles.Remove(obstacle, out MeshObstacle gone))
        {
            return false;
        }

        Lay(gone, -1);
        return true;
    }

    /// <summary>Has other obstacles from now on: those that an earlier or another mesh had, by their numbers.</summary>
    /// <param name="last">The number that was given last; no obstacle has a higher one.</param>
    /// <exception cref="ArgumentException">There are too many, or one's number or size cannot be; then nothing has changed.</exception>
    public void SetObstacles(int last, IReadOnlyCollection<KeyValuePair<int, MeshObstacle>> obstacles)
    {
        ArgumentNullException.ThrowIfNull(obstacles);
        HashSet<int> numbers = [];
        foreach ((int number, MeshObstacle obstacle) in obstacles)
        {
            obstacle.Check();
            if (number < 1 || number > last || !numbers.Add(number) || numbers.Count > Limits.MeshObstaclesMax)
            {
                throw new ArgumentException($"Obstacle {number} is given twice, is not 1 to {last}, or is one of more than {Limits.MeshObstaclesMax}.", nameof(obstacles));
            }
        }

        foreach (MeshObstacle obstacle in _obstacles.Values)
        {
            Lay(obstacle, -1);
        }

        _obstacles.Clear();
        LastObstacle = last;
        foreach ((int number, MeshObstacle obstacle) in obstacles)
        {
            _obstacles.Add(number, obstacle);
            Lay(obstacle, 1);
        }
    }

    /// <summary>Takes over what has changed.</summary>
    /// <returns>True if <see cref="Mesh"/> is another now: points on the one before are to be asked for again.</returns>
    public bool Update()
    {
        TakeGrid();
        if (!_hasStale)
        {
            return false;
        }

        for (int tile = 0; tile < _tiles.Length; tile++)
        {
            if (_isStale[tile])
            {
                _tiles[tile] = MeshTile.Of(_ground, _ground.TileAt(tile % _ground.Columns, tile / _ground.Columns), _edges);
                _isStale[tile] = false;
                TilesMade++;
            }
        }

        Query.Use(new NavMesh(_ground, [.. _tiles], Mesh.OffMeshLinks, isStrict: false));
        _hasStale = false;
        return true;
    }

    private void TakeGrid()
    {
        if (_grid is null || _version == _grid.Version)
        {
            return;
        }

        int radius = NavMeshBuilder.ErosionOf(_ground.Settings);
        int count = _grid.ChangedSince(_version, _changes);
        _version = _grid.Version;
        for (int i = 0; i < count; i++)
        {
            CellRect part = _changes[i].GrownBy((radius / 2) + 1).ClippedTo(_grid.Width, _grid.Height);
            _ground.Places.Take(_grid, part, radius);
            for (int y = part.Y; y < part.Y + part.Height; y++)
            {
                Span<byte> row = _ground.Places.Area.AsSpan((y * _grid.Width) + part.X, part.Width);
                row.CopyTo(_areas.AsSpan((y * _grid.Width) + part.X));
                for (int x = 0; x < part.Width; x++)
                {
                    row[x] = _closed[(y * _grid.Width) + part.X + x] > 0 ? (byte)0 : row[x];
                }
            }

            Stale(part);
        }
    }

    private void Lay(MeshObstacle obstacle, int change)
    {
        float around = _ground.Settings.AgentRadius;
        OpenGround places = _ground.Places;
        CellRect part = _ground.VoxelsOf(obstacle.Low, obstacle.High, around);
        for (int z = part.Y; z < part.Y + part.Height; z++)
        {
            for (int x = part.X; x < part.X + part.Width; x++)
            {
                Vec3 middle = _ground.CornerOf(x + 0.5f, 0, z + 0.5f);
                if (!obstacle.IsNear(middle.X, middle.Z, around))
                {
                    continue;
                }

                (int from, int to) = places.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    float height = _ground.HeightOf(i);
                    if (height <= obstacle.High.Y && height + _ground.Settings.AgentHeight >= obstacle.Low.Y)
                    {
                        _closed[i] = (ushort)(_closed[i] + change);
                        places.Area[i] = _closed[i] > 0 ? (byte)0 : _areas[i];
                    }
                }
            }
        }

        Stale(part);
    }

    // Of the tiles beside those of a change the borders may be others.
    private void Stale(CellRect part)
    {
        CellRect around = part.GrownBy(1).ClippedTo(_ground.Places.Width, _ground.Places.Depth);
        for (int row = around.Y / _ground.TileSide; row <= (around.Y + around.Height - 1) / _ground.TileSide && !around.IsEmpty; row++)
        {
            for (int column = around.X / _ground.TileSide; column <= (around.X + around.Width - 1) / _ground.TileSide; column++)
            {
                _isStale[(row * _ground.Columns) + column] = true;
                _hasStale = true;
            }
        }
    }
}
