namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The eight moves, clockwise from north (up), and which of them the search tries: by the nine open bits round a cell and by the
/// move that led into it.
/// </summary>
internal static class Directions
{
    public const int Count = 8;

    /// <summary>Stands for "no move led here": the start.</summary>
    public const int None = 8;

    /// <summary>The bits of the four straight moves.</summary>
    public const uint Straights = 0b0101_0101;

    private const int Rows = Count + 1;

    private static readonly byte[] AllMoves = new byte[512];
    private static readonly byte[] CanonicalMoves = new byte[512 * Rows];

    static Directions()
    {
        for (int window = 0; window < 512; window++)
        {
            int all = 0;
            for (int direction = 0; direction < Count; direction++)
            {
                all |= IsAllowed(window, direction) ? 1 << direction : 0;
            }

            AllMoves[window] = (byte)all;
            for (int direction = 0; direction < Count; direction++)
            {
                CanonicalMoves[(window * Rows) + direction] = (byte)(all & Canonical(window, direction));
            }

            CanonicalMoves[(window * Rows) + None] = (byte)all;
        }
    }

    public static ReadOnlySpan<sbyte> StepX => [0, 1, 1, 1, 0, -1, -1, -1];

    public static ReadOnlySpan<sbyte> StepY => [-1, -1, 0, 1, 1, 1, 0, -1];

    /// <summary>Every move that neither enters a closed cell nor cuts the corner of one.</summary>
    public static int All(uint window) => AllMoves[window];

    /// <summary>
    /// The moves that are needed where all cells cost the same: of the many optimal paths that differ only in the order of
    /// their moves, the one with its diagonals first (D. Harabor and A. Grastien's pruning rules for jump point search, AAAI 2011,
    /// in the variant without corner cutting). A move is left out if the previous cell reaches its end as cheaply without this cell.
    /// </summary>
    public static int Canonical(uint window, int cameBy) => CanonicalMoves[(window * Rows) + cameBy];

    private static bool IsAllowed(int window, int direction)
    {
        int x = StepX[direction];
        int y = StepY[direction];
        return IsOpen(window, x, y) && IsOpen(window, x, 0) && IsOpen(window, 0, y);
    }

    private static int Canonical(int window, int direction)
    {
        int x = StepX[direction];
        int y = StepY[direction];
        int left = (direction + 6) % Count;
        int right = (direction + 2) % Count;
        if (x != 0 && y != 0)
        {
            return (1 << direction) | (1 << ((direction + 7) % Count)) | (1 << ((direction + 1) % Count));
        }

        int moves = 1 << direction;
        if (!IsOpen(window, StepX[left] - x, StepY[left] - y))
        {
            moves |= (1 << left) | (1 << ((direction + 7) % Count));
        }

        if (!IsOpen(window, StepX[right] - x, StepY[right] - y))
        {
            moves |= (1 << right) | (1 << ((direction + 1) % Count));
        }

        return moves;
    }

    private static bool IsOpen(int window, int x, int y) => (window >> (((y + 1) * 3) + x + 1) & 1) != 0;
}
