using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

public sealed class MeshSurfaceTests
{
    private static readonly NavMeshSettings Cells = new() { AgentRadius = 0, OutlineError = 0, RegionCellsMin = 0, TileVoxels = 8 };

    [Theory]
    [InlineData(0.1f, 0)]
    [InlineData(0.1f, 8)]
    [InlineData(3f, 8)]
    public void Random_steps_never_leave_the_mesh_and_go_whole_where_the_way_is_clear(float stride, int tile)
    {
        DeterministicRandom random = new(161);
        int slid = 0;
        int whole = 0;
        for (int i = 0; i < 150; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 30);
            NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells with { TileVoxels = tile }));
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell cell))
            {
                continue;
            }

            Assert.True(query.TryFindNearest(new Vec3(cell.X + 0.5f, 0, cell.Y + 0.5f), Vec3.One, out MeshPoint at));
            Vec3 step = default;
            for (int s = 0; s < 200; s++)
            {
                step = s % 20 == 0 ? new Vec3(random.NextSingle(-stride, stride), 0, random.NextSingle(-stride, stride)) : step;
                Vec3 to = at.Position + step;
                bool isClear = !query.Raycast(at, to, out _);
                MeshPoint next = query.MoveAlongSurface(at, to);
                Assert.True(query.TryFindNearest(next.Position, new Vec3(1e-3f, 1, 1e-3f), out _), $"grid {i}: from {at.Position} towards {to} it left the mesh at {next.Position}");
                Assert.True(!isClear || next.Position == to, $"grid {i}: from {at.Position} to {to} it came to {next.Position}");
                float way = (next.Position - at.Position).Length;
                Assert.True(way <= (step.Length * 1.5f) + 1e-3f, $"grid {i}: a step of {step.Length} went {way}");
                (whole, slid) = (whole + (isClear ? 1 : 0), slid + (!isClear && way > step.Length * 0.1f ? 1 : 0));
                at = next;
            }
        }

        Assert.True(whole > 1000 && slid > 200, $"{whole} whole, {slid} slid");
    }

    [Fact]
    public void A_step_aslant_into_a_wall_goes_along_it_and_one_straight_into_a_corner_stays()
    {
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(new Grid(20, 20), Cells));
        Assert.True(query.TryFindNearest(new Vec3(5, 0, 0.05f), Vec3.One, out MeshPoint at));
        MeshPoint slid = query.MoveAlongSurface(at, new Vec3(5.1f, 0, -0.1f));
        Assert.Equal(5.1f, slid.Position.X, 1e-5f);
        Assert.Equal(0f, slid.Position.Z, 1e-6f);
        Assert.True(query.TryFindNearest(Vec3.Zero, Vec3.One, out MeshPoint corner));
        Assert.Equal(corner.Position, query.MoveAlongSurface(corner, new Vec3(-1, 0, -1)).Position);
        Assert.Equal(at, query.MoveAlongSurface(at, new Vec3(float.NaN, 0, 0)));
        MeshPoint nowhere = new(-1, Vec3.One);
        Assert.Equal(nowhere, query.MoveAlongSurface(nowhere, Vec3.Zero));
    }

    [Fact]
    public void A_step_longer_than_a_wall_is_thick_does_not_lead_through_it()
    {
        Grid grid = new(40, 20);
        grid.Block(new CellRect(20, 0, 1, 19));
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells));
        for (float z = 0.5f; z < 17; z += 0.37f)
        {
            Assert.True(query.TryFindNearest(new Vec3(18.3f, 0, z), Vec3.One, out MeshPoint at));
            Assert.InRange(query.MoveAlongSurface(at, new Vec3(24, 0, z)).Position.X, 18, 20.001f);
        }
    }

    [Fact]
    public void Under_a_bridge_one_stays_on_the_ground_and_over_it_on_the_bridge()
    {
        // A floor, and over it a bridge whose ramps begin on it.
        Vec3[] corners =
        [
            new(-20, 0, -20), new(-20, 0, 20), new(20, 0, 20), new(20, 0, -20),
            new(-14, 0, -2), new(-14, 0, 2), new(-6, 4, 2), new(-6, 4, -2), new(6, 4, 2), new(6, 4, -2), new(14, 0, 2), new(14, 0, -2),
        ];
        int[] triangles = [0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7, 7, 6, 8, 7, 8, 9, 9, 8, 10, 9, 10, 11];
        NavMeshQuery query = new(NavMeshBuilder.FromTriangles(corners, triangles, new NavMeshSettings { TileVoxels = 32 }));
        Assert.True(query.TryFindNearest(new Vec3(-18, 0, 0), Vec3.One, out MeshPoint over));
        Assert.True(query.TryFindNearest(new Vec3(0, 0, -18), Vec3.One, out MeshPoint under));
        for (int i = 0; i < 360; i++)
        {
            over = query.MoveAlongSurface(over, over.Position + new Vec3(0.1f, 0, 0));
            under = query.MoveAlongSurface(under, under.Position + new Vec3(0, 0, 0.1f));
            float x = MathF.Abs(over.Position.X);
            float expected = x < 5.5f ? 4 : x > 14.5f ? 0 : Math.Clamp((14 - x) / 2, 0, 4);
            Assert.Equal(expected, over.Position.Y, 0.35f);
            Assert.Equal(0, under.Position.Y, 0.05f);
        }

        Assert.InRange(over.Position.X, 17, 19);
        Assert.InRange(under.Position.Z, 17, 19);
    }

    [Fact]
    public void A_way_is_as_it_was_until_a_tile_that_it_touches_changes_and_then_is_again()
    {
        Grid grid = new(64, 64);
        LiveNavMesh live = LiveNavMesh.FromGrid(grid, Cells);
        (Vec3 from, Vec3 to) = (new(4, 0, 4), new(60, 0, 30));
        ulong before = live.Query.HashAlong(from, to);
        ulong version = live.Query.Version;
        CellRect aside = new(4, 50, 2, 2);
        grid.Block(aside);
        live.Update();
        Assert.Equal(before, live.Query.HashAlong(from, to));
        Assert.NotEqual(version, live.Query.Version);
        CellRect across = new(34, 17, 2, 2);
        grid.Block(across);
        live.Update();
        Assert.NotEqual(before, live.Query.HashAlong(from, to));
        Assert.Equal(live.Query.HashAlong(from, to), live.Query.HashAlong(from, to));
        grid.Unblock(across);
        grid.Unblock(aside);
        live.Update();
        Assert.Equal(before, live.Query.HashAlong(from, to));
        Assert.Equal(version, live.Query.Version);
        live.Query.SetAreaCost(8, 3);
        Assert.NotEqual(before, live.Query.HashAlong(from, to));
        Assert.Equal(3, live.Query.AreaCosts[8]);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        Grid grid = new(64, 64);
        grid.Block(new CellRect(20, 20, 2, 2));
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells));
        Assert.True(query.TryFindNearest(new Vec3(19.5f, 0, 21), Vec3.One, out MeshPoint at));
        Assert.Equal(0, Allocated.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                query.MoveAlongSurface(at, new Vec3(21, 0, 21 + (i * 0.01f)));
                query.HashAlong(at.Position, new Vec3(i, 0, 60));
            }
        }));
    }
}
