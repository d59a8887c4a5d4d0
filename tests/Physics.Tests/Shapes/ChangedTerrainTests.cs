using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A terrain made of another by changed cells is one made of all its heights, in everything it does.</summary>
public sealed class ChangedTerrainTests
{
    private const int Columns = 37;
    private const int Rows = 21;

    [Fact]
    public void Rays_and_bodies_find_what_they_find_on_a_terrain_made_anew()
    {
        var random = new DeterministicRandom(3);
        float[] heights = new float[Columns * Rows];
        var changed = new GridTerrain(Columns, Rows, heights, 0.5f);
        for (int round = 0; round < 30; round++)
        {
            changed = changed.With(Change(heights, ref random));
            var anew = new GridTerrain(Columns, Rows, heights, 0.5f);
            Assert.Equal(anew.Bounds, changed.Bounds);
            Assert.Equal(anew.BoundingRadius, changed.BoundingRadius);
            (PhysicsWorld a, PhysicsWorld b) = (WorldOn(anew), WorldOn(changed));
            for (int i = 0; i < 100; i++)
            {
                var from = new Vec3(random.NextSingle(-1, 20), random.NextSingle(0, 4), random.NextSingle(-1, 12));
                Vec3 way = TestShapes.NextPoint(ref random, 12);
                Assert.Equal(a.RayCast(from, way), b.RayCast(from, way));
                Assert.Equal(a.SphereCast(from, 0.4f, way), b.SphereCast(from, 0.4f, way));
            }

            for (int i = 0; i < 60; i++)
            {
                a.Step(1f / 60);
                b.Step(1f / 60);
            }

            Assert.Equal(a.Hash(), b.Hash());
        }
    }

    [Fact]
    public void What_it_was_made_of_stays_as_it_was()
    {
        var before = new GridTerrain(Columns, Rows, new float[Columns * Rows], 1);
        GridTerrain after = before.With([new TerrainCell(40, 3)]), third = after.With([new TerrainCell(41, 2), new TerrainCell(40, 0)]);
        Assert.Equal((0, 3, 0), (before.HeightAt(3, 1), after.HeightAt(3, 1), third.HeightAt(3, 1)));
        Assert.Equal((0, 0, 2), (before.HeightAt(4, 1), after.HeightAt(4, 1), third.HeightAt(4, 1)));
        Assert.Equal((0, 3, 2), (before.Bounds.Max.Y, after.Bounds.Max.Y, third.Bounds.Max.Y));
    }

    [Fact]
    public void Its_changes_are_read_as_they_were_written()
    {
        var random = new DeterministicRandom(8);
        float[] heights = new float[Columns * Rows];
        var began = new GridTerrain(Columns, Rows, heights, 1);
        GridTerrain changed = began.With(Change(heights, ref random)).With(Change(heights, ref random));
        var writer = new StateWriter(1 << 20);
        changed.SaveChanges(writer);
        var reader = new StateReader(writer.Written, "terrain");
        GridTerrain read = began.ReadChanges(ref reader);
        Assert.True(reader.IsAtEnd);
        Assert.Equal(heights, Enumerable.Range(0, heights.Length).Select(i => read.HeightAt(i % Columns, i / Columns)));
        byte[] forged = writer.Written.ToArray();
        forged[4] = 255;
        forged[7] = 255;
        Assert.Throws<InvalidDataException>(() =>
        {
            var bad = new StateReader(forged, "terrain");
            began.ReadChanges(ref bad);
        });
    }

