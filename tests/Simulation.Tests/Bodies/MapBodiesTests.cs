using System.Text;
using System.Text.Json.Nodes;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>What designers draw stands in a match's physics, whatever they draw with.</summary>
public sealed class MapBodiesTests
{
    private const string Shapes = """
        <object id="1" type="collision" x="10" y="20" width="20" height="10" rotation="90"/>
        <object id="2" type="collision" x="50" y="10" width="20" height="20"><ellipse/></object>
        <object id="3" type="collision" x="10" y="60"><polygon points="0,0 30,0 30,30 20,30 20,10 0,10"/><properties><property name="wallHeight" value="1"/></properties></object>
        <object id="4" type="collision" x="60" y="50"><polyline points="0,0 0,30"/></object>
        <object id="5" type="collision" x="60" y="90" width="20" height="10"><properties><property name="foot" value="2"/><property name="wallHeight" value="3"/></properties></object>
        """;

    [Fact]
    public void Shapes_of_a_Tiled_map_are_solid_where_they_are_drawn()
    {
        using var match = new Match(Tiled(Shapes));
        Assert.Equal(2, match.Down(0.5f, 2.9f), 1e-4f);
        Assert.Equal(0, match.Down(1.5f, 2.9f), 1e-4f);
        Assert.Equal(2, match.Down(6, 2), 1e-4f);
        Assert.Equal(0, match.Down(5.1f, 1.1f), 1e-4f);
        Assert.Equal(1, match.Down(3.5f, 8), 1e-4f);
        Assert.Equal(0, match.Down(2, 8), 1e-4f);
        Assert.Equal(2, match.Down(6, 6.5f), 1e-4f);
        Assert.Equal(0, match.Down(6.2f, 6.5f), 1e-4f);
        Assert.Equal(3, match.Down(7, 9.5f), 1e-4f);
        Assert.Equal(5.95f, match.Along(4.5f, 6.5f, 3), 1e-3f);
        Assert.False(match.World.RayCast(new Vec3(7, 1, 8.5f), new Vec3(0, 0, 1.4f)).IsHit);
        Assert.Equal(1.25f, match.Drop(2.5f, 6.3f, 9), 0.02f);
    }

    [Fact]
    public void Cells_of_any_size_scale_what_is_solid()
    {
        using var match = new Match(Tiled(Shapes), cellSize: 3);
        Assert.Equal(6, match.Down(1.5f, 8.7f), 1e-4f);
        Assert.Equal(3, match.Down(10.5f, 24), 1e-4f);
        Assert.Equal(17.85f, match.Along(13.5f, 19.5f, 9), 1e-3f);
    }

    [Fact]
    public void Entities_of_an_LDtk_project_are_solid()
    {
        JsonNode project = JsonNode.Parse(File.ReadAllText(Sample("rooms.ldtk")))!;
        JsonNode entity = project["levels"]![1]!["layerInstances"]!.AsArray().SelectMany(layer => layer!["entityInstances"]!.AsArray()).Single()!;
        project["defs"]!["entities"]![0]!["resizableX"] = true;
        project["defs"]!["entities"]![0]!["resizableY"] = true;
        (entity["__tags"], entity["width"], entity["height"]) = (new JsonArray("collision"), 16, 8);
        using var match = new Match(MapFile.Parse("rooms.ldtk", Encoding.UTF8.GetBytes(project.ToJsonString())));
        MapSolid solid = Assert.Single(match.Map.Collision.Solids);
        Assert.Equal(2, match.Down(solid.Source.Centre.X, solid.Source.Centre.Y), 1e-4f);
        Assert.Equal(new Vec2(2, 1), solid.Source.Size);
    }

    [Fact]
    public void Triangles_of_an_OBJ_file_carry_bodies()
    {
        using var match = new Match(MapFile.Load(Sample("ruin.map.json")));
        Assert.Equal(4, match.Down(34.5f, 24.5f), 1e-3f);
        Assert.Equal(0, match.Down(5.5f, 5.5f), 1e-3f);
        Assert.Equal(0.25f, match.Drop(5.5f, 5.5f, 3), 0.02f);
        Assert.Equal(4.25f, match.Drop(34.5f, 24.5f, 7), 0.02f);

        // The ramp is a slope, not steps of cells.
        float[] ramp = [.. Enumerable.Range(0, 40).Select(i => match.Down(26 + (i * 0.1f), 24.5f))];
        Assert.All(ramp.Zip(ramp.Skip(1)), pair => Assert.InRange(Math.Abs(pair.Second - pair.First), 0, 0.3f));
    }

    [Fact]
    public void Triangles_of_a_glTF_file_carry_bodies_in_any_size()
    {
        using var match = new Match(Gltf(), cellSize: 2);
        Assert.Equal(0, match.Down(3, 3), 1e-3f);
        Assert.Equal(4, match.Down(13, 3), 1e-3f);
        Assert.Equal(4.25f, match.Drop(13, 3, 7), 0.02f);
        Assert.Equal(0.25f, match.Drop(3, 3, 7), 0.02f);
    }

