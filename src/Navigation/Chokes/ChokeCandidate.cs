namespace RealtimeServer.Navigation.Chokes;

/// <summary>What may be a choke point, unless another leads better through the same passage.</summary>
/// <param name="Point">Not yet turned towards its walls.</param>
/// <param name="Rank">The square of its least width, with <see cref="Uneven"/>. The lower counts, and of equal ones that with the lower key: the straight one.</param>
internal readonly record struct ChokeCandidate(ChokePoint Point, int Rank) : IPlaced
{
    /// <summary>So much before the mouths of one, and beside it, in cells, begins another passage.</summary>
    public const int RivalAlong = 3;
    public const int RivalAcross = 1;

    /// <summary>So much one along an axis that bends, or has notches, ranks behind: of walls that run aslant it knows less than one between their corners.</summary>
    public const int Uneven = 2;

    public ulong Key => Point.Key;

    /// <summary>Where a rival may have its middle.</summary>
    public CellRect Ground => Point.Cells.GrownBy(RivalAlong);

    /// <summary>The cell in the middle, which does not move when the point is turned.</summary>
    public Cell Middle => ChokePoint.MiddleOf(Point.Key);

    /// <summary>What a change decides on: of straight ones by all their cells, of slanted ones by the middle.</summary>
    public bool IsIn(CellRect area) => Point.Kind == ChokePoint.Slanted ? area.Contains(Middle) : Point.Cells.Overlaps(area);

    /// <summary>Whether one of a kind can take the place of one of another. Straight ones leave each other alone.</summary>
    public static bool AreRivals(int kind, int other) => kind == ChokePoint.Slanted || other == ChokePoint.Slanted;

    /// <summary>Whether this one takes the place of a rival.</summary>
    public bool Beats(in ChokeCandidate other) =>
        (Rank != other.Rank ? Rank < other.Rank : Point.Key < other.Point.Key)
        && (Point.Covers(other.Point.Middle, RivalAlong, RivalAcross) || other.Point.Covers(Point.Middle, RivalAlong, RivalAcross));
}
