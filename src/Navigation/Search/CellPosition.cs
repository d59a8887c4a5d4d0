namespace RealtimeServer.Navigation.Search;

/// <summary>A cell in 32 bits: 16 for its row, 16 for its column.</summary>
internal static class CellPosition
{
    public static uint Pack(int x, int y) => ((uint)y << 16) | (uint)x;

    public static int X(uint position) => (int)(position & 0xFFFF);

    public static int Y(uint position) => (int)(position >> 16);
}
