using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>The polygons of a mesh by the squares, as seen from above, that the boxes round them lie in.</summary>
internal sealed class MeshSquares
{
    private readonly float _side;
    private readonly int _columns;
    private readonly int _rows;
    private readonly int[] _starts;
    private readonly int[] _polygons;
    private readonly Vec3 _low;

    public MeshSquares(ReadOnlySpan<Vec3> lows, ReadOnlySpan<Vec3> highs)
    {
        Vec3 low = new(float.MaxValue, float.MaxValue, float.MaxValue);
        Vec3 high = -low;
        for (int p = 0; p < lows.Length; p++)
        {
            low = Vec3.Min(low, lows[p]);
            high = Vec3.Max(high, highs[p]);
        }

        _low = lows.IsEmpty ? Vec3.Zero : low;
        Vec3 size = lows.IsEmpty ? Vec3.Zero : high - low;
        _side = Math.Max(MathF.Sqrt(size.X * size.Z / Math.Max(lows.Length, 1)), 0.01f);
        while ((MathF.Floor(size.X / _side) + 1) * (MathF.Floor(size.Z / _side) + 1) > (4 * lows.Length) + 16)
        {
            _side *= 2;
        }

        _columns = (int)MathF.Floor(size.X / _side) + 1;
        _rows = (int)MathF.Floor(size.Z / _side) + 1;
        _starts = new int[(_columns * _rows) + 1];
        First = new (int, int)[lows.Length];
        for (int p = 0; p < lows.Length; p++)
        {
            First[p] = At(lows[p].X, lows[p].Z);
            (int right, int bottom) = At(highs[p].X, highs[p].Z);
            for (int row = First[p].Row; row <= bottom; row++)
            {
                for (int column = First[p].Column; column <= right; column++)
                {
                    _starts[(row * _columns) + column]++;
                }
            }
        }

        int sum = 0;
        for (int square = 0; square < _starts.Length; square++)
        {
            sum += _starts[square];
            _starts[square] = sum;
        }

        _polygons = new int[sum];
        for (int p = lows.Length - 1; p >= 0; p--)
        {
            (int right, int bottom) = At(highs[p].X, highs[p].Z);
            for (int row = First[p].Row; row <= bottom; row++)
            {
                for (int column = First[p].Column; column <= right; column++)
                {
                    _polygons[--_starts[(row * _columns) + column]] = p;
                }
            }
        }
    }

    /// <summary>Of each polygon its first square.</summary>
    public (int Column, int Row)[] First { get; }

    public (int Column, int Row) At(float x, float z) => (
        (int)Math.Clamp(MathF.Floor((x - _low.X) / _side), 0, _columns - 1),
        (int)Math.Clamp(MathF.Floor((z - _low.Z) / _side), 0, _rows - 1));

    public ReadOnlySpan<int> PolygonsIn(int column, int row)
    {
        int square = (row * _columns) + column;
        return _polygons.AsSpan(_starts[square], _starts[square + 1] - _starts[square]);
    }
}
