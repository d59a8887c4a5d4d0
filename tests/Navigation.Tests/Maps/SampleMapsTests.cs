using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps.Analysis;
using RealtimeServer.Navigation.Maps.Compiled;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Navigation.Maps;

/// <summary>The samples in maps/samples: one of each kind that is read.</summary>
public sealed class SampleMapsTests
{
    private static string Folder => Path.Combine(TestData.MapsFolder, "samples");

    public static TheoryData<string, int, int> Samples => new()
    {
        { "honeycomb.tmx", 67, 34 },
        { "oasis.tmx", 32, 32 },
        { "terrace.tmj", 18, 17 },
        { "rooms.ldtk", 28, 12 },
        { "island.map.json", 64, 64 },
        { "ruin.map.json", 40, 32 },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Each_sample_loads_without_errors_and_its_spawns_reach_each_other(string file, int width, int height)
    {
        GameMap map = MapFile.Load(Path.Combine(Folder, file));
        Assert.Equal((width, height), (map.Width, map.Height));
        MapReport report = MapCheck.Run(map);
        Assert.False(report.HasErrors, string.Join('\n', report.Findings));
        MapObject[] spawns = [.. map.Objects.Where(MapCheck.IsSpawn)];
        Assert.Equal(2, spawns.Length);
        Assert.Equal(PathStatus.Found, new PathFinder(map.CreateGrid()).Find(spawns[0].Position, spawns[1].Position, new Vec2[256], 0.4f).Status);
        Assert.Equal(map.Hash, MapFile.Parse(map.Name + ".rmap", CompiledMap.Write(map)).Hash);
    }

    [Fact]
    public void What_the_samples_say_beyond_walls_is_read()
    {
        GameMap honeycomb = MapFile.Load(Path.Combine(Folder, "honeycomb.tmx"));
        Vec2 honey = honeycomb.Layout.CentreOf(new Cell(8, 3));
        Assert.True(honeycomb.HasFlag(Cell.At(honey), "sticky") && honeycomb.CreateGrid().Cost((int)honey.X, (int)honey.Y) == 3);
        Assert.NotNull(honeycomb.FindRegion("queen"));
        GameMap oasis = MapFile.Load(Path.Combine(Folder, "oasis.tmx"));
        Assert.Equal(2, oasis.Collision.Solids.Count);
        Assert.All(oasis.Collision.Solids, palm => Assert.False(oasis.CreateGrid().IsOpen(palm.Source.Centre)));
        GameMap rooms = MapFile.Load(Path.Combine(Folder, "rooms.ldtk"));
        Assert.Equal("cellar", rooms.FindRegion("Cellar")!.Properties["music"]);
        Assert.Equal(2.5f, rooms.CreateGrid().Cost(5, 4));
        GameMap island = MapFile.Load(Path.Combine(Folder, "island.map.json"));
        Assert.InRange(island.Heights!.At(32, 32), 7f, 9f);
        Assert.True(island.HasFlag(new Cell(0, 0), "water"));
    }

    [Fact]
    public void A_map_is_solid_in_a_physics_world_as_it_is_on_the_grid()
    {
        GameMap island = MapFile.Load(Path.Combine(Folder, "island.map.json"));
        ShapeSet shapes = new();
        PhysicsWorld world = new(shapes);
        MapCollision solid = island.Collision;
        world.Add(BodyDescription.Static(shapes.Add(new GridTerrain(solid.Width, solid.Height, solid.ColumnTops, 1)), Pose.Identity));
        Assert.Equal(solid.ColumnTops[(20 * 64) + 30], Down(world, 30.5f, 20.5f), 1e-3f);

        PhysicsWorld relief = new(shapes);
        relief.Add(BodyDescription.Static(shapes.Add(new HeightField(65, 65, island.Heights!.Corners, 1)), Pose.Identity));
        Assert.Equal(island.Heights.At(30, 20), Down(relief, 30.5f, 20.5f), 0.1f);

        GameMap ruin = MapFile.Load(Path.Combine(Folder, "ruin.map.json"));
        PhysicsWorld walls = new(shapes);
        walls.Add(BodyDescription.Static(shapes.Add(new TriangleMesh(ruin.Mesh!.Vertices, ruin.Mesh.Indices, dropDegenerate: true)), Pose.Identity));
        Assert.Equal(0, Down(walls, 5.5f, 5.5f), 1e-3f);
        Assert.Equal(4, Down(walls, 34.5f, 24.5f), 1e-3f);
        Assert.Equal(4, ruin.Heights!.At(34, 24), 0.25f);
    }

    private static float Down(PhysicsWorld world, float x, float z)
    {
        CastHit hit = world.RayCast(new Vec3(x, 100, z), new Vec3(0, -200, 0));
        Assert.True(hit.IsHit);
        return 100 - (200 * hit.Fraction);
    }
}
