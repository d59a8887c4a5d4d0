namespace RealtimeServer.Physics.Solver;

/// <summary>
/// A constraint as a damped spring that no time step can make explode: how fast an error is taken back and how much of the rigid impulse
/// is applied (implicit integration of a spring; E. Catto, "Soft Constraints", 2011, and "Solver2D", 2024).
/// </summary>
internal readonly record struct Softness(float BiasRate, float MassScale, float ImpulseScale)
{
    public static readonly Softness Rigid = new(0, 1, 0);

    /// <param name="hertz">Of the spring; zero or less gives no spring at all.</param>
    /// <param name="dampingRatio">One is critical.</param>
    /// <param name="h">Seconds of a substep.</param>
    public static Softness Of(float hertz, float dampingRatio, float h)
    {
        if (!(hertz > 0))
        {
            return Rigid;
        }

        float omega = 2f * MathF.PI * hertz;
        float a1 = (2f * dampingRatio) + (h * omega);
        float a2 = h * omega * a1;
        float a3 = 1f / (1f + a2);
        return new Softness(omega / a1, a2 * a3, a3);
    }
}
