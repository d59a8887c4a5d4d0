namespace RealtimeServer.Matches;

/// <summary>Which matches to list; null means any.</summary>
/// <param name="Limit">At most so many, 1..<see cref="Limits.ListMax"/> (clamped).</param>
/// <param name="Authoritative">True: only simulated; false: only relayed.</param>
/// <param name="Label">Exactly this label.</param>
/// <param name="SizeMin">At least so many members.</param>
/// <param name="SizeMax">At most so many members.</param>
public sealed record MatchFilter(
    int Limit = Limits.ListMax,
    bool? Authoritative = null,
    string? Label = null,
    int? SizeMin = null,
    int? SizeMax = null)
{
    internal bool Admits(MatchInfo info) =>
        (Authoritative is not bool authoritative || info.Authoritative == authoritative)
        && (Label is null || string.Equals(info.Label, Label, StringComparison.Ordinal))
        && (SizeMin is not int least || info.Size >= least)
        && (SizeMax is not int most || info.Size <= most);
}
