namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Where an agent can stand: the free places above the spans of a <see cref="VoxelField"/>, one or more a column, each linked to those in the four columns
/// beside it that can be stepped on.
/// </summary>
internal sealed class OpenGround
{
    public const int NoLink = -1;

    private readonly int[] _starts;

    private OpenGround(int width, int depth, int places)
        : this(width, depth, new int[(width * depth) + 1], new int[places], new float[places], new int[places * 4], new byte[places])
    {
        Array.Fill(Links, NoLink);
    }

    private OpenGround(int width, int depth, int[] starts, int[] floor, float[] surface, int[] links, byte[] area) =>
        (Width, Depth, _starts, Floor, Surface, Links, Area) = (width, depth, starts, floor, surface, links, area);

    public int Width { get; }

    public int Depth { get; }

    public int Count => Floor.Length;

    /// <summary>Height of each place, in voxels.</summary>
    public int[] Floor { get; }

    /// <summary>Height of the ground in the middle of each place, in world units.</summary>
    public float[] Surface { get; }

    /// <summary>Of each place the one it leads to: west, south (higher z), east, north; or <see cref="NoLink"/>.</summary>
    public int[] Links { get; }

    /// <summary>Of each place the kind of ground, from 1; 0 where nobody can walk.</summary>
    public byte[] Area { get; }

    public static ReadOnlySpan<sbyte> StepX => [-1, 0, 1, 0];

    public static ReadOnlySpan<sbyte> StepZ => [0, 1, 0, -1];

    /// <summary>The same places, with kinds of ground of their own.</summary>
    public OpenGround WithOwnAreas() => new(Width, Depth, _starts, Floor, Surface, Links, (byte[])Area.Clone());

    /// <summary>The places of a column.</summary>
    public (int From, int To) Column(int x, int z) => (_starts[(z * Width) + x], _starts[(z * Width) + x + 1]);

    public static OpenGround Of(VoxelField field, int height, int climb)
    {
        OpenGround ground = new(field.Width, field.Depth, CountWalkable(field));
        int[] ceiling = new int[ground.Count];
        int count = 0;
        for (int column = 0; column < field.Width * field.Depth; column++)
        {
            ground._starts[column] = count;
            bool belowWalkable = false;
            int belowTop = 0;
            for (int at = field.First(column); at >= 0; at = field[at].Next)
            {
                ref VoxelField.Span span = ref field[at];

                // A kerb or a step that is too steep to stand on, one step above where one can stand, is stepped on.
                bool walkable = span.IsWalkable || (belowWalkable && span.Top - belowTop <= climb);
                int free = (span.Next >= 0 ? field[span.Next].Bottom : int.MaxValue / 2) - span.Top;
                if (walkable && free >= height)
                {
                    ground.Floor[count] = span.Top;
                    ground.Surface[count] = span.Surface;
                    ceiling[count] = span.Top + free;
                    ground.Area[count++] = 1;
                }

                (belowWalkable, belowTop) = (span.IsWalkable, span.Top);
            }
        }

        ground._starts[^1] = count;
        OpenGround trimmed = count == ground.Count ? ground : ground.Trimmed(count);
        trimmed.Link(ceiling, height, climb);
        trimmed.DropLedges(field, climb);
        return trimmed;
    }

    /// <summary>The cells of a grid, a place each, all at height 0; none of them is ground yet, see <see cref="Take"/>.</summary>
    public static OpenGround Of(Grid grid)
    {
        int cells = grid.Width * grid.Height;
        OpenGround ground = new(grid.Width, grid.Height, cells);
        for (int i = 0; i <= cells; i++)
        {
            ground._starts[i] = i;
        }

        int[] ceiling = new int[cells];
        Array.Fill(ceiling, int.MaxValue / 4);
        ground.Link(ceiling, 1, 0);
        return ground;
    }

