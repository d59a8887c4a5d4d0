using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Navigation.Avoidance;

public sealed class MeshCrowdTests
{
    private const float Seconds = 1f / 30;
    private static readonly NavMeshSettings Cells = new() { AgentRadius = 0, OutlineError = 0, RegionCellsMin = 0, TileVoxels = 8 };

    [Fact]
    public void Agents_whose_heights_do_not_meet_pass_through_each_other_and_others_go_round()
    {
        Assert.Equal(0, Meet(over: 2.5f).Y);
        Assert.NotEqual(0, Meet(over: 1.5f).Y);
        Assert.NotEqual(0, Meet(over: 0).Y);

        static Vec2 Meet(float over)
        {
            AvoidanceAgent[] agents =
            [
                new() { Position = new Vec2(0, 0), Velocity = new Vec2(2, 0), PreferredVelocity = new Vec2(2, 0), Radius = 0.4f, MaxSpeed = 2, Tall = 2 },
                new() { Position = new Vec2(3, 0), Velocity = new Vec2(-2, 0), PreferredVelocity = new Vec2(-2, 0), Radius = 0.4f, MaxSpeed = 2, Tall = 2 },
            ];
            agents[1].Height = over;
            Vec2[] velocities = new Vec2[2];
            new ReciprocalAvoidance().Solve(agents, null, Seconds, velocities);
            return velocities[0];
        }
    }

    [Fact]
    public void A_dense_crowd_between_the_borders_of_a_mesh_stays_on_it_arrives_and_does_not_overlap()
    {
        // A corridor three wide with a bend, and a crowd each way.
        Grid grid = new(40, 9);
        grid.Block(new CellRect(0, 3, 40, 3));
        grid.Unblock(new CellRect(0, 3, 40, 3));
        grid.Block(new CellRect(10, 6, 20, 3));
        NavMesh mesh = NavMeshBuilder.FromGrid(grid, Cells);
        NavMeshQuery query = new(mesh);
        AvoidanceAgent[] agents = new AvoidanceAgent[60];
        Vec2[] goals = new Vec2[agents.Length];
        Vec2[] velocities = new Vec2[agents.Length];
        for (int i = 0; i < agents.Length; i++)
        {
            bool isLeft = i < 30;
            Vec2 at = new((isLeft ? 1 : 34) + (i % 5), 0.5f + (i / 5 % 6));
            Assert.True(query.TryFindNearest(new Vec3(at.X, 0, at.Y), Vec3.One, out MeshPoint point));
            agents[i] = new AvoidanceAgent { Position = at, Radius = 0.3f, MaxSpeed = 2, Tall = 2, IsOnMesh = true, Polygon = point.Polygon };
            goals[i] = at with { X = 39.5f - at.X };
        }

        ReciprocalAvoidance avoidance = new() { Mesh = mesh };
        float worst = 0;
        for (int tick = 0; tick < 1500; tick++)
        {
            for (int i = 0; i < agents.Length; i++)
            {
                agents[i].PreferredVelocity = ((goals[i] - agents[i].Position) * 15).Clamped(2);
                agents[i].Settled = Math.Clamp(1 - (Vec2.Distance(goals[i], agents[i].Position) / 0.9f), 0, 1);
            }

            avoidance.Solve(agents, null, Seconds, velocities);
            for (int i = 0; i < agents.Length; i++)
            {
                Vec2 to = agents[i].Position + (velocities[i] * Seconds);
                MeshPoint at = new(agents[i].Polygon, new Vec3(agents[i].Position.X, 0, agents[i].Position.Y));
                MeshPoint next = query.MoveAlongSurface(at, new Vec3(to.X, 0, to.Y));
                agents[i].Velocity = (new Vec2(next.Position.X, next.Position.Z) - agents[i].Position) / Seconds;
                (agents[i].Polygon, agents[i].Position) = (next.Polygon, new Vec2(next.Position.X, next.Position.Z));
                Assert.True(grid.IsOpen(agents[i].Position) || query.TryFindNearest(next.Position, new Vec3(1e-3f, 1, 1e-3f), out _), $"{i} is at {agents[i].Position}");
                for (int j = 0; j < i; j++)
                {
                    worst = Math.Max(worst, 1 - (Vec2.Distance(agents[i].Position, agents[j].Position) / 0.6f));
                }
            }
        }

        Assert.All(Enumerable.Range(0, agents.Length), i => Assert.InRange(Vec2.Distance(agents[i].Position, goals[i]), 0, 0.3f));
        Assert.True(worst < 0.03f, $"overlap {worst}");
        Assert.Equal(0, Allocated.Least(() => avoidance.Solve(agents, null, Seconds, velocities)));
    }

    [Fact]
    public void An_agent_on_no_polygon_stands_still_and_is_ignored()
    {
        AvoidanceAgent[] agents = [new() { MaxSpeed = 2, PreferredVelocity = new Vec2(1, 0), IsOnMesh = true, Polygon = 7 }];
        Vec2[] velocities = new Vec2[1];
        new ReciprocalAvoidance { Mesh = NavMeshBuilder.FromGrid(new Grid(3, 3), Cells) }.Solve(agents, null, Seconds, velocities);
        Assert.Equal(Vec2.Zero, velocities[0]);
        new ReciprocalAvoidance().Solve(agents, null, Seconds, velocities);
        Assert.Equal(Vec2.Zero, velocities[0]);
    }
}
