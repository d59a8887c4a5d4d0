using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// The navigation mesh of a match: of the triangles that its map was made from, or of its grid. Its state is the obstacles that the game has set and what it has said
/// ground costs; all else follows from the map and the grid.
/// </summary>
internal sealed class MatchNavMesh
{
    private const int Kinds = 256; // of ground

    private readonly GameMap _map;
    private readonly Grid _grid;
    private readonly NavMeshSettings _settings;
    private readonly IReadOnlyList<OffMeshLink> _links;
    private LiveNavMesh _mesh;

    public MatchNavMesh(GameMap map, Grid grid, NavMeshSettings settings, IReadOnlyList<OffMeshLink> links)
    {
        (_map, _grid, _settings, _links) = (map, grid, settings, links);
        _mesh = Make();
    }

    public NavMeshSettings Settings => _settings;

    public IReadOnlyList<OffMeshLink> Links => _links;

    /// <summary>Right for the obstacles and the grid as they are now.</summary>
    public LiveNavMesh Settled()
    {
        _mesh.Update();
        return _mesh;
    }

    public void Save(StateWriter writer)
    {
        writer.Values(_mesh.Query.AreaCosts);
        writer.Int(_mesh.LastObstacle);
        writer.Int(_mesh.Obstacles.Count);
        foreach ((int number, MeshObstacle obstacle) in _mesh.Obstacles)
        {
            writer.Int(number);
            writer.Int(obstacle.IsRound ? 1 : 0);
            writer.Value(obstacle.Low);
            writer.Value(obstacle.High);
        }
    }

    /// <summary>Reads all of it before anything changes; what is returned makes the change.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public Action Read(ref StateReader reader)
    {
        float[] costs = MemoryMarshal.Cast<byte, float>(reader.Bytes(Kinds * sizeof(float))).ToArray();
        int last = reader.Count(int.MaxValue, "obstacles that were ever set");
        var obstacles = new KeyValuePair<int, MeshObstacle>[reader.Count(Math.Min(last, Navigation.Limits.MeshObstaclesMax), "obstacles")];
        for (int i = 0; i < obstacles.Length; i++)
        {
            int number = reader.Int();
            bool isRound = reader.Count(1, "kinds of obstacles") == 1;
            obstacles[i] = new(number, MeshObstacle.Of(reader.Value<Vec3>(), reader.Value<Vec3>(), isRound));
        }

        // Of a mesh that is thrown away, so that what cannot be is found before the match changes.
        LiveNavMesh trial = Make();
        try
        {
            trial.Query.SetAreaCosts(costs);
            trial.SetObstacles(last, obstacles);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidDataException($"The checkpoint's navigation mesh cannot be: {wrong.Message}", wrong);
        }

        return () =>
        {
            _mesh = Make();
            _mesh.Query.SetAreaCosts(costs);
            _mesh.SetObstacles(last, obstacles);
        };
    }

    /// <summary>After the grid has become another.</summary>
    public void Remake()
    {
        LiveNavMesh before = _mesh;
        _mesh = Make();
        _mesh.Query.SetAreaCosts(before.Query.AreaCosts);
        _mesh.SetObstacles(before.LastObstacle, [.. before.Obstacles]);
    }

    public void Hash(ref StateHash hash)
    {
        hash.Add(_mesh.Query.AreaCosts);
        hash.Add((long)_mesh.LastObstacle);
        foreach ((int number, MeshObstacle obstacle) in _mesh.Obstacles)
        {
            hash.Add((long)(obstacle.IsRound ? -number : number));
            hash.Add<Vec3>([obstacle.Low, obstacle.High]);
        }
    }

    /// <summary>Adds what a game has declared of its mesh: a checkpoint of one with other links or agents does not fit.</summary>
    public static void HashDeclared(NavMeshSettings settings, IReadOnlyList<OffMeshLink> links, ref StateHash hash)
    {
        hash.Add<float>(
        [
            settings.CellSize, settings.CellHeight, settings.AgentHeight, settings.AgentRadius, settings.AgentClimb, settings.SlopeMax, settings.OutlineError,
            settings.RegionCellsMin, settings.TileVoxels,
        ]);
        foreach (OffMeshLink link in links)
        {
            hash.Add<Vec3>([link.From, link.To]);
            hash.Add<float>([link.BothWays ? 1 : 0, link.Cost, link.Seconds]);
        }
    }

    private LiveNavMesh Make() => _map.FindNavMesh(_settings) is { } mesh
        ? new LiveNavMesh(_links.Count > 0 ? mesh.WithLinks(_links) : mesh)
        : LiveNavMesh.FromGrid(_grid, _settings, _links);
}
