using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Triangles as voxels: of each column of the ground the solid spans, from below. (M. Mononen, Recast; the steps from triangles to polygons follow it:
/// spans, open ground, regions, outlines,
/// polygons.)
/// </summary>
internal sealed class VoxelField
{
    private const int None = -1;

    // A triangle cut by four planes has 7.
    private const int CornersMax = 8;

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
        Span<Vector128<float>> rest = stackalloc Vector128<float>[CornersMax], restBeyond = stackalloc Vector128<float>[CornersMax];
        Span<Vector128<float>> row = stackalloc Vector128<float>[CornersMax], rowBeyond = stackalloc Vector128<float>[CornersMax];
        Span<Vector128<float>> cell = stackalloc Vector128<float>[CornersMax];
        Surface surface = new(a - _low, b - _low, c - _low);
        (rest[0], rest[1], rest[2]) = (Wide(a - _low), Wide(b - _low), Wide(c - _low));
        int count = 3;
        (Vector128<float> least, Vector128<float> most) = Extent(rest[..3]);
        float mostZ = most.GetElement(AlongZ.Index);
        int firstRow = Math.Clamp((int)MathF.Floor(least.GetElement(AlongZ.Index) / _cellSize), 0, Depth - 1);
        int lastRow = Math.Clamp((int)MathF.Floor(mostZ / _cellSize), 0, Depth - 1);
        for (int z = firstRow; z <= lastRow && count >= 3; z++)
        {
            // What ends before a plane lies wholly on its near side, and needs no cut: the last row of a triangle, the last cell of a row.
            float end = (z + 1) * _cellSize;
            if (z == lastRow && mostZ <= end)
            {
                AddRow(z, rest, count, rowBeyond, cell, in surface, walkable, step);
                return;
            }

            Cut<AlongZ>(rest[..count], end, row, out int near, restBeyond, out count);
            Span<Vector128<float>> swapped = rest;
            rest = restBeyond;
            restBeyond = swapped;
            if (near >= 3)
            {
                AddRow(z, row, near, rowBeyond, cell, in surface, walkable, step);
            }
        }
    }

    private static Vector128<float> Wide(Vec3 point) => Vector128.Create(point.X, point.Y, point.Z, 0);

    // Uses up the polygon and both buffers.
    private void AddRow(
        int z, Span<Vector128<float>> row, int count, Span<Vector128<float>> beyond, Span<Vector128<float>> cell, in Surface surface, bool walkable, int step)
    {
        (Vector128<float> least, Vector128<float> most) = Extent(row[..count]);
        float highX = most.GetElement(AlongX.Index);
        int firstCell = Math.Clamp((int)MathF.Floor(least.GetElement(AlongX.Index) / _cellSize), 0, Width - 1);
        int lastCell = Math.Clamp((int)MathF.Floor(highX / _cellSize), 0, Width - 1);
        float middleZ = (z + 0.5f) * _cellSize;
        for (int x = firstCell; x <= lastCell && count >= 3; x++)
        {
            float end = (x + 1) * _cellSize;
            Span<Vector128<float>> inCell = row[..count];
            if (x < lastCell || highX > end)
            {
                Cut<AlongX>(row[..count], end, cell, out int near, beyond, out count);
                inCell = cell[..near];
                Span<Vector128<float>> swapped = row;
                row = beyond;
                beyond = swapped;
            }

            if (inCell.Length >= 3)
            {
                (least, most) = Extent(inCell);
                (float low, float high) = (least.GetElement(1), most.GetElement(1));
                int bottom = Math.Clamp((int)MathF.Floor(low / _cellHeight), 0, _heightMax);
                int top = Math.Clamp((int)MathF.Ceiling(high / _cellHeight), bottom + 1, _heightMax + 1);
                float middleX = (x + 0.5f) * _cellSize;
                float height = Math.Max(Math.Min(surface.HeightAt(middleX, middleZ), high), low) + _low.Y;
                bool isMiddle = surface.Covers(middleX, middleZ);
                AddSpan((z * Width) + x, new Span { Bottom = bottom, Top = top, Surface = height, IsMiddle = isMiddle, IsWalkable = walkable }, step);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Extent(ReadOnlySpan<Vector128<float>> polygon)
    {
        (Vector128<float> low, Vector128<float> high) = (polygon[0], polygon[0]);
        for (int i = 1; i < polygon.Length; i++)
        {
            low = WideMath.Min(low, polygon[i]);
            high = WideMath.Max(high, polygon[i]);
        }

        return (low, high);
    }

    // Sutherland and Hodgman: what of a convex polygon lies below a plane, and what above. Nobody can foretell on which side the next corner is, so all is worked out
    // and written, and what belongs to a side is counted there.
    private static void Cut<TAxis>(
        ReadOnlySpan<Vector128<float>> polygon, float plane, Span<Vector128<float>> below, out int belowCount, Span<Vector128<float>> above, out int aboveCount)
        where TAxis : struct, IAxis
    {
        Debug.Assert(below.Length == CornersMax && above.Length == CornersMax, "no room");
        ref Vector128<float> nearer = ref MemoryMarshal.GetReference(below), farther = ref MemoryMarshal.GetReference(above);
        (int near, int far) = (0, 0);
        Vector128<float> before = polygon[^1];
        float distanceBefore = plane - before.GetElement(TAxis.Index);
        for (int i = 0; i < polygon.Length && near <= 6 && far <= 6; i++)
        {
            Vector128<float> point = polygon[i];
            float distance = plane - point.GetElement(TAxis.Index);
            (bool wasNear, bool isNear) = (distanceBefore >= 0, distance >= 0);
            Vector128<float> cut = before + ((point - before) * (distanceBefore / (distanceBefore - distance)));
            Unsafe.Add(ref nearer, near) = cut;
            Unsafe.Add(ref farther, far) = cut;
            int crosses = One(wasNear) ^ One(isNear);
            near += crosses;
            far += crosses;
            Unsafe.Add(ref nearer, near) = point;
            Unsafe.Add(ref farther, far) = point;
            near += One(distance > 0) | (One(isNear) & One(wasNear));
            far += One(distance <= 0);
            before = point;
            distanceBefore = distance;
        }

        (belowCount, aboveCount) = (near, far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int One(bool isTrue) => isTrue ? 1 : 0;

    private void AddSpan(int column, Span span, int step)
    {
        (int before, int slot) = (None, None);
        int at = _first[column];
        while (at != None && _spans[at].Bottom <= span.Top)
        {
            ref Span met = ref _spans[at];
            int next = met.Next;
            if (met.Top < span.Bottom)
            {
                before = at;
                at = next;
                continue;
            }

            // They touch: one span of both; the top one says whether one can stand on it, both where the tops are level.
            bool isLevel = Math.Abs(met.Top - span.Top) <= step;
            span.IsWalkable = isLevel ? span.IsWalkable | met.IsWalkable : met.Top > span.Top ? met.IsWalkable : span.IsWalkable;
            bool isMet = isLevel && met.IsMiddle != span.IsMiddle ? met.IsMiddle : met.Top > span.Top || (met.Top == span.Top && met.Surface > span.Surface);
            (span.Surface, span.IsMiddle) = isMet ? (met.Surface, met.IsMiddle) : (span.Surface, span.IsMiddle);
            span.Bottom = Math.Min(span.Bottom, met.Bottom);
            span.Top = Math.Max(span.Top, met.Top);
            if (slot == None)
            {
                // It takes the place of the first that it touches.
                slot = at;
            }
            else
            {
                met.Next = _free;
                _free = at;
                SpanCount--;
            }

            at = next;
        }

        span.Next = at;
        if (slot == None)
        {
            slot = Take();
            ref int link = ref (before == None ? ref _first[column] : ref _spans[before].Next);
            link = slot;
        }

        _spans[slot] = span;
    }

    private int Take()
    {
        SpanCount++;
        int slot = _free;
        if (slot != None)
        {
            _free = _spans[slot].Next;
            return slot;
        }

        if (_used == _spans.Length)
        {
            Array.Resize(ref _spans, _used * 2);
        }

        return _used++;
    }

    private interface IAxis
    {
        static abstract int Index { get; }
    }

    private readonly struct AlongX : IAxis
    {
        public static int Index => 0;
    }

    private readonly struct AlongZ : IAxis
    {
        public static int Index => 2;
    }

    // The plane of a triangle; one that stands upright has its highest corner for a height.
    private readonly struct Surface
    {
        private readonly Vec3 _a;
        private readonly Vec3 _b;
        private readonly Vec3 _c;
        private readonly Vec3 _ab;
        private readonly Vec3 _bc;
        private readonly Vec3 _ca;
        private readonly float _slopeX;
        private readonly float _slopeZ;
        private readonly float _height;

        public Surface(Vec3 a, Vec3 b, Vec3 c)
        {
            (_a, _b, _c) = (a, b, c);
            (_ab, _bc, _ca) = (b - a, c - b, a - c);
            Vec3 normal = Vec3.Cross(b - a, c - a);
            bool isUpright = MathF.Abs(normal.Y) <= 1e-6f * normal.Length;
            _height = isUpright ? Math.Max(a.Y, Math.Max(b.Y, c.Y)) : a.Y;
            _slopeX = isUpright ? 0 : -normal.X / normal.Y;
            _slopeZ = isUpright ? 0 : -normal.Z / normal.Y;
        }

        public float HeightAt(float x, float z) => _height + ((x - _a.X) * _slopeX) + ((z - _a.Z) * _slopeZ);

        // As seen from above, its edges included.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Covers(float x, float z)
        {
            float ab = Turn(in _a, in _ab, x, z);
            float bc = Turn(in _b, in _bc, x, z);
            float ca = Turn(in _c, in _ca, x, z);
            return ((ab >= 0) & (bc >= 0) & (ca >= 0)) | ((ab <= 0) & (bc <= 0) & (ca <= 0));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Turn(in Vec3 from, in Vec3 way, float x, float z) => (way.X * (z - from.Z)) - (way.Z * (x - from.X));
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
