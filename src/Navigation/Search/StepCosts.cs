using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// What steps cost, in whole numbers: a straight step over plain cells <see cref="Straight"/>, a diagonal one <see cref="Diagonal"/>, each times the sum of both cells'
/// eighths. The two are a convergent of the square root of 2 (relative error 2e-16), so sums do not depend on their order and equal costs are equal,
/// which a queue of rounded numbers would miss.
/// </summary>
internal static class StepCosts
{
    public const long Straight = 38_613_965;

    public const long Diagonal = 54_608_393;

    /// <summary>From a sum of steps times eighths to the cost that callers see.</summary>
    public const double Scale = 1.0 / (16.0 * Straight);

    // Keys fit in 59 bits; the tie keeps the upper part of what is left to go, a fifth of a plain step fine.
    private const int TieShift = 27;

    /// <summary>The cost of the shortest way over open ground, in straight steps times <see cref="Straight"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Octile(int dx, int dy)
    {
        dx = Magnitude(dx);
        dy = Magnitude(dy);
        return (Straight * Math.Max(dx, dy)) + ((Diagonal - Straight) * Math.Min(dx, dy));
    }

    /// <summary>How much a number is without its sign. No branch asks for the sign: it changes from cell to cell, as nobody can foretell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Magnitude(int value) => (value ^ (value >> 31)) - (value >> 31);

    /// <summary>Of equal keys in the queue, the one with less left to go comes first.</summary>
    public static uint Tie(long left) => (uint)(left >> TieShift);
}
