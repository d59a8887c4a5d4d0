using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Triangles as voxels: of each column of the ground the solid spans, from below. (M. Mononen, Recast; the steps from triangles to polygons follow it:
/// spans, open ground, regions, outlines,
/// polygons.)
/// </summary>
internal sealed class VoxelField
{
    private const int None = -1;
    private readonly Vec3 _low;
    private readonly float _cellSize;
    private readonly float _cellHeight;
    private readonly int _heightMax;
    private readonly int[] _first;
    private Span[] _spans = new Span[4096];
    private int _used;
    private int _free = None;

    public VoxelField(Vec3 low, Vec3 high, int width, int depth, NavMeshSettings settings)
    {
        _low = low;
        _cellSize = settings.CellSize;
        _cellHeight = settings.CellHeight;
        _heightMax = (int)MathF.Ceiling((high.Y - low.Y) / settings.CellHeight) + 1;
        Width = width;
        Depth = depth;
        _first = new int[width * depth];
        Array.Fill(_first, None);
    }

    public int Width { get; }

    public int Depth { get; }

    public int SpanCount { get; private set; }

    /// <summary>The lowest span of a column, or -1.</summary>
    public int First(int column) => _first[column];

    public ref Span this[int span] => ref _spans[span];

    /// <summary>Makes solid what a triangle goes through.</summary>
    /// <param name="walkable">True if agents can stand on it.</param>
    /// <param name="step">Voxels within which two tops count as one, so that a rug makes the floor under it no wall.</param>
    public void Add(Vec3 a, Vec3 b, Vec3 c, bool walkable, int step)
    {
        Span<Vec3> polygon = stackalloc Vec3[8];
        Span<Vec3> row = stackalloc Vec3[8];
        Span<Vec3> cell = stackalloc Vec3[8];
        Span<Vec3> rest = stackalloc Vec3[8];
        Span<Vec3> restOfRow = stackalloc Vec3[8];
        polygon[0] = a - _low;
        polygon[1] = b - _low;
        polygon[2] = c - _low;
        int count = 3;
        Surface surface = new(polygon[0], polygon[1], polygon[2]);
        Vec3 least = Vec3.Min(Vec3.Min(polygon[0], polygon[1]), polygon[2]);
        Vec3 most = Vec3.Max(Vec3.Max(polygon[0], polygon[1]), polygon[2]);
        int firstRow = Math.Clamp((int)MathF.Floor(least.Z / _cellSize), 0, Depth - 1);
        int lastRow = Math.Clamp((int)MathF.Floor(most.Z / _cellSize), 0, Depth - 1);
        for (int z = firstRow; z <= lastRow && count >= 3; z++)
        {
            Cut(polygon[..count], (z + 1) * _cellSize, axis: 2, row, out int inRow, rest, out int left);
            rest[..left].CopyTo(polygon);
            count = left;
            if (inRow < 3)
            {
                continue;
            }

            (float lowX, float highX) = Extent(row[..inRow], 0);
            int firstCell = Math.Clamp((int)MathF.Floor(lowX / _cellSize), 0, Width - 1);
            int lastCell = Math.Clamp((int)MathF.Floor(highX / _cellSize), 0, Width - 1);
            for (int x = firstCell; x <= lastCell && inRow >= 3; x++)
            {
                Cut(row[..inRow], (x + 1) * _cellSize, axis: 0, cell, out int inCell, restOfRow, out int leftOfRow);
                restOfRow[..leftOfRow].CopyTo(row);
                inRow = leftOfRow;
                if (inCell >= 3)
                {
                    (float low, float high) = Extent(cell[..inCell], 1);
                    int bottom = Math.Clamp((int)MathF.Floor(low / _cellHeight), 0, _heightMax);
                    int top = Math.Clamp((int)MathF.Ceiling(high / _cellHeight), bottom + 1, _heightMax + 1);
                    (float middleX, float middleZ) = ((x + 0.5f) * _cellSize, (z + 0.5f) * _cellSize);
                    float height = Math.Clamp(surface.HeightAt(middleX, middleZ), low, high) + _low.Y;
                    bool isMiddle = surface.Covers(middleX, middleZ);
                    AddSpan((z * Width) + x, new Span { Bottom = bottom, Top = top, Surface = height, IsMiddle = isMiddle, IsWalkable = walkable }, step);
                }
            }
        }
    }

    private static (float Low, float High) Extent(ReadOnlySpan<Vec3> polygon, int axis)
    {
        (float low, float high) = (float.MaxValue, float.MinValue);
        foreach (Vec3 point in polygon)
        {
            low = Math.Min(low, point[axis]);
            high = Math.Max(high, point[axis]);
        }

        return (low, high);
    }

    // Sutherland and Hodgman: what of a convex polygon lies below a plane, and what above.
    private static void Cut(ReadOnlySpan<Vec3> polygon, float plane, int axis, Span<Vec3> below, out int belowCount, Span<Vec3> above, out int aboveCount)
    {
        (belowCount, aboveCount) = (0, 0);
        Vec3 before = polygon[^1];
        float distanceBefore = plane - before[axis];
        foreach (Vec3 point in polygon)
        {
            float distance = plane - point[axis];
            if (distanceBefore >= 0 != distance >= 0)
            {
                Vec3 cut = before + ((point - before) * (distanceBefore / (distanceBefore - distance)));
                below[belowCount++] = cut;
                above[aboveCount++] = cut;
            }

            if (distance > 0)
            {
                below[belowCount++] = point;
            }
            else if (distance < 0)
            {
                above[aboveCount++] = point;
            }
            else
            {
                if (distanceBefore >= 0)
                {
                    below[belowCount++] = point;
                }

                if (distanceBefore <= 0 || distanceBefore >= 0)
                {
                    above[aboveCount++] = point;
                }
            }

            before = point;
            distanceBefore = distance;
            if (belowCount > 6 || aboveCount > 6)
            {
                break;
            }
        }
    }

    private void AddSpan(int column, Span span, int step)
    {
        int before = None;
        int at = _first[column];
        while (at != None && _spans[at].Bottom <= span.Top)
        {
            ref Span met = ref _spans[at];
            if (met.Top < span.Bottom)
            {
                before = at;
                at = met.Next;
                continue;
            }

            // They touch: one span of both; the top one says whether one can stand on it, both where the tops are level.
            span.IsWalkable = Math.Abs(met.Top - span.Top) <= step ? span.IsWalkable | met.IsWalkable : met.Top > span.Top ? met.IsWalkable : span.IsWalkable;
            bool isMet = met.IsMiddle != span.IsMiddle && Math.Abs(met.Top - span.Top) <= step ? met.IsMiddle
                : met.Top > span.Top || (met.Top == span.Top && met.Surface > span.Surface);
            (span.Surface, span.IsMiddle) = isMet ? (met.Surface, met.IsMiddle) : (span.Surface, span.IsMiddle);
            span.Bottom = Math.Min(span.Bottom, met.Bottom);
            span.Top = Math.Max(span.Top, met.Top);
            int next = met.Next;
            met.Next = _free;
            _free = at;
            SpanCount--;
            ref int link = ref (before == None ? ref _first[column] : ref _spans[before].Next);
            link = next;
            at = next;
        }

        int added = _free;
        if (added != None)
        {
            _free = _spans[added].Next;
        }
        else
        {
            added = _used++;
            if (added == _spans.Length)
            {
                Array.Resize(ref _spans, added * 2);
            }
        }

        span.Next = at;
        _spans[added] = span;
        SpanCount++;
        if (before == None)
        {
            _first[column] = added;
        }
        else
        {
            _spans[before].Next = added;
        }
    }

    // The plane of a triangle; one that stands upright has its highest corner for a height.
    private readonly struct Surface
    {
        private readonly Vec3 _a;
        private readonly Vec3 _b;
        private readonly Vec3 _c;
        private readonly float _slopeX;
        private readonly float _slopeZ;
        private readonly float _height;

        public Surface(Vec3 a, Vec3 b, Vec3 c)
        {
            (_a, _b, _c) = (a, b, c);
            Vec3 normal = Vec3.Cross(b - a, c - a);
            bool isUpright = MathF.Abs(normal.Y) <= 1e-6f * normal.Length;
            _height = isUpright ? Math.Max(a.Y, Math.Max(b.Y, c.Y)) : a.Y;
            _slopeX = isUpright ? 0 : -normal.X / normal.Y;
            _slopeZ = isUpright ? 0 : -normal.Z / normal.Y;
        }

        public float HeightAt(float x, float z) => _height + ((x - _a.X) * _slopeX) + ((z - _a.Z) * _slopeZ);

        // As seen from above, its edges included.
        public bool Covers(float x, float z)
        {
            float ab = Turn(_a, _b, x, z);
            float bc = Turn(_b, _c, x, z);
            float ca = Turn(_c, _a, x, z);
            return (ab >= 0 && bc >= 0 && ca >= 0) || (ab <= 0 && bc <= 0 && ca <= 0);
        }

        private static float Turn(Vec3 a, Vec3 b, float x, float z) => ((b.X - a.X) * (z - a.Z)) - ((b.Z - a.Z) * (x - a.X));
    }

    internal struct Span
    {
        public int Bottom;
        public int Top;
        public int Next;

        /// <summary>How high what was drawn is in the middle of the column, in world units; the highest of what covers the middle says it.</summary>
        public float Surface;

        public bool IsMiddle;
        public bool IsWalkable;
    }
}
