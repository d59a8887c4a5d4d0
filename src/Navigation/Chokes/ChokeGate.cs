using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>Who is at a choke point in one tick, forward and backward.</summary>
internal struct ChokeGate
{
    public int PassingForward;
    public int PassingBackward;
    public int LeavingForward;
    public int LeavingBackward;
    public int AwayForward;
    public int AwayBackward;
    public int AstrayForward;
    public int AstrayBackward;
    public uint OldestForward;
    public uint OldestBackward;
    public float RadiusMax;

    // The sum of the radii as a whole number, so that it is the same in any order.
    private const int RadiusUnits = 1 << 16;
    private long _radiusSum;
    private int _counted;

    // In which call all this was counted.
    private ulong _run;

    [UnscopedRef]
    public ref int Passing(int direction) => ref (direction > 0 ? ref PassingForward : ref PassingBackward);

    /// <summary>How many are through, but still before the mouth.</summary>
    [UnscopedRef]
    public ref int Leaving(int direction) => ref (direction > 0 ? ref LeavingForward : ref LeavingBackward);

    /// <summary>How many are through, but still among those who wait on the other side.</summary>
    [UnscopedRef]
    public ref int Away(int direction) => ref (direction > 0 ? ref AwayForward : ref AwayBackward);

    /// <summary>How many are inside on the side of those who come towards them.</summary>
    public readonly int Astray(int direction) => direction > 0 ? AstrayForward : AstrayBackward;

    public readonly uint Oldest(int direction) => direction > 0 ? OldestForward : OldestBackward;

    /// <summary>Whether anybody comes from the other side.</summary>
    public readonly bool IsMet(int direction) => Oldest(-direction) != uint.MaxValue || (direction > 0 ? PassingBackward : PassingForward) > 0;

    /// <summary>How many of the widest fit beside each other in one half; 0 if they have to take turns: because two do not fit, or most of them only just.</summary>
    public readonly int LaneRows(ChokePoint point)
    {
        float rows = (point.HalfWidth + 1e-3f) / ((2 * RadiusMax) + ChokeTraffic.LaneGap);
        float usual = _radiusSum * (1f / RadiusUnits) / Math.Max(_counted, 1);
        return point.HalfWidth < (2 * usual) + ChokeTraffic.LaneGapMin ? 0 : (int)Math.Min(rows, ChokePoints.WidthMax);
    }

    /// <param name="run">Of the traffic: what was counted in another is forgotten.</param>
    public void Count(ChokePoint point, in ChokeTraveller traveller, ulong run)
    {
        this = _run == run ? this : new ChokeGate { OldestForward = uint.MaxValue, OldestBackward = uint.MaxValue, _run = run };
        ref readonly ChokeVisit visit = ref traveller.Visit;
        Vec2 at = point.Local(traveller.Position);
        if (visit.Phase == ChokePhase.Leaves)
        {
            float beyond = point.Beyond(at, visit.Direction);
            Away(visit.Direction)++;
            Leaving(visit.Direction) += (beyond * beyond) + (at.Y * at.Y) < ChokeTraffic.Forecourt * ChokeTraffic.Forecourt ? 1 : 0;
            return;
        }

        bool passes = visit.Phase == ChokePhase.Passes;
        ref uint oldest = ref (visit.Direction > 0 ? ref OldestForward : ref OldestBackward);
        oldest = passes ? oldest : Math.Min(oldest, visit.Since);
        RadiusMax = Math.Max(RadiusMax, traveller.Radius);
        _radiusSum += (long)(traveller.Radius * RadiusUnits);
        _counted++;
        bool isAstray = passes && MathF.Abs(at.X) < point.HalfLength && at.Y * visit.Direction < 0;
        Passing(visit.Direction) += passes ? 1 : 0;
        ref int astray = ref (visit.Direction > 0 ? ref AstrayForward : ref AstrayBackward);
        astray += isAstray ? 1 : 0;
    }
}
