using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>Questions to the closed cells round a passage. What is outside is closed.</summary>
internal sealed class ChokeWalls
{
    // How far a wall reaches, in cells, that is no pillar.
    private const int WallReach = 4;

    private readonly CellBits _open;

    public ChokeWalls(CellBits open) => _open = open;

    public bool IsOpen(Vec2 at) => IsOpen((int)MathF.Floor(at.X), (int)MathF.Floor(at.Y));

    public bool IsOpen(int x, int y) => (uint)x < (uint)_open.Width && (uint)y < (uint)_open.Height && _open[x, y];

    /// <summary>How far it is from a point in an open cell to a closed one, no farther than so much: from border to border of cells (Amanatides and Woo, 1987).</summary>
    public float Room(Vec2 from, Vec2 direction, float most)
    {
        (int x, int y) = ((int)from.X, (int)from.Y);
        (int stepX, int stepY) = (direction.X < 0 ? -1 : 1, direction.Y < 0 ? -1 : 1);
        float perX = direction.X == 0 ? float.MaxValue : 1 / MathF.Abs(direction.X);
        float perY = direction.Y == 0 ? float.MaxValue : 1 / MathF.Abs(direction.Y);
        float nextX = direction.X == 0 ? float.MaxValue : (stepX > 0 ? x + 1 - from.X : from.X - x) * perX;
        float nextY = direction.Y == 0 ? float.MaxValue : (stepY > 0 ? y + 1 - from.Y : from.Y - y) * perY;
        while (true)
        {
            float room;
            if (nextX < nextY)
            {
                (room, nextX, x) = (nextX, nextX + perX, x + stepX);
            }
            else
            {
                (room, nextY, y) = (nextY, nextY + perY, y + stepY);
            }

            if (room >= most || !IsOpen(x, y))
            {
                return Math.Min(room, most);
            }
        }
    }

    /// <summary>Whether the closed cells that hang together with one, across corners too, reach so far that they are not gone round in a few steps.</summary>
    public bool IsWall(int x, int y)
    {
        const int Side = (2 * WallReach) + 1;
        const uint All = (1u << Side) - 1;
        const uint Ends = 1u | (1u << (Side - 1));
        Span<uint> closed = stackalloc uint[Side];
        Span<uint> reached = stackalloc uint[Side + 2];
        reached.Clear();
        for (int row = 0; row < Side; row++)
        {
            closed[row] = Closed(x - WallReach, y + row - WallReach) & All;
        }

        reached[WallReach + 1] = 1u << WallReach;
        for (bool grows = true; grows;)
        {
            grows = false;
            for (int row = 1; row <= Side; row++)
            {
                uint near = reached[row - 1] | reached[row] | reached[row + 1];
                uint next = (near | (near << 1) | (near >> 1)) & closed[row - 1];
                if (next != reached[row])
                {
                    grows = true;
                    reached[row] = next;
                    if ((next & (row is 1 or Side ? All : Ends)) != 0)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    // The closed cells of a row from x on, up to 32; all that is outside is.
    private uint Closed(int x, int y)
    {
        if ((uint)y >= (uint)_open.Height || x >= _open.Width)
        {
            return uint.MaxValue;
        }

        int before = Math.Max(-x, 0);
        ulong open = _open.From(x + before, y) & ((1UL << Math.Min(32, _open.Width - x - before)) - 1);
        return ~(uint)(open << before);
    }
}