    [Fact]
    public void A_building_closes_cells_of_a_mesh_for_bodies_too()
    {
        using var match = new Match(Gltf());
        match.Context.Grid.Block(new Navigation.CellRect(1, 1, 1, 1));
        match.Simulation.Step();
        Assert.Equal(2, match.Down(1.5f, 1.5f), 1e-3f);
        Assert.Equal(0, match.Down(2.5f, 1.5f), 1e-3f);
        match.Context.Grid.Unblock(new Navigation.CellRect(1, 1, 1, 1));
        match.Simulation.Step();
        Assert.Equal(0, match.Down(1.5f, 1.5f), 1e-3f);
    }

    [Fact]
    public void A_game_that_wants_no_map_gets_none()
    {
        using var match = new Match(Tiled(Shapes), hasMap: false);
        Assert.Equal(4, match.World.BodyCount);
        using var plain = new Match(Gltf(), followsGrid: false);
        Assert.Equal(5, plain.World.BodyCount);
    }

    [Fact]
    public void Matches_on_one_map_begin_with_the_same_bodies()
    {
        GameMap map = Tiled(Shapes);
        using var one = new Match(map);
        using var two = new Match(map);
        Assert.Equal(one.World.Hash(), two.World.Hash());
        Assert.Equal(one.World.Shapes.Count, two.World.Shapes.Count);
    }

    private static GameMap Tiled(string objects) => MapFile.Parse("solid.tmx", Encoding.UTF8.GetBytes($"""
        <map version="1.10" orientation="orthogonal" width="12" height="12" tilewidth="10" tileheight="10" infinite="0">
        <tileset firstgid="1" name="t" tilewidth="10" tileheight="10" tilecount="1" columns="1"/>
        <layer id="1" name="ground" width="12" height="12"><data encoding="csv">{string.Join(',', Enumerable.Repeat(1, 144))}</data></layer>
        <objectgroup id="2" name="things">{objects}</objectgroup></map>
        """));

    /// <summary>A floor of 8 by 4 metres at zero, and above its farther half another at two.</summary>
    private static GameMap Gltf()
    {
        float[] vertices = [0, 0, 0, 8, 0, 0, 8, 0, 4, 0, 0, 4, 4, 2, 0, 8, 2, 0, 8, 2, 4, 4, 2, 4];
        ushort[] indices = [0, 2, 1, 0, 3, 2, 4, 6, 5, 4, 7, 6];
        byte[] bytes = [.. vertices.SelectMany(BitConverter.GetBytes), .. indices.SelectMany(BitConverter.GetBytes)];
        string gltf = $$"""
            {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1}]}],
             "buffers":[{"byteLength":{{bytes.Length}},"uri":"data:application/octet-stream;base64,{{Convert.ToBase64String(bytes)}}"}],
             "bufferViews":[{"buffer":0,"byteOffset":0,"byteLength":96},{"buffer":0,"byteOffset":96,"byteLength":24}],
             "accessors":[{"bufferView":0,"componentType":5126,"count":8,"type":"VEC3","min":[0,0,0],"max":[8,2,4]},{"bufferView":1,"componentType":5123,"count":12,"type":"SCALAR"}]}
            """;
        byte[] recipe = Encoding.UTF8.GetBytes("""{ "mesh": "floors.gltf", "cell": 1, "slopeMax": 45, "stepMax": 0.4, "clearance": 1 }""");
        return MapFile.Parse("floors.map.json", recipe, path => path.EndsWith("floors.gltf", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(gltf) : null);
    }

    private static string Sample(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "maps", "samples", name)))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "maps", "samples", name);
    }

    private sealed class Match : IDisposable
    {
        private readonly ScriptedGame _game;

        public Match(GameMap map, float cellSize = 1, bool hasMap = true, bool followsGrid = true)
        {
            Map = map;
            var settings = new PhysicsSettings { CellSize = cellSize, HasMap = hasMap, FollowsGrid = followsGrid };
            _game = new ScriptedGame { OnConfigure = game => game.UsePhysics(settings) };
            Simulation = _game.Simulate(map);
        }

        public GameMap Map { get; }

        public MatchSimulation Simulation { get; }

        public GameContext Context => _game.Context;

        public Physics.PhysicsWorld World => Context.Physics.World;

        public float Down(float x, float z) => World.RayCast(new Vec3(x, 15, z), new Vec3(0, -30, 0)) is { IsHit: true } hit ? hit.Point.Y : float.NaN;

        public float Along(float x, float z, float way) => World.RayCast(new Vec3(x, 1, z), new Vec3(way, 0, 0)) is { IsHit: true } hit ? hit.Point.X : float.NaN;

        /// <summary>How high the middle of a crate of half a metre comes to rest.</summary>
        public float Drop(float x, float z, float y)
        {
            ShapeId box = World.Shapes.Add(new Box(0.25f, 0.25f, 0.25f));
            BodyId crate = World.Add(BodyDescription.Dynamic(World.Shapes, box, new Pose(new Vec3(x, y, z)), 5));
            for (int i = 0; i < 120; i++)
            {
                Simulation.Step();
            }

            float height = World.Body(crate).Pose.Position.Y;
            World.Remove(crate);
            Simulation.Step();
            return height;
        }

        public void Dispose() => Simulation.Dispose();
    }
}
