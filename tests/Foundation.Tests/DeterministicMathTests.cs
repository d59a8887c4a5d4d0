namespace RealtimeServer.Foundation;

/// <summary>Against the platform's double functions, which are far closer to the truth than a float can tell.</summary>
public sealed class DeterministicMathTests
{
    private const int Samples = 200_000;

    [Fact]
    public void Sine_and_cosine_are_within_a_unit_in_the_last_place()
    {
        var random = new DeterministicRandom(seed: 1);
        for (int i = 0; i < Samples; i++)
        {
            float range = i % 2 == 0 ? 7f : DeterministicMath.AngleMax;
            float x = random.NextSingle(-range, range);
            (float sin, float cos) = DeterministicMath.SinCos(x);
            AssertClose(Math.Sin(x), sin, x);
            AssertClose(Math.Cos(x), cos, x);
        }
    }

    [Fact]
    public void Huge_angles_stay_finite_and_odd_ones_are_no_numbers()
    {
        Assert.InRange(DeterministicMath.Sin(float.MaxValue), -1f, 1f);
        Assert.InRange(Math.Abs(DeterministicMath.Sin(9e8f) - Math.Sin(9e8f)), 0, 2e-7);
        Assert.True(float.IsNaN(DeterministicMath.Sin(float.NaN)));
        Assert.True(float.IsNaN(DeterministicMath.Cos(float.PositiveInfinity)));
        Assert.Equal((0f, 1f), DeterministicMath.SinCos(0f));
    }

    [Fact]
    public void Arcs_are_within_a_unit_in_the_last_place()
    {
        var random = new DeterministicRandom(seed: 2);
        for (int i = 0; i < Samples; i++)
        {
            float x = random.NextSingle(-1f, 1f);
            float y = random.NextSingle(-1f, 1f) * (i % 3 == 0 ? 1e-4f : 1f);
            AssertClose(Math.Acos(x), DeterministicMath.Acos(x), x);
            AssertClose(Math.Asin(x), DeterministicMath.Asin(x), x);
            AssertClose(Math.Atan2(y, x), DeterministicMath.Atan2(y, x), x);
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(0f, -1f)]
    [InlineData(1f, 0f)]
    [InlineData(-1f, 0f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(1f, float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity)]
    [InlineData(float.NaN, 1f)]
    public void The_edges_of_atan2_are_those_of_the_standard(float y, float x)
    {
        Assert.Equal((float)Math.Atan2(y, x), DeterministicMath.Atan2(y, x));
        Assert.Equal((float)Math.Atan2(-y, x), DeterministicMath.Atan2(-y, x));
    }

    [Fact]
    public void Arcs_end_at_one()
    {
        Assert.Equal(0f, DeterministicMath.Acos(1f));
        Assert.Equal((float)Math.PI, DeterministicMath.Acos(-1f));
        Assert.Equal((float)(Math.PI / 2), DeterministicMath.Asin(1f));
        Assert.True(float.IsNaN(DeterministicMath.Acos(1.0000001f)));
        Assert.True(float.IsNaN(DeterministicMath.Asin(float.NaN)));
    }

    [Fact]
    public void The_exponential_is_within_a_unit_in_the_last_place()
    {
        var random = new DeterministicRandom(seed: 3);
        for (int i = 0; i < Samples; i++)
        {
            float x = random.NextSingle(-87f, 88f);
            AssertClose(Math.Exp(x), DeterministicMath.Exp(x), x);
        }

        Assert.Equal(float.PositiveInfinity, DeterministicMath.Exp(1000f));
        Assert.Equal(0f, DeterministicMath.Exp(-1000f));
        Assert.Equal(1f, DeterministicMath.Exp(0f));
    }

    [Fact]
    public void Polynomials_of_squares_hold_to_a_quarter_turn()
    {
        for (int i = 0; i <= 1000; i++)
        {
            double x = i * Math.PI / 2000;
            float x2 = (float)(x * x);
            Assert.InRange(Math.Abs(DeterministicMath.CosOfSquare(x2) - Math.Cos(x)), 0, 5e-7);
            Assert.InRange(Math.Abs(DeterministicMath.SincOfSquare(x2) - (i == 0 ? 1 : Math.Sin(x) / x)), 0, 2e-7);
        }
    }

    [Fact]
    public void Results_keep_their_bits_from_machine_to_machine()
    {
        var random = new DeterministicRandom(seed: 4);
        var hash = new StateHash(seed: 0);
        for (int i = 0; i < 10_000; i++)
        {
            float x = random.NextSingle(-1f, 1f);
            float y = random.NextSingle(-100f, 100f);
            hash.Add(DeterministicMath.Sin(y));
            hash.Add(DeterministicMath.Cos(y));
            hash.Add(DeterministicMath.Atan2(x, y));
            hash.Add(DeterministicMath.Acos(x));
            hash.Add(DeterministicMath.Asin(x));
            hash.Add(DeterministicMath.Exp(y * 0.5f));
        }

        Assert.Equal(1521237206617477340UL, hash.Value);
    }

    private static void AssertClose(double expected, float actual, float x)
    {
        // Around zeros of a large angle the angle's own rounding decides: there the bound is absolute.
        double allowed = Math.Max(Math.BitIncrement(Math.Abs((float)expected)) * 1.2e-7, Math.Abs(x) > 10 ? 1e-7 : 1e-12);
        Assert.True(Math.Abs(expected - actual) <= allowed, $"f({x:R}) is {actual:R}, not {expected:R}");
    }
}