    /// <summary>
    /// Takes a part of a grid's cells as they are: the open ones as ground, those of different cost as different kinds, less what is nearer to closed ones than a radius.
    /// </summary>
    /// <param name="radius">In half cells.</param>
    public void Take(Grid grid, CellRect part, int radius)
    {
        // What lies farther from the part than the radius does not matter to it.
        CellRect around = part.GrownBy((radius / 2) + 2).ClippedTo(Width, Depth);
        byte[] distance = new byte[around.Width * around.Height];
        for (int z = 0; z < around.Height; z++)
        {
            for (int x = 0; x < around.Width; x++)
            {
                distance[(z * around.Width) + x] = IsEdge(grid, around.X + x, around.Y + z) ? (byte)0 : byte.MaxValue;
            }
        }

        Chamfer(distance, around.Width, around.Height);
        for (int z = part.Y; z < part.Y + part.Height; z++)
        {
            for (int x = part.X; x < part.X + part.Width; x++)
            {
                bool isGround = grid.IsOpen(x, z) && distance[((z - around.Y) * around.Width) + x - around.X] >= radius;
                Area[(z * Width) + x] = isGround ? grid.CostEighths[(z * Width) + x] : (byte)0;
            }
        }
    }

    /// <summary>Takes away pieces of connected ground that have fewer places than asked for.</summary>
    public void DropSmall(int placesMin)
    {
        bool[] seen = new bool[Count];
        List<int> piece = [];
        for (int start = 0; start < Count; start++)
        {
            if (seen[start] || Area[start] == 0)
            {
                continue;
            }

            piece.Clear();
            piece.Add(start);
            seen[start] = true;
            for (int at = 0; at < piece.Count; at++)
            {
                for (int side = 0; side < 4; side++)
                {
                    int next = Links[(piece[at] * 4) + side];
                    if (next >= 0 && !seen[next] && Area[next] != 0)
                    {
                        seen[next] = true;
                        piece.Add(next);
                    }
                }
            }

            for (int at = 0; piece.Count < placesMin && at < piece.Count; at++)
            {
                Area[piece[at]] = 0;
            }
        }
    }

    // Closed, or beside a closed cell or the grid's edge.
    private static bool IsEdge(Grid grid, int x, int y) =>
        !grid.IsOpen(x, y) || !grid.IsOpen(x - 1, y) || !grid.IsOpen(x + 1, y) || !grid.IsOpen(x, y - 1) || !grid.IsOpen(x, y + 1);

    private static void Chamfer(byte[] distance, int width, int height)
    {
        for (int z = 0; z < height; z++)
        {
            for (int x = 0; x < width; x++)
            {
                Nearer(x, z, -1, 0, 2);
                Nearer(x, z, -1, -1, 3);
                Nearer(x, z, 0, -1, 2);
                Nearer(x, z, 1, -1, 3);
            }
        }

        for (int z = height - 1; z >= 0; z--)
        {
            for (int x = width - 1; x >= 0; x--)
            {
                Nearer(x, z, 1, 0, 2);
                Nearer(x, z, 1, 1, 3);
                Nearer(x, z, 0, 1, 2);
                Nearer(x, z, -1, 1, 3);
            }
        }

        void Nearer(int x, int z, int stepX, int stepZ, int cost)
        {
            if ((uint)(x + stepX) < (uint)width && (uint)(z + stepZ) < (uint)height)
            {
                int through = distance[((z + stepZ) * width) + x + stepX] + cost;
                ref byte here = ref distance[(z * width) + x];
                here = (byte)Math.Min(here, through);
            }
        }
    }

    /// <summary>Takes away the ground nearer to its edge than a radius, in half voxels (two passes of a chamfer, as Recast does it).</summary>
    public void Erode(int radius)
    {
        if (radius <= 0)
        {
            return;
        }

        byte[] distance = new byte[Count];
        Array.Fill(distance, byte.MaxValue);
        for (int i = 0; i < Count; i++)
        {
            bool inside = Area[i] != 0;
            for (int side = 0; side < 4 && inside; side++)
            {
                int next = Links[(i * 4) + side];
                inside = next >= 0 && Area[next] != 0;
            }

            distance[i] = inside ? byte.MaxValue : (byte)0;
        }

        for (int i = 0; i < Count; i++)
        {
            Near(distance, i, 0, 3);
            Near(distance, i, 3, 2);
        }

        for (int i = Count - 1; i >= 0; i--)
        {
            Near(distance, i, 2, 1);
            Near(distance, i, 1, 0);
        }

        for (int i = 0; i < Count; i++)
        {
            Area[i] = distance[i] < radius ? (byte)0 : Area[i];
        }
    }