    [Fact]
    public void Where_there_is_no_column_things_fall_through_and_walls_reach_the_bottom()
    {
        float[] heights = [GridTerrain.Nothing, 2, GridTerrain.Nothing, GridTerrain.Nothing];
        PhysicsWorld world = WorldOn(new GridTerrain(4, 1, heights, 1, bottom: -1), crates: 0);
        Assert.False(world.RayCast(new Vec3(0.5f, 5, 0.5f), new Vec3(0, -20, 0)).IsHit);
        Assert.Equal(2f, world.RayCast(new Vec3(1.5f, 5, 0.5f), new Vec3(0, -20, 0)).Point.Y, 1e-5f);
        Assert.Equal(2f, world.RayCast(new Vec3(3.5f, -0.9f, 0.5f), new Vec3(-4, 0, 0)).Point.X, 1e-5f);
        Assert.False(world.RayCast(new Vec3(3.5f, -1.1f, 0.5f), new Vec3(-4, 0, 0)).IsHit);
        Assert.False(WorldOn(new GridTerrain(1, 1, [GridTerrain.Nothing], 1), crates: 0).RayCast(new Vec3(0.5f, 5, 0.5f), new Vec3(0, -20, 0)).IsHit);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var terrain = new GridTerrain(2, 2, new float[4], 1);
        Assert.Contains("Cell 4 is none", Assert.Throws<ShapeException>(() => terrain.With([new TerrainCell(4, 1)])).Message, StringComparison.Ordinal);
        Assert.Contains("Height (1, 1)", Assert.Throws<ShapeException>(() => terrain.With([new TerrainCell(3, float.NaN)])).Message, StringComparison.Ordinal);
        var shapes = new ShapeSet();
        ShapeId id = shapes.Add(terrain), box = shapes.Add(new Box(1, 1, 1));
        GridTerrain other = terrain.With([new TerrainCell(3, 1)]);
        shapes.Add(other);
        Assert.Throws<ShapeException>(() => shapes.Replace(id, other));
        Assert.Throws<ArgumentException>(() => shapes.Replace(box, terrain));
        var world = new PhysicsWorld(shapes);
        BodyId ground = world.Add(BodyDescription.Static(id, Pose.Identity)), crate = world.Add(BodyDescription.Static(box, Pose.Identity));
        Assert.Throws<PhysicsException>(() => world.Body(crate).SetSurface(id, []));
        Assert.Throws<PhysicsException>(() => world.Body(ground).SetSurface(box, []));
    }

    [Fact]
    public void A_changed_surface_wakes_what_is_near_and_nothing_else()
    {
        var shapes = new ShapeSet();
        var terrain = new GridTerrain(20, 20, [.. Enumerable.Range(0, 400).Select(i => i % 20 < 10 ? 1f : 0)], 1);
        var world = new PhysicsWorld(shapes);
        BodyId ground = world.Add(BodyDescription.Static(shapes.Add(terrain), Pose.Identity));
        ShapeId box = shapes.Add(new Box(0.4f, 0.4f, 0.4f));
        BodyId near = world.Add(BodyDescription.Dynamic(shapes, box, new Pose(new Vec3(5.5f, 1.41f, 5.5f)), 5));
        BodyId far = world.Add(BodyDescription.Dynamic(shapes, box, new Pose(new Vec3(15.5f, 0.41f, 15.5f)), 5));
        Steps(world, 120);
        Assert.Equal(0, world.AwakeCount);
        GridTerrain dug = terrain.With([new TerrainCell((5 * 20) + 5, 0)]);
        world.Body(ground).SetSurface(shapes.Add(dug), [new Aabb(new Vec3(5, 0, 5), new Vec3(6, 1, 6))]);
        Assert.True(world.Body(near).IsAwake);
        Assert.False(world.Body(far).IsAwake);
        Steps(world, 120);
        Assert.Equal(0.4f, world.Body(near).Pose.Position.Y, 0.02f);
        Assert.Equal(0.4f, world.Body(far).Pose.Position.Y, 0.02f);
    }

    private static void Steps(PhysicsWorld world, int count)
    {
        for (int i = 0; i < count; i++)
        {
            world.Step(1f / 60);
        }
    }

    private static TerrainCell[] Change(float[] heights, ref DeterministicRandom random)
    {
        var cells = new TerrainCell[random.Next(1, 20)];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = new TerrainCell(random.Next(heights.Length), random.NextBool(0.1f) ? GridTerrain.Nothing : random.NextSingle(-1, 2));
            heights[cells[i].Cell] = cells[i].Height;
        }

        return cells;
    }

    private static PhysicsWorld WorldOn(GridTerrain terrain, int crates = 12)
    {
        var shapes = new ShapeSet();
        var world = new PhysicsWorld(shapes);
        world.Add(BodyDescription.Static(shapes.Add(terrain), Pose.Identity));
        ShapeId box = shapes.Add(new Box(0.3f, 0.3f, 0.3f));
        for (int i = 0; i < crates; i++)
        {
            world.Add(BodyDescription.Dynamic(shapes, box, new Pose(new Vec3((i * 1.4f) + 1, 3, 5)), 5));
        }

        return world;
    }
}
