using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>Lays free rectangles through passages, from a place between their walls on, and turns them until they stand on these.</summary>
internal sealed class ChokeFitter
{
    /// <summary>All answers depend on cells within so many cells of the middle.</summary>
    public const int DecidedWithin = 18;

    // Along a passage, in cells; beyond three across a gate counts only as deep as those along an axis.
    private const int LengthMax = 10;
    private const int NarrowMax = 3;
    private const int WideLengthMax = 6;

    // A wall of cells that runs aslant is a staircase; by its notches on both sides a passage widens that goes on.
    private const float Notches = 1.5f;

    // With less room, in cells, a passage of single cells leads round corners.
    private const float HalfWidthMin = 0.5f;

    // Between two looks along the passage, in cells.
    private const float Step = 0.5f;

    // So many turns of an axis are tried where it leads into a wall.
    private const int SmallTurns = 8;

    // What an axis may cost of the room of the widest.
    private const float Narrower = 0.75f;

    // Of the ground before the mouths that decides on the axis.
    private const int Forecourt = 4;

    // Turns of an axis, as cosine and sine: 5 degrees, 10 and so on to 45, each to both sides.
    private static readonly Vec2[] Turns =
    [
        new(0.99619470f, -0.08715574f), new(0.99619470f, 0.08715574f), new(0.98480775f, -0.17364818f), new(0.98480775f, 0.17364818f),
        new(0.96592583f, -0.25881905f), new(0.96592583f, 0.25881905f), new(0.93969262f, -0.34202014f), new(0.93969262f, 0.34202014f),
        new(0.90630779f, -0.42261826f), new(0.90630779f, 0.42261826f), new(0.86602540f, -0.5f), new(0.86602540f, 0.5f),
        new(0.81915204f, -0.57357644f), new(0.81915204f, 0.57357644f), new(0.76604444f, -0.64278761f), new(0.76604444f, 0.64278761f),
        new(0.70710678f, -0.70710678f), new(0.70710678f, 0.70710678f),
    ];

    private readonly ChokeWalls _walls;

    public ChokeFitter(ChokeWalls walls) => _walls = walls;

    /// <summary>The free rectangle between two corners that face each other, on the line between them or nearly so; it ends where both walls fall back.</summary>
    public bool TryFollow(Vec2 from, Vec2 to, ulong key, out ChokePoint point)
    {
        point = default;
        float span = Vec2.Distance(from, to);
        Vec2 across = (to - from) / span;
        for (float along = Step; along < span; along += Step)
        {
            if (!_walls.IsOpen(from + (across * along)))
            {
                return false;
            }
        }

        // In a thick wall the corners that are nearest may lie so that what stands on the line between them leads into it.
        Vec2 axis = -across.Perpendicular;
        Vec2 middle = Vec2.Lerp(from, to, 0.5f);
        bool leadsThrough = TryLay(middle, axis, span, key, HalfWidthMin, out point);
        for (int turn = 0; turn < SmallTurns && !leadsThrough; turn++)
        {
            leadsThrough = TryLay(middle, Turned(axis, turn), span, key, HalfWidthMin, out point);
        }

        return leadsThrough;
    }

    /// <summary>
    /// The same passage with an axis that stands on its walls: those that run aslant lie before both mouths alike only then, while the corners that are
    /// nearest may be those of two stairs.
    /// </summary>
    public ChokePoint Fit(ChokePoint point)
    {
        bool isStraight = point.Kind != ChokePoint.Slanted;
        if (isStraight && (2 * point.HalfLength > LengthMax || IsFlat(point) || !IsWallBeside(point, 1) || !IsWallBeside(point, -1)))
        {
            return point;
        }

        (Vec2 middle, float span) = isStraight ? (point.Middle, 2 * point.HalfWidth) : ChokePoint.Between(point.Key);
        ChokePoint best = point;
        int most = Forecourts(point);
        for (int turn = 0; turn < Turns.Length && most < 2 * Forecourt * Forecourt; turn++)
        {
            if (TryLay(middle, Turned(point.Axis, turn), span, point.Key, Math.Max(point.HalfWidth * Narrower, HalfWidthMin), out ChokePoint tried))
            {
                int room = Forecourts(tried);
                (most, best) = room > most ? (room, tried) : (most, best);
            }
        }

        return best;
    }

