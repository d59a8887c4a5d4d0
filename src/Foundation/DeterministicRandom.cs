namespace RealtimeServer.Foundation;

/// <summary>
/// The seeded generator of everything that must be repeatable: PCG32 (XSH-RR 64/32; M. O'Neill, pcg-random.org).
/// A plain 16-byte value without references, so that it can be a component and travel with a snapshot of its world.
/// Not for secrets.
/// </summary>
public struct DeterministicRandom
{
    private ulong _state;
    private readonly ulong _increment;

    /// <param name="seed">Any value; equal seeds and streams give equal sequences.</param>
    /// <param name="stream">Chooses one of 2^63 independent sequences.</param>
    public DeterministicRandom(ulong seed, ulong stream = 0)
    {
        _increment = (stream << 1) | 1;
        _state = 0;
        NextUInt();
        _state += seed;
        NextUInt();
    }

    public uint NextUInt()
    {
        ulong old = _state;
        _state = unchecked((old * 6364136223846793005UL) + _increment);
        uint xorShifted = (uint)(((old >> 18) ^ old) >> 27);
        return uint.RotateRight(xorShifted, (int)(old >> 59));
    }

    /// <summary>An integer in [0, <paramref name="exclusiveMax"/>), without modulo bias (D. Lemire's method).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        uint bound = (uint)exclusiveMax;
        ulong product = (ulong)NextUInt() * bound;
        if ((uint)product < bound)
        {
            uint threshold = unchecked(0u - bound) % bound;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt() * bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>An integer in [<paramref name="min"/>, <paramref name="exclusiveMax"/>).</summary>
    public int Next(int min, int exclusiveMax) => min + Next(checked(exclusiveMax - min));

    /// <summary>A number in [0, 1) with 24 random bits.</summary>
    public float NextSingle() => (NextUInt() >> 8) * (1f / 16777216f);

    public float NextSingle(float min, float max) => min + (NextSingle() * (max - min));

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool NextBool(float probability) => NextSingle() < probability;
}
