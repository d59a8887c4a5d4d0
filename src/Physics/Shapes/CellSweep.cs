using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// The cells of a raster on the ground (x and z) that a moving box passes over: row after row along the axis it crosses most cells of, so
/// that the near ones come first.
/// </summary>
internal ref struct CellSweep
{
    private readonly BoxSweep _sweep;
    private readonly Vec3 _cell;
    private readonly int _major;
    private readonly int _minor;
    private readonly int _majorCount;
    private readonly int _minorCount;
    private readonly int _direction;
    private int _slab;
    private int _slabsLeft;
    private int _at;
    private int _end;

    /// <param name="sweep">In the raster's frame, whose first cell begins at the origin.</param>
    /// <param name="cell">Size of a cell along x and z.</param>
    /// <param name="columns">Cells along x.</param>
    /// <param name="rows">Cells along z.</param>
    public CellSweep(in BoxSweep sweep, Vec3 cell, int columns, int rows)
    {
        _sweep = sweep;
        _cell = cell;
        Vec3 d = sweep.Displacement;
        _major = Math.Abs(d.X) * cell.Z >= Math.Abs(d.Z) * cell.X ? 0 : 2;
        _minor = 2 - _major;
        (_majorCount, _minorCount) = _major == 0 ? (columns, rows) : (rows, columns);
        _direction = d[_major] < 0 ? -1 : 1;
        float start = sweep.Origin[_major], end = start + d[_major], half = sweep.HalfExtents[_major];
        int low = Cell(Math.Min(start, end) - half, cell[_major], _majorCount), high = Cell(Math.Max(start, end) + half, cell[_major], _majorCount);
        bool outside = Math.Max(start, end) + half < 0 || Math.Min(start, end) - half > cell[_major] * _majorCount;
        _slab = _direction > 0 ? low - 1 : high + 1;
        _slabsLeft = outside ? 0 : high - low + 1;
    }

    public bool Next(float fraction, out int column, out int row)
    {
        while (_at == _end)
        {
            if (_slabsLeft-- <= 0)
            {
                _slabsLeft = 0;
                column = row = 0;
                return false;
            }

            _slab += _direction;
            EnterSlab(fraction);
        }

        (column, row) = _major == 0 ? (_slab, _at) : (_at, _slab);
        _at++;
        return true;
    }

    private static int Cell(float at, float size, int count)
    {
        float cell = at / size;
        return cell >= count ? count - 1 : cell >= 0 ? (int)cell : 0;
    }

    /// <summary>Finds when the box is over a slab, and so which of its cells it passes.</summary>
    private void EnterSlab(float fraction)
    {
        float low = _slab * _cell[_major], high = low + _cell[_major], half = _sweep.HalfExtents[_major];
        float d = _sweep.Displacement[_major], start = _sweep.Origin[_major];
        float enter = 0, leave = 1;
        if (Math.Abs(d) > 1e-12f)
        {
            float first = (low - half - start) / d, last = (high + half - start) / d;
            enter = Math.Max(0, Math.Min(first, last));
            leave = Math.Min(1, Math.Max(first, last));
        }

        if (enter > fraction)
        {
            _slabsLeft = 0;
            return;
        }

        float minorStart = _sweep.Origin[_minor], minorHalf = _sweep.HalfExtents[_minor] + (1e-4f * _cell[_minor]), way = _sweep.Displacement[_minor];
        float a = minorStart + (way * enter), b = minorStart + (way * leave);
        float from = Math.Min(a, b) - minorHalf, to = Math.Max(a, b) + minorHalf;
        if (to < 0 || from > _cell[_minor] * _minorCount || enter > leave)
        {
            return;
        }

        _at = Cell(from, _cell[_minor], _minorCount);
        _end = Cell(to, _cell[_minor], _minorCount) + 1;
    }
}
