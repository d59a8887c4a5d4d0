using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>A short passage between two open places, so narrow that two crowds cannot pass each other in it: a rectangle of free ground, in any direction.</summary>
/// <param name="Middle">Of the rectangle. World units.</param>
/// <param name="Axis">The direction in which one passes it, of length 1; the other way round as well.</param>
/// <param name="HalfLength">Half of the way through, from the middle to a mouth. World units.</param>
/// <param name="HalfWidth">Half of its width. World units.</param>
/// <param name="Key">A number that stays the same while the passage does, never 0.</param>
public readonly record struct ChokePoint(Vec2 Middle, Vec2 Axis, float HalfLength, float HalfWidth, ulong Key) : IPlaced
{
    internal const int AlongY = 0;
    internal const int AlongX = 1;
    internal const int Slanted = 2;
    internal const int Kinds = 3;

    private const ulong SlantedBit = 1UL << 63;

    /// <summary>One that runs along x or y.</summary>
    /// <param name="throat">The cells of the narrow part.</param>
    /// <param name="alongX">True if one passes it in the direction of x, false for y.</param>
    public static ChokePoint Straight(CellRect throat, bool alongX)
    {
        ulong key = 1 + (((ulong)throat.Y << 33) | ((ulong)throat.X << 17) | ((ulong)throat.Height << 9) | ((ulong)throat.Width << 1) | (alongX ? 1u : 0u));
        return alongX
            ? new ChokePoint(throat.Centre, new Vec2(1, 0), throat.Width * 0.5f, throat.Height * 0.5f, key)
            : new ChokePoint(throat.Centre, new Vec2(0, 1), throat.Height * 0.5f, throat.Width * 0.5f, key);
    }

    /// <summary>The key of one between the corners of two walls, the second at most seven cells to either side of the first and as many below it.</summary>
    internal static ulong SlantedKey(int x, int y, int dx, int dy) => SlantedBit | ((ulong)y << 24) | ((ulong)x << 8) | ((ulong)(dx + 8) << 4) | (uint)dy;

    /// <summary>The cell in the middle of the throat, or halfway between the two corners, that a key is of.</summary>
    internal static Cell MiddleOf(ulong key)
    {
        if ((key & SlantedBit) != 0)
        {
            (int dx, int dy) = ((int)((key >> 4) & 15) - 8, (int)(key & 15));
            return new Cell(((2 * (int)((key >> 8) & 0xFFFF)) + dx) >> 1, ((2 * (int)((key >> 24) & 0xFFFF)) + dy) >> 1);
        }

        ulong throat = key - 1;
        return new Cell((int)((throat >> 17) & 0xFFFF) + (int)((throat >> 2) & 0x7F), (int)(throat >> 33) + (int)((throat >> 10) & 0x7F));
    }

    /// <summary>The middle of the two corners that the key of a slanted one is of, and how far they are apart.</summary>
    internal static (Vec2 Middle, float Span) Between(ulong key)
    {
        Vec2 across = new((int)((key >> 4) & 15) - 8, (int)(key & 15));
        return (new Vec2((int)((key >> 8) & 0xFFFF), (int)((key >> 24) & 0xFFFF)) + (across * 0.5f), across.Length);
    }

    /// <summary><see cref="AlongY"/> or <see cref="AlongX"/> for one found along an axis, else <see cref="Slanted"/>.</summary>
    internal int Kind => (Key & SlantedBit) != 0 ? Slanted : (int)((Key - 1) & 1);

    /// <summary>The cells round the rectangle.</summary>
    public CellRect Cells
    {
        get
        {
            float x = (MathF.Abs(Axis.X) * HalfLength) + (MathF.Abs(Axis.Y) * HalfWidth);
            float y = (MathF.Abs(Axis.Y) * HalfLength) + (MathF.Abs(Axis.X) * HalfWidth);
            (int left, int top) = ((int)MathF.Floor(Middle.X - x), (int)MathF.Floor(Middle.Y - y));
            return new CellRect(left, top, (int)MathF.Ceiling(Middle.X + x) - left, (int)MathF.Ceiling(Middle.Y + y) - top);
        }
    }

    /// <summary>Where travellers look for it.</summary>
    CellRect IPlaced.Ground => Cells.GrownBy(ChokePoints.Surroundings);

    /// <summary>True if two fit beside each other only if they are very small.</summary>
    internal bool IsOneWide => HalfWidth < 1;

    bool IPlaced.IsIn(CellRect area) => area.Contains(MiddleOf(Key));

    /// <summary>A point as the passage sees it: X along it from its middle, Y across it, a quarter turn on; to the right of those who pass it forward.</summary>
    internal Vec2 Local(Vec2 point)
    {
        Vec2 from = point - Middle;
        return new Vec2(Vec2.Dot(from, Axis), Vec2.Cross(Axis, from));
    }

    /// <summary>A direction that the passage sees, as the world does.</summary>
    internal Vec2 World(Vec2 direction) => (Axis * direction.X) + (Axis.Perpendicular * direction.Y);

    /// <summary>The middle of the side on which those come in who go in a direction, 1 or -1.</summary>
    internal Vec2 Mouth(int direction) => Middle - (Axis * (HalfLength * direction));

    /// <summary>How far a local point is before the mouth at which those come in who go in a direction; less than 0 for one that is farther in.</summary>
    internal float Before(Vec2 local, int direction) => -HalfLength - (local.X * direction);

    /// <summary>How far a local point is beyond the mouth at which those come out who go in a direction.</summary>
    internal float Beyond(Vec2 local, int direction) => (local.X * direction) - HalfLength;

    /// <summary>Whether a point lies in the rectangle with so much more before its mouths and beside it.</summary>
    internal bool Covers(Vec2 point, float moreAlong, float moreAcross)
    {
        Vec2 at = Local(point);
        return MathF.Abs(at.X) < HalfLength + moreAlong && MathF.Abs(at.Y) < HalfWidth + moreAcross;
    }

    /// <summary>1 if the next legs of a way lead through forward, -1 if backward, 0 if they do not.</summary>
    internal int Crossing(in ChokeTraveller traveller)
    {
        int crossing = Crossing(traveller.Position, traveller.Next);
        crossing = crossing != 0 ? crossing : Crossing(traveller.Next, traveller.After);
        return crossing != 0 ? crossing : Crossing(traveller.After, traveller.Later);
    }

    private int Crossing(Vec2 a, Vec2 b)
    {
        Vec2 from = Local(a);
        Vec2 to = Local(b);
        if ((from.X < 0) == (to.X < 0))
        {
            return 0;
        }

        float across = from.Y - ((to.Y - from.Y) * (from.X / (to.X - from.X)));
        return MathF.Abs(across) > HalfWidth ? 0 : from.X < 0 ? 1 : -1;
    }
}