    private static Vec2 Turned(Vec2 axis, int turn) =>
        new((axis.X * Turns[turn].X) - (axis.Y * Turns[turn].Y), (axis.X * Turns[turn].Y) + (axis.Y * Turns[turn].X));

    // Whether the walls stand on the axis: beside two of the four corners at least nothing stands out of them, nor are they behind.
    private bool IsFlat(ChokePoint point)
    {
        int flat = 0;
        for (int corner = 0; corner < 4; corner++)
        {
            (int direction, int side) = ((corner & 1) == 0 ? 1 : -1, (corner & 2) == 0 ? 1 : -1);
            bool isFlat = true;
            for (int i = 0; i < Forecourt; i++)
            {
                float aside = side * (point.HalfWidth + i + 0.5f);
                isFlat &= !_walls.IsOpen(point.Middle + point.World(new Vec2(direction * (point.HalfLength - 0.5f), aside)))
                    && _walls.IsOpen(point.Middle + point.World(new Vec2(direction * (point.HalfLength + 0.5f), aside)));
            }

            flat += isFlat ? 1 : 0;
        }

        return flat >= 2;
    }

    private bool IsWallBeside(ChokePoint point, int side)
    {
        Cell cell = Cell.At(point.Middle + (point.Axis.Perpendicular * (side * (point.HalfWidth + 0.5f))));
        return _walls.IsWall(cell.X, cell.Y);
    }

    // The widest free rectangle along an axis that ends where the walls fall back on both sides.
    private bool TryLay(Vec2 middle, Vec2 axis, float span, ulong key, float halfWidthMin, out ChokePoint point)
    {
        (float left, float right) = (span * 0.5f, span * 0.5f);
        float most = span <= NarrowMax ? LengthMax : WideLengthMax;
        point = default;
        if (!TryEnd(middle, axis, span, most, halfWidthMin, ref left, ref right, out float forward)
            || !TryEnd(middle, -axis, span, most - forward, halfWidthMin, ref right, ref left, out float backward) || forward + backward == 0)
        {
            return false;
        }

        Vec2 moved = middle + (axis * ((forward - backward) * 0.5f)) + (axis.Perpendicular * ((right - left) * 0.5f));
        point = new ChokePoint(moved, axis, (forward + backward) * 0.5f, (left + right) * 0.5f, key);
        return true;
    }

    // How much of the ground beside the way is open before both mouths, of the less open side at each.
    private int Forecourts(ChokePoint point)
    {
        int open = 0;
        for (int direction = -1; direction <= 1; direction += 2)
        {
            (int right, int left) = (0, 0);
            for (int i = 0; i < Forecourt; i++)
            {
                for (int k = 0; k < Forecourt; k++)
                {
                    Vec2 local = new(direction * (point.HalfLength + i + 0.5f), point.HalfWidth + k + 0.5f);
                    right += _walls.IsOpen(point.Middle + point.World(local)) ? 1 : 0;
                    left += _walls.IsOpen(point.Middle + point.World(new Vec2(local.X, -local.Y))) ? 1 : 0;
                }
            }

            open += Math.Min(right, left);
        }

        return open;
    }

    // Goes on from the middle, at most so far; left and right become the least room beside the way.
    private bool TryEnd(Vec2 middle, Vec2 axis, float span, float lengthMax, float halfWidthMin, ref float left, ref float right, out float length)
    {
        Vec2 across = axis.Perpendicular;
        float most = span + Notches;
        for (length = 0; length <= lengthMax; length += Step)
        {
            Vec2 at = middle + (axis * (length + (Step * 0.5f)));
            if (!_walls.IsOpen(at))
            {
                return false;
            }

            float toLeft = _walls.Room(at, -across, most);
            float toRight = _walls.Room(at, across, most);
            if (toLeft + toRight >= most)
            {
                return true;
            }

            (left, right) = (Math.Min(left, toLeft), Math.Min(right, toRight));
            if (left + right < 2 * halfWidthMin)
            {
                return false;
            }
        }

        return false;
    }
}
