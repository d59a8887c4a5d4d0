using RealtimeServer.Bench.Physics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.DebugDraw;

public sealed class PictureTests
{
    [Fact]
    public void Every_shape_is_drawn_by_the_state_of_its_body()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions());
        ShapeSet shapes = world.Shapes;
        ConvexHull tetrahedron = HullBuilder.Build([new Vec3(0, 0, 0), new Vec3(1, 0, 0), new Vec3(0, 1, 0), new Vec3(0, 0, 1)]);
        ShapeId ball = shapes.Add(new Sphere(0.5f)), hull = shapes.Add(tetrahedron);
        world.Add(BodyDescription.Dynamic(shapes, ball, new Pose(new Vec3(0, 5, 0)), 1));
        world.Add(BodyDescription.Dynamic(shapes, shapes.Add(new Capsule(0.2f, 0.3f)), new Pose(new Vec3(3, 5, 0)), 1));
        world.Add(BodyDescription.Dynamic(shapes, shapes.Add(new Cylinder(0.2f, 0.3f)), new Pose(new Vec3(6, 5, 0)), 1));
        world.Add(BodyDescription.Dynamic(shapes, hull, new Pose(new Vec3(9, 5, 0)), 1) with { StartsAsleep = true });
        world.Add(BodyDescription.Kinematic(ball, new Pose(new Vec3(12, 5, 0))));
        world.Add(BodyDescription.Static(ball, new Pose(new Vec3(15, 5, 0))) with { IsSensor = true });
        ShapeId pair = shapes.Add(new Compound(shapes, [new CompoundChild(ball, Pose.Identity), new CompoundChild(ball, new Pose(Vec3.UnitX))]));
        world.Add(BodyDescription.Static(pair, new Pose(new Vec3(18, 5, 0))));
        world.Add(BodyDescription.Static(shapes.Add(GridTerrain.FromCells(2, 1, [true, false], 1, 2)), new Pose(new Vec3(30, 0, 0))));
        List<(DebugKind Kind, DebugState State)> drawn = Draw(world, DebugLayers.Shapes);
        Assert.Equal(6, drawn.Count(primitive => primitive == (DebugKind.Segment, DebugState.Asleep)));

        // The block's four walls, each its four sides.
        Assert.Equal(16, drawn.Count(primitive => primitive == (DebugKind.Segment, DebugState.Static)));
        drawn.RemoveAll(primitive => primitive.Kind == DebugKind.Segment);
        Assert.Equal(
            [
                (DebugKind.Sphere, DebugState.Awake), (DebugKind.Capsule, DebugState.Awake), (DebugKind.Cylinder, DebugState.Awake),
                (DebugKind.Sphere, DebugState.Kinematic),
                (DebugKind.Box, DebugState.Static), (DebugKind.Sphere, DebugState.Sensor), (DebugKind.Sphere, DebugState.Static), (DebugKind.Sphere, DebugState.Static),
            ],
            drawn);
    }

    [Fact]
    public void Surfaces_are_drawn_by_the_lines_that_tell_their_form()
    {
        // A mesh by its edges and not by those within a flat face; walls in one piece as far as they go; a field by lines over it.
        Vec3[] corners = [new Vec3(0, 0, 0), new Vec3(4, 0, 0), new Vec3(4, 0, 4), new Vec3(0, 0, 4)];
        Assert.Equal(4, Segments(shapes => shapes.Add(new TriangleMesh(corners, [0, 2, 1, 0, 3, 2]))).Count);
        bool[] wall = [.. Enumerable.Range(0, 64).Select(i => i / 8 == 3)];
        List<(Vec3 From, Vec3 To)> walls = Segments(shapes => shapes.Add(GridTerrain.FromCells(8, 8, wall, 1, 2)));
        Assert.Equal(16, walls.Count);
        Assert.Contains((new Vec3(10, 2, 3), new Vec3(18, 2, 3)), walls);
        Assert.Equal(3 * 2 * 2, Segments(shapes => shapes.Add(new HeightField(3, 3, new float[9], 1))).Count);
        Assert.InRange(Segments(shapes => shapes.Add(new HeightField(300, 300, new float[90_000], 1))).Count, 1000, 3000);
    }

    [Fact]
    public void A_mesh_too_large_for_the_picture_is_left_out_at_once()
    {
        Vec3[] corners = [.. Enumerable.Range(0, 3000).Select(i => new Vec3(i, i % 3 == 2 ? 1 : 0, i % 3))];
        var shapes = new ShapeSet();
        var world = new PhysicsWorld(shapes);
        world.Add(BodyDescription.Static(shapes.Add(new TriangleMesh(corners, [.. Enumerable.Range(0, 3000)])), Pose.Identity));
        var picture = new DebugPicture(2048);
        world.Draw(picture, DebugLayers.Shapes);
        Assert.InRange(picture.LeftOut, 900, 3000);
    }

    private static List<(Vec3 From, Vec3 To)> Segments(Func<ShapeSet, ShapeId> shape)
    {
        var shapes = new ShapeSet();
        var world = new PhysicsWorld(shapes);
        world.Add(BodyDescription.Static(shape(shapes), new Pose(new Vec3(10, 0, 0))));
        var picture = new DebugPicture(Limits.DebugPictureBytesMax);
        world.Draw(picture, DebugLayers.Shapes);
        List<(Vec3, Vec3)> found = [];
        var reader = new DebugPictureReader(picture.Bytes(0));
        while (reader.Read())
        {
            Assert.Equal(DebugKind.Segment, reader.Kind);
            found.Add((Vector(reader.Numbers), Vector(reader.Numbers[12..])));
        }

        return found;

        static Vec3 Vector(ReadOnlySpan<byte> bytes) => System.Runtime.InteropServices.MemoryMarshal.Read<Vec3>(bytes);
    }

    [Fact]
    public void Contacts_joints_and_boxes_are_drawn_where_they_are()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions());
        BodyId a = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0))), b = world.Add(Worlds.Ball(world, new Vec3(3, 4, 0)));
        world.Add(JointDescription.Ball(world, a, b, new Vec3(2, 3, 0)));
        world.Steps(5);
        List<(DebugKind Kind, DebugState State)> drawn = Draw(world, DebugLayers.Contacts | DebugLayers.Joints);
        Assert.Equal(3, drawn.Count(primitive => primitive == (DebugKind.Segment, DebugState.Joint)));
        Assert.InRange(drawn.Count(primitive => primitive == (DebugKind.Contact, DebugState.Contact)), 1, 5);
        Assert.InRange(Draw(world, DebugLayers.Boxes).Count, 3, 5);
        Assert.Empty(Draw(world, DebugLayers.None));
        Assert.Empty(Draw(world, DebugLayers.Shapes, new Aabb(new Vec3(0, 100, 0), new Vec3(1, 101, 1))));
    }

    [Fact]
    public void A_picture_has_no_more_bytes_than_it_may_and_says_what_is_missing()
    {
        PhysicsWorld world = PhysicsScenes.Spheres(500);
        world.Steps(2);
        var small = new DebugPicture(2048);
        world.Draw(small);
        ReadOnlySpan<byte> bytes = small.Bytes(7);
        Assert.InRange(bytes.Length, 2000, 2048);
        var reader = new DebugPictureReader(bytes);
        Assert.Equal((7ul, small.LeftOut), (reader.Step, reader.LeftOut));
        Assert.True(small.LeftOut > 400);
        int count = 0;
        while (reader.Read())
        {
            Assert.Equal(DebugState.Awake, reader.State);
            count++;
        }

        Assert.Equal(small.Count, count);
    }

    [Fact]
    public void Drawing_changes_nothing_and_allocates_nothing()
    {
        PhysicsWorld world = PhysicsScenes.Spheres(200);
        world.Steps(30);
        var picture = new DebugPicture(Limits.DebugPictureBytesMax);
        world.Draw(picture);
        ulong hash = world.Hash();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            picture.Clear();
            world.Draw(picture);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(hash, world.Hash());
    }

    [Fact]
    public void Any_bytes_can_be_read()
    {
        PhysicsWorld world = PhysicsScenes.Spheres(20);
        var picture = new DebugPicture(4096);
        world.Draw(picture);
        byte[] bytes = picture.Bytes(1).ToArray();
        var random = new DeterministicRandom(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] forged = bytes[..random.Next(bytes.Length + 1)];
            if (forged.Length > 0)
            {
                forged[random.Next(forged.Length)] = (byte)random.NextUInt();
            }

            var reader = new DebugPictureReader(forged);
            int count = 0;
            while (reader.Read())
            {
                Assert.True(++count <= bytes.Length);
            }
        }
    }

    private static List<(DebugKind Kind, DebugState State)> Draw(PhysicsWorld world, DebugLayers layers, Aabb? region = null)
    {
        var picture = new DebugPicture(64 * 1024);
        world.Draw(picture, layers, region);
        var reader = new DebugPictureReader(picture.Bytes(0));
        var drawn = new List<(DebugKind Kind, DebugState State)>();
        while (reader.Read())
        {
            drawn.Add((reader.Kind, reader.State));
        }

        Assert.Equal(picture.Count, drawn.Count);
        return drawn;
    }
}
