using System.Buffers;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Obstacles;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class ObstacleTests
{
    private static readonly ObstacleShape Boat = ObstacleShape.Polygon([new Vec2(-2, -1), new Vec2(2, -1), new Vec2(3, 0), new Vec2(2, 1), new Vec2(-2, 1)]);

    [Fact]
    public void Agents_go_round_what_the_map_has_of_the_class_collision()
    {
        using var crowd = new Crowd(TestMaps.OpenWith(20, 14,
            """{"id":1,"type":"collision","x":160,"y":80,"width":0,"height":0,"polygon":[{"x":0,"y":0},{"x":32,"y":-32},{"x":48,"y":96},{"x":0,"y":96}]}""",
            """{"id":2,"type":"collision","x":240,"y":96,"width":0,"height":0,"polyline":[{"x":0,"y":0},{"x":16,"y":64}]}""",
            """{"id":3,"type":"collision","x":16,"y":16,"width":288,"height":4,"properties":[{"name":"foot","type":"float","value":1.5}]}"""));
        for (int i = 0; i < 24; i++)
        {
            crowd.Add(new Vec2(1.5f + (i % 2), 1.5f + (i / 2)), new Vec2(18.5f - (i % 2), 1.5f + (i / 2)));
        }

        IReadOnlyList<MapSolid> solids = crowd.Match.Setup.Map.Collision.Solids;
        bool arrived = crowd.Run(60, () =>
        {
            foreach (Entity agent in crowd.Agents)
            {
                Assert.DoesNotContain(solids, solid => solid.IsOnGround && solid.Source.Contains(crowd.At(agent)));
            }

            return crowd.Agents.All(crowd.HasArrived);
        });
        Assert.True(arrived, string.Join("; ", crowd.Agents.Where(agent => !crowd.HasArrived(agent)).Select(agent => $"{crowd.At(agent)}")));
    }

    [Theory]
    [InlineData(AgentFlags.None)]
    [InlineData(AgentFlags.SharesWay)]
    public void A_fence_round_three_sides_holds_nobody_who_walks_into_it(AgentFlags flags)
    {
        using var crowd = new Crowd(TestMaps.OpenWith(20, 14, """
            {"id":1,"type":"collision","x":112,"y":32,"width":0,"height":0,"polyline":[{"x":0,"y":0},{"x":80,"y":8},{"x":80,"y":152},{"x":8,"y":160}]}
            """));
        for (int i = 0; i < 12; i++)
        {
            crowd.Add(new Vec2(1.5f + (i % 3), 5.5f + (i / 3)), new Vec2(17.5f, 7.5f), flags);
        }

        Assert.True(crowd.Run(40, () => crowd.Agents.All(crowd.HasArrived)));
    }

    [Fact]
    public void What_says_that_it_is_walkable_is_walked_over()
    {
        using var crowd = new Crowd(TestMaps.OpenWith(20, 14, """
            {"id":1,"type":"collision","x":160,"y":0,"width":32,"height":224,"properties":[{"name":"walkable","type":"bool","value":true}]}
            """));
        Entity walker = crowd.Add(new Vec2(2.5f, 7.5f), new Vec2(17.5f, 7.5f));
        Assert.True(crowd.Run(9, () => crowd.HasArrived(walker)));
    }

    [Fact]
    public void A_boat_moves_by_itself_shoves_who_stands_and_is_gone_when_it_is_destroyed()
    {
        using var crowd = new Crowd(TestMaps.Open(30, 12));
        Entity standing = crowd.Add(new Vec2(15, 6), new Vec2(15, 6));
        Entity boat = crowd.Match.World.Create(new Position(new Vec2(4, 6.2f)), new Obstacle { Shape = Boat, Velocity = new Vec2(4, 0) });
        float farthest = 0;
        crowd.Run(3, () =>
        {
            farthest = Math.Max(farthest, Vec2.Distance(crowd.At(standing), new Vec2(15, 6)));
            return false;
        });
        Assert.Equal(16, crowd.Match.World.Get<Position>(boat).Value.X, 1e-3f);
        Assert.True(farthest > 1, $"it was moved by {farthest}");
        crowd.Match.World.Get<Position>(boat).Value = new Vec2(16, 9);
        crowd.Match.World.Get<Obstacle>(boat).Velocity = Vec2.Zero;
        crowd.Match.Step();
        crowd.Match.World.Destroy(boat);
        Entity walker = crowd.Add(new Vec2(13, 9.2f), new Vec2(19, 9.2f));
        Assert.True(crowd.Run(4, () => crowd.HasArrived(walker)));
        Assert.Equal(9.2f, crowd.At(walker).Y, 1e-3f);
    }

    [Fact]
    public void A_door_turns_and_flyers_do_not_mind()
    {
        using var crowd = new Crowd(TestMaps.Open(12, 12));
        ObstacleShape leaf = ObstacleShape.Segment(Vec2.Zero, new Vec2(3, 0), 0.2f);
        Entity door = crowd.Match.World.Create(new Position(new Vec2(5, 5)), new Obstacle { Shape = leaf, Turn = 1 });
        Entity flyer = crowd.Add(new Vec2(6, 1), new Vec2(6, 11), AgentFlags.Flying);
        Assert.True(crowd.Run(6, () => crowd.HasArrived(flyer)));
        Assert.Equal(6, crowd.At(flyer).X, 1e-4f);
        Assert.Equal(crowd.Match.Tick.Value / 30f, crowd.Match.World.Get<Obstacle>(door).Angle, 1e-3f);
    }

    [Fact]
    public void A_restored_match_goes_on_with_the_same_bits()
    {
        using MatchSimulation match = Busy();
        Steps(match, 60);
        ArrayBufferWriter<byte> saved = new();
        match.Save(saved);
        using MatchSimulation other = Busy();
        Steps(other, 7);
        other.Restore(saved.WrittenSpan);
        Assert.Equal(match.Hash(), other.Hash());
        Steps(match, 150);
        Steps(other, 150);
        Assert.Equal(match.Hash(), other.Hash());
    }

    [Fact]
    public void Steady_obstacles_allocate_nothing()
    {
        using MatchSimulation match = Busy();
        Steps(match, 600);
        Assert.Equal(0, Allocated.Least(() => Steps(match, 100)));
    }

    [Fact]
    public void One_without_a_shape_is_an_error_that_says_so_and_one_that_is_nowhere_stops_nobody()
    {
        using var crowd = new Crowd(TestMaps.Open(12, 12));
        crowd.Match.World.Create(new Position(new Vec2(float.NaN, 3)), new Obstacle { Shape = Boat });
        crowd.Match.Step();
        crowd.Match.World.Create(new Position(new Vec2(3, 3)), default(Obstacle));
        Assert.Contains("has no shape", Assert.Throws<GameException>(crowd.Match.Step).Message, StringComparison.Ordinal);
    }

    private static void Steps(MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            match.Step();
        }
    }

    private static MatchSimulation Busy()
    {
        ScriptedGame game = new()
        {
            OnConfigure = game => game.UseAgents(),
            OnStart = game =>
            {
                for (int i = 0; i < 40; i++)
                {
                    Vec2 at = new(2 + (i % 4), 3 + (i / 4));
                    game.World.Create(new Position(at), new Agent { Goal = new Vec2(26 - at.X, at.Y), Radius = 0.3f, Speed = 2 }, default(PathFollower));
                }

                game.World.Create(new Position(new Vec2(9, 8)), new Obstacle { Shape = Boat, Velocity = new Vec2(0.4f, 0), Turn = 0.2f });
                game.World.Create(new Position(new Vec2(14, 6)), new Obstacle { Shape = ObstacleShape.Circle(1) });
            },
        };
        return game.Simulate(TestMaps.Open(28, 16));
    }
}
