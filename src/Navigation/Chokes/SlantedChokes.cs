using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>
/// Finds the choke points that run aslant. Where two walls come nearest to each other along neither axis, they do so with two corners: of those that are each
/// other's nearest, the way between them is followed to both sides until the walls fall back.
/// </summary>
internal sealed class SlantedChokes
{
    // From the middle of two corners to each.
    private const int HalfSpan = (ChokePoints.WidthMax / 2) + 1;

    private const int CornersPerRead = CellBits.Span - 1;

    private readonly CellBits _open;
    private readonly ChokeWalls _walls;
    private readonly ChokeFitter _fitter;

    public SlantedChokes(CellBits open, ChokeWalls walls, ChokeFitter fitter) => (_open, _walls, _fitter) = (open, walls, fitter);

    /// <summary>Where the middle cells of those lie that a change of these cells may make or unmake, or turn.</summary>
    public static CellRect TouchedBy(CellRect changed) => changed.GrownBy(ChokeFitter.DecidedWithin);

    /// <summary>Adds all that have their middle cells in an area, with an axis that stands on the line between their corners.</summary>
    public void Find(CellRect area, List<ChokeCandidate> found)
    {
        CellRect corners = area.GrownBy(HalfSpan).ClippedTo(_open.Width + 1, _open.Height + 1);
        for (int y = corners.Y; y < corners.Y + corners.Height; y++)
        {
            for (int x = corners.X; x < corners.X + corners.Width; x += CornersPerRead)
            {
                int count = Math.Min(CornersPerRead, corners.X + corners.Width - x);
                AddGaps(area, Corners(x, y, count, isUpper: true, side: 1), x, y, 1, found);
                AddGaps(area, Corners(x, y, count, isUpper: true, side: -1), x, y, -1, found);
            }
        }
    }

    // Of a row of corners of cells from x on, those with a wall above (or below) and to the left (side 1) or right, and open cells round the rest.
    private ulong Corners(int x, int y, int count, bool isUpper, int side)
    {
        if (y < 0 || y > _open.Height || count <= 0)
        {
            return 0;
        }

        int before = Math.Max(-x, 0);
        count = Math.Min(count, _open.Width + 1 - x);
        if (count <= before)
        {
            return 0;
        }

        ulong above = _open.From(x + before - 1, y - 1);
        ulong below = _open.From(x + before - 1, y);
        (ulong wall, ulong open) = isUpper ? (above, below) : (below, above);
        bool isLeft = isUpper == (side > 0);
        ulong corners = open & (open >> 1) & (isLeft ? ~wall & (wall >> 1) : wall & ~(wall >> 1));
        return (corners & ((1UL << (count - before)) - 1)) << before;
    }

    private void AddGaps(CellRect area, ulong uppers, int x, int y, int side, List<ChokeCandidate> found)
    {
        for (; uppers != 0; uppers &= uppers - 1)
        {
            int upper = x + BitOperations.TrailingZeroCount(uppers);
            int nearest = Nearest(upper, y, side, isUpper: true);
            for (int dy = 0; dy <= ChokePoints.WidthMax && nearest != int.MaxValue; dy++)
            {
                int dx = SquareRoot(nearest - (dy * dy));
                if (dx >= 0 && HasCorner(upper + (side * dx), y + dy, side) && Nearest(upper + (side * dx), y + dy, side, isUpper: false) == nearest)
                {
                    AddGap(area, upper, y, side * dx, dy, side, nearest, found);
                }
            }
        }
    }

    private void AddGap(CellRect area, int x, int y, int dx, int dy, int side, int square, List<ChokeCandidate> found)
    {
        ulong key = ChokePoint.SlantedKey(x, y, dx, dy);
        if (!area.Contains(ChokePoint.MiddleOf(key)) || !(_walls.IsWall(x - (side > 0 ? 1 : 0), y - 1) || _walls.IsWall(x + dx - (side > 0 ? 0 : 1), y + dy)))
        {
            return;
        }

        if (_fitter.TryFollow(new Vec2(x, y), new Vec2(x + dx, y + dy), key, out ChokePoint point))
        {
            found.Add(new ChokeCandidate(point, square));
        }
    }

    private bool HasCorner(int x, int y, int side) => x >= 0 && x <= _open.Width && (Corners(x, y, 1, isUpper: false, side) & 1) != 0;

    // The square of the distance from a corner to the nearest of those that face it.
    private int Nearest(int x, int y, int side, bool isUpper)
    {
        int least = int.MaxValue;
        const int Reach = ChokePoints.WidthMax;
        bool toRight = isUpper == (side > 0);
        for (int dy = 0; dy <= Reach && dy * dy < least; dy++)
        {
            ulong row = Corners(toRight ? x : x - Reach, isUpper ? y + dy : y - dy, Reach + 1, !isUpper, side);
            if (row != 0)
            {
                int dx = toRight ? BitOperations.TrailingZeroCount(row) : Reach - BitOperations.Log2(row);
                least = Math.Min(least, (dx * dx) + (dy * dy));
            }
        }

        return least <= Reach * Reach ? least : int.MaxValue;
    }

    // Of a square number, else -1.
    private static int SquareRoot(int square)
    {
        for (int root = 0; root <= ChokePoints.WidthMax; root++)
        {
            if (root * root == square)
            {
                return root;
            }
        }

        return -1;
    }
}