    private void Near(byte[] distance, int at, int side, int turn)
    {
        int beside = Links[(at * 4) + side];
        if (beside < 0)
        {
            return;
        }

        distance[at] = (byte)Math.Min(distance[at], Math.Min(distance[beside] + 2, 255));
        int aslant = Links[(beside * 4) + turn];
        if (aslant >= 0)
        {
            distance[at] = (byte)Math.Min(distance[at], Math.Min(distance[aslant] + 3, 255));
        }
    }

    private static int CountWalkable(VoxelField field) => field.SpanCount;

    private OpenGround Trimmed(int count)
    {
        OpenGround trimmed = new(Width, Depth, count);
        _starts.CopyTo(trimmed._starts, 0);
        Floor.AsSpan(0, count).CopyTo(trimmed.Floor);
        Surface.AsSpan(0, count).CopyTo(trimmed.Surface);
        Area.AsSpan(0, count).CopyTo(trimmed.Area);
        return trimmed;
    }

    private void Link(int[] ceiling, int height, int climb)
    {
        for (int z = 0; z < Depth; z++)
        {
            for (int x = 0; x < Width; x++)
            {
                (int from, int to) = Column(x, z);
                for (int i = from; i < to; i++)
                {
                    for (int side = 0; side < 4; side++)
                    {
                        (int nextX, int nextZ) = (x + StepX[side], z + StepZ[side]);
                        if ((uint)nextX >= (uint)Width || (uint)nextZ >= (uint)Depth)
                        {
                            continue;
                        }

                        (int nextFrom, int nextTo) = Column(nextX, nextZ);
                        for (int next = nextFrom; next < nextTo; next++)
                        {
                            int gap = Math.Min(ceiling[i], ceiling[next]) - Math.Max(Floor[i], Floor[next]);
                            if (gap >= height && Math.Abs(Floor[next] - Floor[i]) <= climb)
                            {
                                Links[(i * 4) + side] = next;
                                break;
                            }
                        }
                    }
                }
            }
        }
    }

    // Where the ground falls away by more than a step beside a place, or rises round it by more than one in all, nobody stands.
    private void DropLedges(VoxelField field, int climb)
    {
        for (int z = 0; z < Depth; z++)
        {
            for (int x = 0; x < Width; x++)
            {
                (int from, int to) = Column(x, z);
                for (int i = from; i < to; i++)
                {
                    (int low, int high) = (Floor[i], Floor[i]);
                    bool falls = false;
                    for (int side = 0; side < 4; side++)
                    {
                        int next = Links[(i * 4) + side];
                        if (next >= 0)
                        {
                            (low, high) = (Math.Min(low, Floor[next]), Math.Max(high, Floor[next]));
                        }
                        else
                        {
                            falls |= Falls(field, x + StepX[side], z + StepZ[side], Floor[i], climb);
                        }
                    }

                    Area[i] = falls || high - low > climb ? (byte)0 : Area[i];
                }
            }
        }
    }

    // Nothing to stand on within a step, and no wall either.
    private static bool Falls(VoxelField field, int x, int z, int floor, int climb)
    {
        if ((uint)x >= (uint)field.Width || (uint)z >= (uint)field.Depth)
        {
            return true;
        }

        int bottom = int.MinValue / 2;
        for (int at = field.First((z * field.Width) + x); at >= 0; at = field[at].Next)
        {
            if (field[at].Bottom > floor + climb)
            {
                break;
            }

            bottom = field[at].Top;
        }

        return bottom < floor - climb;
    }
}
