using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Takes back how a tile is turned and mirrored where it lies.</summary>
internal static class TileTurn
{
    private const double Sin60 = 0.86602540378443864676;

    /// <summary>The place in a tile's own picture that is seen at (x, y) of the turned one, in pixels from the upper left corner.</summary>
    public static (double X, double Y) Undo(double x, double y, Vec2 size, TileFlip flip, bool isHexagon)
    {
        if (isHexagon)
        {
            (x, y) = TurnBack(x - (size.X / 2), y - (size.Y / 2), flip);
            (x, y) = (x + (size.X / 2), y + (size.Y / 2));
        }

        Vec2 seen = SizeSeen(size, flip, isHexagon);
        x = (flip & TileFlip.Horizontal) != 0 ? seen.X - x : x;
        y = (flip & TileFlip.Vertical) != 0 ? seen.Y - y : y;
        return !isHexagon && (flip & TileFlip.Diagonal) != 0 ? (y, x) : (x, y);
    }

    /// <summary>How large a picture is as it is seen: mirrored at the diagonal, its sides change places.</summary>
    public static Vec2 SizeSeen(Vec2 size, TileFlip flip, bool isHexagon) =>
        !isHexagon && (flip & TileFlip.Diagonal) != 0 ? new Vec2(size.Y, size.X) : size;

    // By 60, 120 or both, counter-clockwise as seen with y growing downward.
    private static (double X, double Y) TurnBack(double x, double y, TileFlip flip) => (flip & (TileFlip.Diagonal | TileFlip.Turn120)) switch
    {
        TileFlip.Diagonal => ((0.5 * x) + (Sin60 * y), (0.5 * y) - (Sin60 * x)),
        TileFlip.Turn120 => ((-0.5 * x) + (Sin60 * y), (-0.5 * y) - (Sin60 * x)),
        TileFlip.Diagonal | TileFlip.Turn120 => (-x, -y),
        _ => (x, y),
    };
}
