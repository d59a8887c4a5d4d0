namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Where a record stands: the smaller, the better. Boards on which more is better have their scores negated, so that memory and
/// database sort all boards alike.
/// </summary>
/// <param name="Score">The score, or its negative.</param>
/// <param name="Subscore">Decides between equal scores.</param>
/// <param name="Sequence">Decides between equal subscores: who was there first. Grows with every change of a score.</param>
public readonly record struct RankKey(long Score, long Subscore, long Sequence) : IComparable<RankKey>
{
    public int CompareTo(RankKey other)
    {
        int order = Score.CompareTo(other.Score);
        order = order != 0 ? order : Subscore.CompareTo(other.Subscore);
        return order != 0 ? order : Sequence.CompareTo(other.Sequence);
    }

    public static bool operator <(in RankKey left, in RankKey right) => left.Score != right.Score
        ? left.Score < right.Score
        : left.Subscore != right.Subscore ? left.Subscore < right.Subscore : left.Sequence < right.Sequence;

    public static bool operator >(in RankKey left, in RankKey right) => right < left;

    public static bool operator <=(in RankKey left, in RankKey right) => !(right < left);

    public static bool operator >=(in RankKey left, in RankKey right) => !(left < right);
}
