using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

public sealed class HullBuilderTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(2000)]
    public void A_hull_holds_its_points_and_is_closed(int points)
    {
        var random = new DeterministicRandom(1, (ulong)points);
        for (int round = 0; round < 20; round++)
        {
            var cloud = new Vec3[points];
            for (int i = 0; i < points; i++)
            {
                cloud[i] = TestShapes.NextPoint(ref random, 1) * new Vec3(3, 1, random.NextSingle(0.05f, 1));
            }

            ConvexHull hull = HullBuilder.Build(cloud);
            AssertHolds(hull, hull.VertexCount < Limits.HullVerticesMax ? cloud : [], 1e-3f);
            AssertClosed(hull);
        }
    }

    [Fact]
    public void Points_of_a_raster_give_a_box_of_six_faces()
    {
        var cloud = new List<Vec3>();
        for (int i = 0; i < 5 * 5 * 5; i++)
        {
            cloud.Add(new Vec3(i % 5, i / 5 % 5, i / 25) * 0.3f);
        }

        ConvexHull hull = HullBuilder.Build(cloud.ToArray());
        Assert.Equal(6, hull.FaceCount);
        Assert.Equal(8, hull.VertexCount);
        AssertClosed(hull);
    }

    [Fact]
    public void A_round_hull_keeps_to_its_number_of_vertices()
    {
        var random = new DeterministicRandom(5);
        var ball = new Vec3[1000];
        for (int i = 0; i < ball.Length; i++)
        {
            ball[i] = TestShapes.NextDirection(ref random);
        }

        ConvexHull hull = HullBuilder.Build(ball, 32);
        Assert.Equal(32, hull.VertexCount);
        AssertClosed(hull);
        AssertHolds(hull, ball, 0.2f);
    }

    [Fact]
    public void What_has_no_volume_is_refused_with_its_reason()
    {
        Vec3[] line = [.. Enumerable.Range(0, 10).Select(i => new Vec3(i, 2 * i, -i))];
        Vec3[] plane = [.. Enumerable.Range(0, 30).Select(i => new Vec3(i % 5, 1, i / 5))];
        Vec3[] point = [.. Enumerable.Repeat(new Vec3(1, 2, 3), 10)];
        Assert.Contains("at least 4 points", Refused([Vec3.Zero, Vec3.UnitX, Vec3.UnitY]), StringComparison.Ordinal);
        Assert.Contains("on one line", Refused(line), StringComparison.Ordinal);
        Assert.Contains("in one plane", Refused(plane), StringComparison.Ordinal);
        Assert.Contains("would be a point", Refused(point), StringComparison.Ordinal);
        Assert.Contains("Point 2 ", Refused([Vec3.Zero, Vec3.UnitX, new Vec3(0, float.NaN, 0), Vec3.UnitZ]), StringComparison.Ordinal);
        Assert.Contains("Point 3 ", Refused([Vec3.Zero, Vec3.UnitX, Vec3.UnitY, new Vec3(0, 0, 1e30f)]), StringComparison.Ordinal);
        Assert.Contains("at most", Refused(new Vec3[Limits.HullPointsMax + 1]), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => HullBuilder.Build(plane, 3));
    }

    [Fact]
    public void Whatever_points_give_a_hull_or_a_reason()
    {
        var random = new DeterministicRandom(77);
        int built = 0;
        for (int round = 0; round < 600; round++)
        {
            var cloud = new Vec3[random.Next(1, 60)];
            float thin = random.NextBool(0.3f) ? random.NextSingle() * 1e-4f : 1;
            int raster = random.Next(1, 6);
            for (int i = 0; i < cloud.Length; i++)
            {
                Vec3 p = TestShapes.NextPoint(ref random, 1);
                p = random.NextBool(0.3f) ? new Vec3(MathF.Round(p.X * raster), MathF.Round(p.Y * raster), MathF.Round(p.Z * raster)) : p;
                cloud[i] = i > 0 && random.NextBool(0.2f) ? cloud[random.Next(i)] + (TestShapes.NextDirection(ref random) * 1e-6f) : p * new Vec3(1, thin, 1);
            }

            try
            {
                ConvexHull hull = HullBuilder.Build(cloud);
                built++;
                AssertHolds(hull, cloud, 1e-3f);
                Assert.All(Enumerable.Range(0, hull.FaceCount), face => Assert.Equal(1, hull.FaceNormal(face).Length, 1e-4f));
            }
            catch (ShapeException)
            {
                // A reason is an answer.
            }
        }

        Assert.InRange(built, 300, 600);
    }

    private static string Refused(Vec3[] points) => Assert.Throws<ShapeException>(() => HullBuilder.Build(points)).Message;

    private static void AssertHolds(ConvexHull hull, Vec3[] points, float slack)
    {
        for (int face = 0; face < hull.FaceCount; face++)
        {
            Vec3 normal = hull.FaceNormal(face);
            for (int i = 0; i < hull.VertexCount; i++)
            {
                Assert.True(Vec3.Dot(normal, hull.Vertex(i)) <= hull.FaceOffset(face) + 1e-4f);
            }

            foreach (Vec3 point in points)
            {
                Assert.True(Vec3.Dot(normal, point) <= hull.FaceOffset(face) + slack, $"{point} is {Vec3.Dot(normal, point) - hull.FaceOffset(face)} outside");
            }
        }
    }

    /// <summary>Every side of a face is, the other way round, a side of exactly one other face; and Euler's count holds.</summary>
    private static void AssertClosed(ConvexHull hull)
    {
        var sides = new HashSet<(byte, byte)>();
        for (int face = 0; face < hull.FaceCount; face++)
        {
            ReadOnlySpan<byte> loop = hull.FaceVertices(face);
            for (int i = 0; i < loop.Length; i++)
            {
                Assert.True(sides.Add((loop[i], loop[(i + 1) % loop.Length])));
            }
        }

        Assert.All(sides, side => Assert.Contains((side.Item2, side.Item1), sides));
        Assert.Equal(2, hull.VertexCount - (sides.Count / 2) + hull.FaceCount);
    }
}
