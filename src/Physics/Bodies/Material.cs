namespace RealtimeServer.Physics.Bodies;

/// <summary>How the values of two materials become one. Where two bodies differ, the greater rule of the two is taken.</summary>
public enum Combine : byte
{
    /// <summary>The square root of the product: zero stays zero, equal stays equal.</summary>
    GeometricMean = 0,
    Average = 1,
    Minimum = 2,
    Multiply = 3,
    Maximum = 4,
}

/// <summary>What a body's surface is like.</summary>
/// <param name="Friction">Coulomb's coefficient, zero or more; 0.6 is wood on wood.</param>
/// <param name="Restitution">How much of the approach speed comes back, 0 to 1.</param>
/// <param name="FrictionCombine">With another body's friction.</param>
/// <param name="RestitutionCombine">With another body's restitution.</param>
/// <param name="RollingResistance">
/// Of round things at a single point of contact: the turning that pressure resists, as a share of its lever, 0 to 1. 0.01 is rubber on concrete; with another body's
/// always by <see cref="Combine.GeometricMean"/>, so zero on either side rolls and spins for ever, and never falls asleep while it does.
/// </param>
public readonly record struct Material(
    float Friction, float Restitution, Combine FrictionCombine = Combine.GeometricMean, Combine RestitutionCombine = Combine.Maximum,
    float RollingResistance = Material.RollingResistanceDefault)
{
    /// <summary>Enough that balls in a heap come to rest, too little to be seen of one that rolls.</summary>
    public const float RollingResistanceDefault = 0.01f;

    /// <summary>Friction 0.6, no bounce.</summary>
    public static readonly Material Default = new(0.6f, 0f);

    internal static float Join(float a, float b, Combine ruleA, Combine ruleB) => (ruleA > ruleB ? ruleA : ruleB) switch
    {
        Combine.Average => (a + b) * 0.5f,
        Combine.Minimum => a < b ? a : b,
        Combine.Multiply => a * b,
        Combine.Maximum => a > b ? a : b,
        _ => MathF.Sqrt(a * b),
    };
}
