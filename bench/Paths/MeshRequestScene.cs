using System.Diagnostics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Bench.Paths;

/// <summary>Questions for paths over the mesh of a grid, answered one after the other within a tick's budget.</summary>
internal sealed class MeshRequestScene : IRequestScene
{
    private const int UnitsATick = Simulation.Limits.PathUnitsPerTickMax;

    private readonly (MeshPoint From, MeshPoint To)[] _questions;
    private readonly MeshPathFinder _finder;
    private readonly MeshWaypoint[] _waypoints = new MeshWaypoint[Simulation.Limits.WaypointsMax];
    private int _next;

    public MeshRequestScene(Grid grid, MovingAiScenario[] scenarios, int outstanding)
    {
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, new NavMeshSettings { AgentRadius = 0.4f, RegionCellsMin = 0, TileVoxels = 48 }));
        _finder = new MeshPathFinder(query);
        _questions = new (MeshPoint From, MeshPoint To)[outstanding];
        for (int i = 0; i < outstanding; i++)
        {
            MovingAiScenario scenario = scenarios[(int)(i * 7919L % scenarios.Length)];
            _questions[i] = (On(scenario.From.Centre), On(scenario.To.Centre));
        }

        MeshPoint On(Vec2 at) => query.TryFindNearest(new Vec3(at.X, 0, at.Y), new Vec3(8, 1, 8), out MeshPoint point) ? point : default;
    }

    public int Units { get; private set; }

    public int Paths { get; private set; }

    public void Reset()
    {
        _next = 0;
        _finder.Cancel();
    }

    public double Step()
    {
        long start = Stopwatch.GetTimestamp();
        int units = UnitsATick;
        for (Paths = 0; units > 0; Paths++)
        {
            if (!_finder.IsSearching)
            {
                (MeshPoint from, MeshPoint to) = _questions[_next++ % _questions.Length];
                _finder.Begin(from, to);
            }

            if (!_finder.TryContinue(ref units, _waypoints, out _))
            {
                break;
            }
        }

        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Units = UnitsATick - units;
        return time;
    }
}
