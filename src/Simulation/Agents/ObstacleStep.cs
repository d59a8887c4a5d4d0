using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Obstacles;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// What agents go round: the map's shapes of the class <c>collision</c> that close their cells, once, and everything that has an <see cref="Obstacle"/>, every
/// tick anew.
/// </summary>
internal sealed class ObstacleStep
{
    private readonly Query _query;
    private readonly CrowdObstacles _standing = new();
    private readonly CrowdObstacles _moving = new();
    private readonly CrowdObstacles[] _all;

    public ObstacleStep(World world, GameMap map)
    {
        _query = world.Query().All<Position, Obstacle>().Build();
        _all = [_standing, _moving];
        foreach (MapSolid solid in map.Collision.Solids)
        {
            if (solid.ClosesCells)
            {
                _standing.Add(solid);
            }
        }
    }

    /// <summary>Of the map, then those of the world.</summary>
    public IReadOnlyList<CrowdObstacles> Sets => _all;

    /// <summary>Takes those of the world as they are now.</summary>
    /// <exception cref="GameException">One has no shape.</exception>
    public void Collect()
    {
        _moving.Clear();
        Collect(_moving, isStrict: true);
    }

    /// <summary>The first of them as they are now, those of the map first; changes nothing.</summary>
    public IReadOnlyList<ObstacleTrace> Trace(int most)
    {
        CrowdObstacles now = new();
        Collect(now, isStrict: false);
        List<ObstacleTrace> traces = [];
        foreach (CrowdObstacles set in new[] { _standing, now })
        {
            for (int i = 0; i < set.Count && traces.Count < most; i++)
            {
                traces.Add(new ObstacleTrace(set.CornersOf(i).ToArray(), set.RadiusOf(i), set.VelocityOf(i)));
            }
        }

        return traces;
    }

    private void Collect(CrowdObstacles into, bool isStrict)
    {
        foreach (Chunk chunk in _query)
        {
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            ReadOnlySpan<Obstacle> obstacles = chunk.Read<Obstacle>();
            for (int i = 0; i < chunk.Count; i++)
            {
                ref readonly Obstacle obstacle = ref obstacles[i];
                if (obstacle.Shape.Corners.IsEmpty)
                {
                    if (!isStrict)
                    {
                        continue;
                    }

                    throw new GameException($"the Obstacle of {chunk.Entities[i]} has no shape: set one of ObstacleShape.Circle, Segment or Polygon");
                }

                ObstaclePose pose = new(positions[i].Value, obstacle.Angle, obstacle.Velocity, obstacle.Turn);
                if (pose.IsFinite)
                {
                    into.Add(in obstacle.Shape, pose);
                }
            }
        }
    }

    /// <summary>The direction of length 1 in which an agent goes to a point round what lies in its way.</summary>
    /// <param name="goesOn">True if that point is only the next one of its way.</param>
    public Vec2 Towards(Vec2 at, Vec2 target, in Agent agent, bool goesOn)
    {
        const float LookSeconds = 1.5f;
        float distance = Vec2.Distance(at, target);
        float look = LookSeconds * agent.Speed;
        return _standing.Count + _moving.Count == 0
            ? (target - at).Normalized()
            : ObstacleSteering.Around(_all, at, agent.Velocity, target, agent.Radius, goesOn ? look : Math.Min(distance, look));
    }

    /// <summary>Moves those of the world.</summary>
    public void Move(float seconds)
    {
        foreach (Chunk chunk in _query)
        {
            Span<Position> positions = chunk.Span<Position>();
            Span<Obstacle> obstacles = chunk.Span<Obstacle>();
            for (int i = 0; i < chunk.Count; i++)
            {
                positions[i].Value += obstacles[i].Velocity * seconds;
                obstacles[i].Angle += obstacles[i].Turn * seconds;
            }
        }
    }
}
