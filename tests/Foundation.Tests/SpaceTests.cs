namespace RealtimeServer.Foundation;

public sealed class SpaceTests
{
    [Fact]
    public void Vectors_multiply_as_the_right_hand_says()
    {
        Assert.Equal(Vec3.UnitZ, Vec3.Cross(Vec3.UnitX, Vec3.UnitY));
        Assert.Equal(Vec3.UnitX, Vec3.Cross(Vec3.UnitY, Vec3.UnitZ));
        Assert.Equal(32f, Vec3.Dot(new Vec3(1, 2, 3), new Vec3(4, 5, 6)));
        Assert.Equal(new Vec3(0, 0.6f, 0.8f), new Vec3(0, 3, 4).Normalized());
        Assert.Equal(Vec3.Zero, Vec3.Zero.Normalized());
        Assert.Equal(2f, new Vec3(1, 2, 3)[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Vec3.One[3]);
        Assert.False(new Vec3(0, float.NaN, 0).IsFinite);
        Assert.Equal(12, System.Runtime.CompilerServices.Unsafe.SizeOf<Vec3>());
        Assert.Equal(28, System.Runtime.CompilerServices.Unsafe.SizeOf<Pose>());
    }

    [Fact]
    public void Across_is_a_unit_vector_at_a_right_angle_everywhere()
    {
        var random = new DeterministicRandom(seed: 5);
        Vec3[] edges = [Vec3.UnitX, -Vec3.UnitX, Vec3.UnitY, -Vec3.UnitY, Vec3.UnitZ, -Vec3.UnitZ];
        for (int i = 0; i < 10_000; i++)
        {
            Vec3 n = i < edges.Length ? edges[i] : Direction(ref random);
            Vec3 t = n.Across();
            Assert.InRange(Math.Abs(Vec3.Dot(n, t)), 0, 1e-6f);
            Assert.InRange(t.Length, 0.99999f, 1.00001f);
        }
    }

    [Fact]
    public void A_quarter_turn_about_z_takes_x_to_y_in_every_form()
    {
        var q = Quat.FromAxisAngle(Vec3.UnitZ, MathF.PI / 2);
        AssertNear(Vec3.UnitY, q.Rotate(Vec3.UnitX));
        AssertNear(Vec3.UnitX, q.InverseRotate(Vec3.UnitY));
        AssertNear(Vec3.UnitY, Mat3.FromQuat(q) * Vec3.UnitX);
        AssertNear(new Vec3(0, 0, MathF.PI / 2), q.ToRotationVector());
    }

    [Fact]
    public void Forms_of_a_rotation_agree()
    {
        var random = new DeterministicRandom(seed: 6);
        for (int i = 0; i < 10_000; i++)
        {
            Vec3 axis = Direction(ref random);
            float angle = random.NextSingle(0f, 3.1f);
            var q = Quat.FromAxisAngle(axis, angle);
            Vec3 v = Direction(ref random) * 3f;
            AssertNear(q.Rotate(v), Mat3.FromQuat(q) * v);
            AssertNear(q.Rotate(v), Quat.FromMatrix(Mat3.FromQuat(q)).Rotate(v));
            AssertNear(q.Rotate(v), Quat.FromRotationVector(axis * angle).Rotate(v));
            AssertNear(axis * angle, q.ToRotationVector(), 1e-4f);
            AssertNear(v, q.InverseRotate(q.Rotate(v)));
            var r = Quat.FromAxisAngle(Direction(ref random), 1f);
            AssertNear(q.Rotate(r.Rotate(v)), (q * r).Rotate(v));
            AssertNear(q.Rotate(v), Quat.Lerp(r, q, 1f).Rotate(v));
        }
    }

    [Fact]
    public void Poses_chain_and_undo()
    {
        var a = new Pose(new Vec3(1, 2, 3), Quat.FromAxisAngle(Vec3.UnitY, 0.7f));
        var b = new Pose(new Vec3(-4, 0, 2), Quat.FromAxisAngle(Vec3.UnitX, -1.3f));
        var p = new Vec3(0.5f, -2, 1);
        AssertNear(a.Transform(b.Transform(p)), (a * b).Transform(p));
        AssertNear(p, a.InverseTransform(a.Transform(p)));
        AssertNear(p, a.Inverse().Transform(a.Transform(p)));
        AssertNear(b.Transform(p), a.InverseTransform(a * b).Transform(p));
    }

    [Fact]
    public void A_symmetric_matrix_times_its_inverse_changes_nothing()
    {
        var r = Mat3.FromQuat(Quat.FromAxisAngle(new Vec3(1, 2, 3).Normalized(), 1.1f));
        var m = SymMat3.Rotated(r, new Vec3(1, 2, 5));
        var v = new Vec3(3, -1, 2);
        AssertNear(v, m.Inverse() * (m * v));
        AssertNear(m * v, SymMat3.Rotated(r, SymMat3.Diagonal(new Vec3(1, 2, 5))) * v);
        Assert.True(m.IsPositiveDefinite);
        Assert.False((m * -1f).IsPositiveDefinite);
        Assert.Equal(default, default(SymMat3).Inverse());
        AssertNear(Vec3.Cross(v, Vec3.Cross(Vec3.UnitX, v)), SymMat3.OfPoint(v) * Vec3.UnitX);
    }

    [Fact]
    public void All_forms_can_be_printed()
    {
        Assert.Equal("(1.5, 0, -2)", new Vec3(1.5f, 0, -2).ToString());
        Assert.Equal("(0, 0, 0, 1)", Quat.Identity.ToString());
        Assert.Contains("(0, 0, 0, 1)", Pose.Identity.ToString(), StringComparison.Ordinal);
        Assert.Contains("(1, 0, 0)", Mat3.Identity.ToString(), StringComparison.Ordinal);
        Assert.Contains("XX = 1", SymMat3.Identity.ToString(), StringComparison.Ordinal);
        Assert.Contains("(1, 1, 1)", new Aabb(Vec3.Zero, Vec3.One).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_join_meet_and_grow()
    {
        var a = new Aabb(Vec3.Zero, Vec3.One);
        var b = new Aabb(new Vec3(1, 0, 0), new Vec3(2, 1, 1));
        Assert.True(Aabb.Overlaps(a, b));
        Assert.False(Aabb.Overlaps(a, b.Expanded(-0.1f)));
        Assert.Equal(new Aabb(Vec3.Zero, new Vec3(2, 1, 1)), Aabb.Union(a, b));
        Assert.Equal(a, Aabb.Union(Aabb.Empty, a));
        Assert.False(Aabb.Empty.IsValid);
        Assert.True(a.Expanded(1f).Contains(b with { Max = Vec3.One }));
        Assert.Equal(new Aabb(new Vec3(0, -2, 0), new Vec3(3, 1, 1)), a.Swept(new Vec3(2, -2, 0)));
        Assert.Equal(3f, a.HalfArea);
    }

    internal static Vec3 Direction(ref DeterministicRandom random)
    {
        while (true)
        {
            var v = new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), random.NextSingle(-1, 1));
            if (v.LengthSquared is > 0.01f and < 1f)
            {
                return v.Normalized();
            }
        }
    }

    private static void AssertNear(Vec3 expected, Vec3 actual, float tolerance = 2e-5f)
    {
        Assert.True((expected - actual).Length <= tolerance, $"{actual} is not {expected}");
    }
}
