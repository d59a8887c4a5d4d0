using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Voxels;

/// <summary>Draws triangles into a <see cref="SpanField"/>: each is cut into the columns it covers, and its lowest and highest point in each becomes solid.</summary>
internal sealed class SpanRasterizer
{
    private const int CornersMax = 8; // a triangle cut by four planes

    private readonly SpanField _field;
    private readonly float _walkableNormal;
    private readonly int _flush;
    private readonly Vec3[] _rest = new Vec3[CornersMax];
    private readonly Vec3[] _row = new Vec3[CornersMax];
    private readonly Vec3[] _tail = new Vec3[CornersMax];
    private readonly Vec3[] _cell = new Vec3[CornersMax];

    /// <param name="slopeMax">The steepest ground to walk on, in degrees.</param>
    /// <param name="flush">How far, in steps of the field's height, tops may lie apart and count as equally high.</param>
    public SpanRasterizer(SpanField field, float slopeMax, int flush)
    {
        _field = field;
        _walkableNormal = DeterministicMath.Cos(slopeMax * (MathF.PI / 180f));
        _flush = flush;
    }

    /// <summary>Columns looked at so far.</summary>
    public long Work { get; private set; }

    /// <returns>False if the field has no room left, or it was too much work.</returns>
    public bool TryAdd(Vec3 a, Vec3 b, Vec3 c)
    {
        Vec3 normal = Vec3.Cross(b - a, c - a);
        float length = normal.Length;
        bool isWalkable = length > 0 && normal.Y >= _walkableNormal * length;
        Vec3 low = Vec3.Min(a, Vec3.Min(b, c)) - _field.Origin;
        Vec3 high = Vec3.Max(a, Vec3.Max(b, c)) - _field.Origin;
        int firstRow = Clamp(low.Z, _field.Depth);
        int lastRow = Clamp(high.Z, _field.Depth);
        (_rest[0], _rest[1], _rest[2]) = (a - _field.Origin, b - _field.Origin, c - _field.Origin);
        int count = 3;
        for (int row = firstRow; row <= lastRow && count > 2; row++)
        {
            int inRow = Cut(_rest, ref count, _row, _tail, 2, (row + 1) * _field.CellSize);
            if (inRow > 2 && !AddRow(row, inRow, isWalkable))
            {
                return false;
            }
        }

        return true;
    }

    private bool AddRow(int row, int count, bool isWalkable)
    {
        (float low, float high) = (float.MaxValue, float.MinValue);
        for (int i = 0; i < count; i++)
        {
            (low, high) = (Math.Min(low, _row[i].X), Math.Max(high, _row[i].X));
        }

        int last = Clamp(high, _field.Width);
        for (int column = Clamp(low, _field.Width); column <= last && count > 2; column++)
        {
            int inCell = Cut(_row, ref count, _cell, _tail, 0, (column + 1) * _field.CellSize);
            if (++Work > Limits.VoxelColumnsMax || (inCell > 2 && !AddCell(column, row, inCell, isWalkable)))
            {
                return false;
            }
        }

        return true;
    }

    private bool AddCell(int column, int row, int count, bool isWalkable)
    {
        (float low, float high) = (float.MaxValue, float.MinValue);
        for (int i = 0; i < count; i++)
        {
            (low, high) = (Math.Min(low, _cell[i].Y), Math.Max(high, _cell[i].Y));
        }

        // What is flat is solid below its surface, so that a floor's height is exact.
        int top = (int)MathF.Ceiling(high / _field.CellHeight);
        int bottom = Math.Min((int)MathF.Floor(low / _field.CellHeight), top - 1);
        return _field.Add(column, row, bottom, top, isWalkable, _flush);
    }

    // Cuts a polygon at a plane across an axis: what lies before it goes to one list, what lies behind stays. What lies in the plane, a wall between two columns,
    // belongs to the farther one alone.
    private static int Cut(Vec3[] polygon, ref int count, Vec3[] before, Vec3[] scratch, int axis, float at)
    {
        int ahead = 0;
        int behind = 0;
        bool reachesBefore = false;
        bool reachesBehind = false;
        for (int i = 0; i < count; i++)
        {
            Vec3 from = polygon[i];
            Vec3 to = polygon[i + 1 == count ? 0 : i + 1];
            float d = from[axis] - at;
            float e = to[axis] - at;
            reachesBefore |= d < 0;
            reachesBehind |= d > 0;
            if (d <= 0)
            {
                Append(before, ref ahead, from);
            }

            if (d >= 0)
            {
                Append(scratch, ref behind, from);
            }

            if ((d < 0 && e > 0) || (d > 0 && e < 0))
            {
                Vec3 cut = from + ((to - from) * (d / (d - e)));
                Append(before, ref ahead, cut);
                Append(scratch, ref behind, cut);
            }
        }

        if (!reachesBefore)
        {
            return 0;
        }

        Array.Copy(scratch, polygon, behind);
        count = reachesBehind ? behind : 0;
        return ahead;
    }

    private static void Append(Vec3[] polygon, ref int count, Vec3 corner)
    {
        if (count < polygon.Length)
        {
            polygon[count++] = corner;
        }
    }

    private int Clamp(float at, int columns) => Math.Clamp((int)MathF.Floor(at / _field.CellSize), 0, columns - 1);
}
