namespace RealtimeServer.Foundation;

/// <summary>
/// Sine, cosine and their kin from additions, multiplications, divisions and square roots alone, so that every machine gives the same bits.
/// All but the polynomials of squares work in double precision and round once at the end, which leaves them within
/// one unit in the last place (1 ulp) of the true value over the ranges named. NaN in, NaN out.
/// </summary>
public static class DeterministicMath
{
    /// <summary>Up to this magnitude angles are reduced exactly; beyond it the error grows to 1e-7 at a thousand million.</summary>
    public const float AngleMax = 1e6f;

    // π/2 in three parts (Cody and Waite): the first two have 33 bits, so that their products with small integers are exact.
    private const double HalfPi1 = 1.57079632673412561417e+00;
    private const double HalfPi2 = 6.07710050630396597660e-11;
    private const double HalfPi3 = 2.02226624879595063154e-21;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Within 1 ulp for |x| up to <see cref="AngleMax"/> (there, within 1e-7 around zeros); NaN for infinities.</summary>
    public static float Sin(float x) => SinCos(x).Sin;

    /// <inheritdoc cref="Sin"/>
    public static float Cos(float x) => SinCos(x).Cos;

    /// <inheritdoc cref="Sin"/>
    public static (float Sin, float Cos) SinCos(float x)
    {
        if (!float.IsFinite(x))
        {
            return (float.NaN, float.NaN);
        }

        double d = Math.Abs(x) <= 1e9 ? x : x % (2 * Math.PI);
        double quarters = Math.Floor((d * (2 / Math.PI)) + 0.5);
        double r = d - (quarters * HalfPi1) - (quarters * HalfPi2) - (quarters * HalfPi3);
        double r2 = r * r;
        double sin = r + (r * r2 * ((-1.0 / 6) + (r2 * ((1.0 / 120) + (r2 * ((-1.0 / 5040) + (r2 * ((1.0 / 362880)
            + (r2 * ((-1.0 / 39916800) + (r2 * (1.0 / 6227020800))))))))))));
        double cos = 1 + (r2 * (-0.5 + (r2 * ((1.0 / 24) + (r2 * ((-1.0 / 720) + (r2 * ((1.0 / 40320)
            + (r2 * ((-1.0 / 3628800) + (r2 * (1.0 / 479001600))))))))))));
        return ((long)quarters & 3) switch
        {
            0 => ((float)sin, (float)cos),
            1 => ((float)cos, (float)-sin),
            2 => ((float)-sin, (float)-cos),
            _ => ((float)-cos, (float)sin),
        };
    }

    /// <summary>The angle of the point (x, y) from the x axis, -π to π, within 1 ulp; signs of zero and infinities as IEEE 754 has them.</summary>
    public static float Atan2(float y, float x)
    {
        if (float.IsNaN(x) || float.IsNaN(y))
        {
            return float.NaN;
        }

        double ax = Math.Abs((double)x), ay = Math.Abs((double)y);
        double angle = ax == ay ? (ax == 0 ? 0 : Math.PI / 4) : ay < ax ? Atan(ay / ax) : (Math.PI / 2) - Atan(ax / ay);
        angle = float.IsNegative(x) ? Math.PI - angle : angle;
        return (float)(float.IsNegative(y) ? -angle : angle);
    }

    /// <summary>-π/2 to π/2, within 1 ulp; NaN outside of -1 to 1.</summary>
    public static float Asin(float x)
    {
        double d = x;
        return Math.Abs(d) <= 1 ? (float)AtanOfRatio(d, Math.Sqrt((1 - d) * (1 + d))) : float.NaN;
    }

    /// <summary>0 to π, within 1 ulp; NaN outside of -1 to 1.</summary>
    public static float Acos(float x)
    {
        double d = x;
        if (!(Math.Abs(d) <= 1))
        {
            return float.NaN;
        }

        double half = AtanOfRatio(Math.Sqrt(1 - d), Math.Sqrt(1 + d));
        return (float)(2 * half);
    }

    /// <summary>Within 1 ulp; zero below the range of a float, infinite above it.</summary>
    public static float Exp(float x)
    {
        if (float.IsNaN(x) || x > 89f || x < -104f)
        {
            return float.IsNaN(x) ? x : x > 0 ? float.PositiveInfinity : 0f;
        }

        double twos = Math.Floor((x * 1.44269504088896338700) + 0.5);
        double r = x - (twos * Ln2High) - (twos * Ln2Low);
        double sum = 1;
        for (int i = 12; i >= 1; i--)
        {
            sum = 1 + (sum * r / i);
        }

        return (float)(sum * BitConverter.Int64BitsToDouble(((long)twos + 1023) << 52));
    }

    /// <summary>sin(x) / x from x², within 2e-7 for |x| up to π/2: the Taylor series to the tenth power.</summary>
    public static float SincOfSquare(float x2) =>
        1f + (x2 * ((-1f / 6) + (x2 * ((1f / 120) + (x2 * ((-1f / 5040) + (x2 * ((1f / 362880) + (x2 * (-1f / 39916800))))))))));

    /// <summary>cos(x) from x², within 5e-7 for |x| up to π/2: the Taylor series to the twelfth power.</summary>
    public static float CosOfSquare(float x2) =>
        1f + (x2 * (-0.5f + (x2 * ((1f / 24) + (x2 * ((-1f / 720) + (x2 * ((1f / 40320) + (x2 * ((-1f / 3628800) + (x2 * (1f / 479001600))))))))))));

    private static double AtanOfRatio(double y, double x)
    {
        double ay = Math.Abs(y);
        double angle = ay <= x ? Atan(x == 0 ? 0 : ay / x) : (Math.PI / 2) - Atan(x / ay);
        return y < 0 ? -angle : angle;
    }

    /// <summary>For 0 to 1: two arcs, each brought to |t| below tan(π/8), there the series with the arguments halved in angle once more.</summary>
    private static double Atan(double t)
    {
        // atan t = 2 atan(t / (1 + sqrt(1 + t²))), twice: 1 becomes tan(π/16), where the series falls by 25 a term.
        double a = t / (1 + Math.Sqrt(1 + (t * t)));
        a /= 1 + Math.Sqrt(1 + (a * a));
        double a2 = a * a;
        double sum = 0;
        for (int i = 21; i >= 1; i -= 2)
        {
            sum = (1.0 / i) - (a2 * sum);
        }

        return 4 * a * sum;
    }
}
