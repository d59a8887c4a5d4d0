using System.Buffers;
using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class NavMeshTests
{
    private static readonly Vec3 Reach = new(1, 2, 1);

    [Fact]
    public void A_game_asks_the_mesh_of_a_map_made_of_triangles_for_paths_rays_and_heights()
    {
        // A yard of 24 by 12 with a ramp along its end and a gallery on top of it.
        GameMap map = MeshMap(
            "v 0 0 0", "v 0 0 12", "v 16 0 12", "v 16 0 0", "f 1 2 3 4",
            "v 22 3 12", "v 22 3 0", "f 4 3 5 6",
            "v 28 3 12", "v 28 3 0", "f 6 5 7 8");
        ScriptedGame game = new() { OnConfigure = builder => builder.UseNavMesh(new NavMeshSettings { AgentRadius = 0.5f }) };
        using MatchSimulation match = game.Simulate(map);
        using MatchSimulation other = new ScriptedGame { OnConfigure = builder => builder.UseNavMesh(new NavMeshSettings { AgentRadius = 0.5f }) }.Simulate(map);
        NavMeshQuery query = game.Context.NavMesh.Query;
        Assert.True(query.TryFindNearest(new Vec3(3, 0, 6), Reach, out MeshPoint from));
        Assert.True(query.TryFindNearest(new Vec3(26, 3, 6), Reach, out MeshPoint to));
        MeshWaypoint[] points = new MeshWaypoint[16];
        Assert.Equal(PathStatus.Found, query.FindPath(from, to, points).Status);
        Assert.False(query.Raycast(from, to.Position, out _));
        Assert.Equal(1.5f, query.HeightOf(new Vec3(19, 1.2f, 6)), 1e-3f);

        int wall = game.Context.NavMesh.Add(MeshObstacle.Box(new Vec3(9, 0, -1), new Vec3(10, 2, 8)));
        Assert.True(game.Context.NavMesh.Query.TryFindNearest(new Vec3(3, 0, 4), Reach, out from));
        Assert.True(game.Context.NavMesh.Query.TryFindNearest(new Vec3(26, 3, 4), Reach, out to));
        Assert.True(query.Raycast(from, to.Position, out MeshPoint hit));
        Assert.InRange(hit.Position.X, 8, 8.8f);
        PathResult round = query.FindPath(from, to, points);
        Assert.Contains(points[..round.Count], point => point.Position.Z > 8.3f);
        game.Context.NavMesh.Remove(wall);
        Assert.Empty(game.Context.NavMesh.Obstacles);
    }

    [Fact]
    public void On_a_map_of_tiles_the_mesh_is_that_of_the_grid_and_follows_it()
    {
        ScriptedGame game = new() { OnConfigure = builder => builder.UseNavMesh(new NavMeshSettings { AgentRadius = 0.4f }) };
        using MatchSimulation match = game.Simulate(TestMaps.Open(40, 20));
        Assert.Equal(PathStatus.Found, Cross(game).Status);
        game.Context.Grid.Block(new CellRect(20, 0, 2, 20));
        Assert.Equal(PathStatus.Partial, Cross(game).Status);
        game.Context.Grid.Unblock(new CellRect(20, 0, 2, 20));
        Assert.Equal(PathStatus.Found, Cross(game).Status);
    }

    [Fact]
    public void Obstacles_are_saved_hashed_and_restored()
    {
        ScriptedGame game = new() { OnConfigure = builder => builder.UseNavMesh() };
        using MatchSimulation match = game.Simulate(TestMaps.Open(40, 20));
        ulong empty = match.Hash();
        int gone = game.Context.NavMesh.Add(MeshObstacle.Cylinder(new Vec3(5, 0, 5), 2, 2));
        int wall = game.Context.NavMesh.Add(MeshObstacle.Box(new Vec3(20, 0, 0), new Vec3(21, 2, 20)));
        game.Context.NavMesh.Remove(gone);
        Assert.NotEqual(empty, match.Hash());
        ArrayBufferWriter<byte> saved = new();
        match.Save(saved);
        ScriptedGame again = new() { OnConfigure = builder => builder.UseNavMesh() };
        using MatchSimulation other = again.Simulate(TestMaps.Open(40, 20));
        other.Restore(saved.WrittenSpan);
        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(PathStatus.Partial, Cross(again).Status);
        Assert.Equal(game.Context.NavMesh.Add(default), again.Context.NavMesh.Add(default));
        Assert.True(again.Context.NavMesh.Remove(wall));
        Assert.Equal(PathStatus.Found, Cross(again).Status);
    }

    [Fact]
    public void A_game_that_declared_none_or_two_is_told_so()
    {
        ScriptedGame game = new();
        using MatchSimulation match = game.Simulate();
        Assert.Contains("UseNavMesh", Assert.Throws<GameException>(() => game.Context.NavMesh).Message, StringComparison.Ordinal);
        Assert.Throws<GameException>(() => new ScriptedGame { OnConfigure = builder => builder.UseNavMesh().UseNavMesh() }.Simulate());
    }

    private static PathResult Cross(ScriptedGame game)
    {
        NavMeshQuery query = game.Context.NavMesh.Query;
        Assert.True(query.TryFindNearest(new Vec3(3, 0, 10), Reach, out MeshPoint from));
        Assert.True(query.TryFindNearest(new Vec3(37, 0, 10), Reach, out MeshPoint to));
        return query.FindPath(from, to, new MeshWaypoint[16]);
    }

    private static GameMap MeshMap(params string[] lines) => MapFile.Parse(
        "yard.map.json", """{ "mesh": "yard.obj", "cell": 1 }"""u8, name => name.EndsWith("yard.obj", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(string.Join('\n', lines)) : null);
}
