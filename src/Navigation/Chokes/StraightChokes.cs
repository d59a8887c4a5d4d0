using System.Numerics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>
/// Finds the choke points that run along x or y: rows of open cells at most three wide between two walls, at most <see cref="ChokePoints.LengthMax"/> of them one
/// behind the other, with wider ground at both ends; and gates at most <see cref="ChokePoints.WidthMax"/> wide and six long.
/// </summary>
internal sealed class StraightChokes
{
    // Up to so many cells across any passage counts, also between places that are not much wider; beyond it only a gate in a wall.
    private const int NarrowMax = 3;

    // Cells along such a gate.
    private const int WideLengthMax = 6;

    private readonly CellBits _rows;
    private readonly CellBits _columns;

    /// <param name="open">The open cells, which <see cref="Take"/> is to keep up with.</param>
    public StraightChokes(CellBits open)
    {
        _rows = open;
        _columns = new CellBits(open.Height, open.Width);
        _columns.CopyTransposed(open);
    }

    /// <summary>Takes over cells that have changed.</summary>
    public void Take(CellRect changed)
    {
        for (int y = changed.Y; y < changed.Y + changed.Height; y++)
        {
            for (int x = changed.X; x < changed.X + changed.Width; x++)
            {
                _columns[y, x] = _rows[x, y];
            }
        }
    }

    /// <summary>The cells of which those along an axis overlap some that a change makes or unmakes: what decides on one lies so near beside it.</summary>
    public static CellRect TouchedBy(CellRect changed, bool alongX) => alongX ? Grown(changed, 1, ChokePoints.WidthMax + 2) : Grown(changed, ChokePoints.WidthMax + 2, 1);

    /// <summary>Adds all along an axis whose cells overlap an area, some of them more than once.</summary>
    public void Find(CellRect area, bool alongX, List<ChokeCandidate> found)
    {
        // One row of it may be found from another row alone.
        CellRect turned = alongX ? new CellRect(area.Y, area.X, area.Height, area.Width) : area;
        CellBits open = alongX ? _columns : _rows;
        CellRect seeds = Grown(turned, ChokePoints.WidthMax + 1, ChokePoints.LengthMax).ClippedTo(open.Width, open.Height);
        for (int y = seeds.Y; y < seeds.Y + seeds.Height; y++)
        {
            for (int x = seeds.X; x < seeds.X + seeds.Width;)
            {
                if (!open[x, y])
                {
                    x++;
                    continue;
                }

                Run run = RunAt(open, x, y);
                if (run.Width <= ChokePoints.WidthMax && TryFollow(open, run, y, run.Width <= NarrowMax, out CellRect throat, out int rank) && throat.Overlaps(turned))
                {
                    ChokePoint point = ChokePoint.Straight(alongX ? new CellRect(throat.Y, throat.X, throat.Height, throat.Width) : throat, alongX);
                    found.Add(new ChokeCandidate(point, rank));
                }

                x = run.To + 2;
            }
        }
    }

    private static CellRect Grown(CellRect rect, int x, int y) => new(rect.X - x, rect.Y - y, rect.Width + (2 * x), rect.Height + (2 * y));

    private static Run RunAt(CellBits open, int x, int y) => new(open.LastClearBefore(x, y) + 1, open.FirstClearAfter(x, y) - 1);

    private static bool TryFollow(CellBits open, Run run, int y, bool narrow, out CellRect throat, out int rank)
    {
        (int left, int right) = (run.From, run.To);
        throat = default;
        rank = 0;
        int narrowest = run.Width;
        if (!TryEnd(open, run, y, -1, narrow, ref left, ref right, ref narrowest, out int top)
            || !TryEnd(open, run, y, 1, narrow, ref left, ref right, ref narrowest, out int bottom))
        {
            return false;
        }

        throat = new CellRect(left, top, right - left + 1, bottom - top + 1);
        bool counts = throat.Height <= (narrow ? ChokePoints.LengthMax : WideLengthMax) && throat.Width <= (narrow ? NarrowMax : ChokePoints.WidthMax) + 1;
        if (counts)
        {
            ulong free = FreeOf(open, throat);
            rank = (narrowest * narrowest) + (free == (1UL << throat.Width) - 1 ? 0 : ChokeCandidate.Uneven);
            throat = free == 0 ? throat : throat with { X = throat.X + BitOperations.TrailingZeroCount(free), Width = WidthOf(free) };
        }

        return counts;
    }

    // The columns that are open in all its rows; none where a passage bends.
    private static ulong FreeOf(CellBits open, CellRect throat)
    {
        ulong free = (1UL << throat.Width) - 1;
        for (int y = throat.Y; y < throat.Y + throat.Height; y++)
        {
            free &= open.From(throat.X, y);
        }

        return free;
    }

    private static int WidthOf(ulong free) => BitOperations.TrailingZeroCount(~(free >> BitOperations.TrailingZeroCount(free)));

    // Goes on from row to row while exactly one narrow run follows; it must end at a wide one.
    private static bool TryEnd(CellBits open, Run run, int y, int step, bool narrow, ref int left, ref int right, ref int narrowest, out int last)
    {
        for (last = y; Math.Abs(last - y) < ChokePoints.LengthMax; last += step)
        {
            int next = last + step;
            int x = run.From;
            while (x <= run.To && !open[x, next])
            {
                x++;
            }

            if (x > run.To)
            {
                return false;
            }

            run = RunAt(open, x, next);
            if (run.Width > (narrow ? NarrowMax : ChokePoints.WidthMax))
            {
                return true;
            }

            if (!narrow && run.Width <= NarrowMax)
            {
                // A narrow passage leads out of it, which is the one that counts.
                return false;
            }

            left = Math.Min(left, run.From);
            right = Math.Max(right, run.To);
            narrowest = Math.Min(narrowest, run.Width);
        }

        return false;
    }

    private readonly record struct Run(int From, int To)
    {
        public int Width => To - From + 1;
    }
}
