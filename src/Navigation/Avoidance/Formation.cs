using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>How a group stands.</summary>
public enum FormationShape
{
    /// <summary>Side by side, in ranks of at most <see cref="Formation.Width"/>.</summary>
    Line = 0,

    /// <summary>One behind the other, in files of at most <see cref="Formation.Width"/>.</summary>
    Column = 1,

    /// <summary>A triangle with its point to the front.</summary>
    Wedge = 2,

    /// <summary>A square, as wide as deep.</summary>
    Box = 3,
}

/// <summary>Places for a group that walks or stands together, and who takes which.</summary>
/// <param name="Shape">How it stands.</param>
/// <param name="Spacing">From the middle of one to the next, in cells; more than both radii.</param>
/// <param name="Width">Most in a rank of a line, or files of a column.</param>
public readonly record struct Formation(FormationShape Shape, float Spacing, int Width = 8)
{
    /// <summary>
    /// Gives each of a group its place. Whoever stands to the left keeps to the left and who stands in front to the front, so that the group's ways do not
    /// cross. A place that is
    /// closed or cut off from the middle by a wall moves to the nearest cell that is not.
    /// </summary>
    /// <param name="grid">Where they may stand; null where everything is open.</param>
    /// <param name="middle">Where the middle of the front is to be.</param>
    /// <param name="facing">Where the front looks; any length but 0.</param>
    /// <param name="members">Where the members stand now.</param>
    /// <param name="places">Receives the place of each member; at least as long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The spacing or the width is not above 0, the facing has no direction, or there are too few places.</exception>
    public void Assign(Grid? grid, Vec2 middle, Vec2 facing, ReadOnlySpan<Vec2> members, Span<Vec2> places)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(places.Length, members.Length, nameof(places));
        if (!(Spacing > 0) || Width < 1 || !float.IsFinite(Spacing))
        {
            throw new ArgumentOutOfRangeException(nameof(places), $"A formation with a spacing of {Spacing} and a width of {Width} has no places.");
        }

        Vec2 ahead = facing.Normalized();
        if (!facing.IsFinite || ahead == Vec2.Zero || !middle.IsFinite)
        {
            throw new ArgumentOutOfRangeException(nameof(facing), "A formation stands somewhere and looks somewhere.");
        }

        // By depth first: the foremost ranks are filled by those who stand foremost, each rank from left to right.
        Span<Member> order = members.Length <= 256 ? stackalloc Member[members.Length] : new Member[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            Vec2 offset = members[i] - middle;
            order[i] = new Member(-Vec2.Dot(offset, ahead), Vec2.Dot(offset, ahead.Perpendicular), i);
        }

        order.Sort(static (a, b) => a.Behind != b.Behind ? a.Behind.CompareTo(b.Behind) : a.Index.CompareTo(b.Index));
        int rank = 0;
        for (int first = 0; first < members.Length; rank++)
        {
            int inRank = Math.Min(RankWidth(rank, members.Length), members.Length - first);
            Span<Member> row = order.Slice(first, inRank);
            row.Sort(static (a, b) => a.Aside != b.Aside ? a.Aside.CompareTo(b.Aside) : a.Index.CompareTo(b.Index));
            for (int i = 0; i < inRank; i++)
            {
                Vec2 place = middle + (ahead.Perpendicular * ((i - ((inRank - 1) * 0.5f)) * Spacing)) - (ahead * (rank * Spacing));
                places[row[i].Index] = grid is null ? place : Nearest(grid, middle, place);
            }

            first += inRank;
        }
    }

    private int RankWidth(int rank, int members) => Shape switch
    {
        FormationShape.Line => Width,
        FormationShape.Column => Math.Min(Width, Math.Max(1, (int)MathF.Sqrt(members * 0.5f))),
        FormationShape.Wedge => rank + 1,
        _ => Math.Max(1, (int)MathF.Ceiling(MathF.Sqrt(members))),
    };

    private static Vec2 Nearest(Grid grid, Vec2 middle, Vec2 place)
    {
        if (IsGood(grid, middle, place))
        {
            return place;
        }

        Cell centre = Cell.At(new Vec2(Math.Clamp(place.X, 0, grid.Width), Math.Clamp(place.Y, 0, grid.Height)));
        Vec2 best = middle;
        float least = float.MaxValue;
        for (int ring = 0; ring <= Limits.FormationSnapCellsMax && (ring - 1) * (ring - 1) <= least; ring++)
        {
            for (int y = centre.Y - ring; y <= centre.Y + ring; y++)
            {
                int step = ring == 0 || Math.Abs(y - centre.Y) == ring ? 1 : 2 * ring;
                for (int x = centre.X - ring; x <= centre.X + ring; x += step)
                {
                    Vec2 candidate = new Cell(x, y).Centre;
                    float distance = Vec2.DistanceSquared(candidate, place);
                    if (distance < least && IsGood(grid, middle, candidate))
                    {
                        (least, best) = (distance, candidate);
                    }
                }
            }
        }

        return best;
    }

    private static bool IsGood(Grid grid, Vec2 middle, Vec2 place) =>
        grid.IsOpen(place) && (!grid.IsOpen(middle) || LineOfSight.IsClear(grid, middle, place, 0f));

    private readonly record struct Member(float Behind, float Aside, int Index);
}
