namespace RealtimeServer.Navigation.Chokes;

/// <summary>What may be a choke point, unless another leads better through the same passage.</summary>
/// <param name="Point">Not yet turned towards its walls.</param>
/// <param name="Rank">The square of its least width, with <see cref="Uneven"/>. The lower counts, and of equal ones that with the lower key: the straight one.</param>
internal readonly record struct ChokeCandidate(ChokePoint Point, int Rank)
{
    /// <summary>So much before the mouths of one, and beside it, in cells, begins another passage.</summary>
    public const int RivalAlong = 3;
    public const int RivalAcross = 1;

    /// <summary>So much one along an axis that bends, or has notches, ranks behind: of walls that run aslant it knows less than one between their corners.</summary>
    public const int Uneven = 2;

    /// <summary>The cell by which it is kept.</summary>
    public Cell Middle => ChokePoint.MiddleOf(Point.Key);

    /// <summary>Whether one of a kind can take the place of one of another. Straight ones leave each other alone.</summary>
    public static bool AreRivals(int kind, int other) => kind == ChokePoint.Slanted || other == ChokePoint.Slanted;

    /// <summary>Whether this one takes the place of a rival.</summary>
    public bool Beats(in ChokeCandidate other) =>
        (Rank != other.Rank ? Rank < other.Rank : Point.Key < other.Point.Key)
        && (Point.Covers(other.Point.Middle, RivalAlong, RivalAcross) || other.Point.Covers(Point.Middle, RivalAlong, RivalAcross));
}
