using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>
/// The choke points of a grid, found from its walls and kept as it changes: rows of open cells at most three wide between two walls, at most
/// <see cref="LengthMax"/> of them one behind the other, with wider ground at both ends; and gates at most <see cref="WidthMax"/> wide and six long. Passages
/// that run aslant are not found.
/// </summary>
/// <remarks>Not thread-safe: one per match.</remarks>
public sealed class ChokePoints
{
    /// <summary>Cells across. In wider gates two crowds of agents that are about a cell wide sort themselves.</summary>
    public const int WidthMax = 7;

    /// <summary>Cells along. In longer corridors those who meet have to see to it themselves.</summary>
    public const int LengthMax = 24;

    // Up to so many cells across any passage counts, also between places that are not much wider; beyond it only a gate in a wall.
    private const int NarrowMax = 3;

    // Cells along such a gate.
    private const int WideLengthMax = 6;

    /// <summary>How far from a passage, in cells, travellers are counted among those who want through.</summary>
    public const int Surroundings = 14;

    // Of the squares in which passages are looked up.
    private const int Side = 16;

    private static readonly Comparison<ChokePoint> ByKey = static (a, b) => a.Key.CompareTo(b.Key);

    private readonly Grid _grid;
    private readonly CellBits _rows;
    private readonly CellBits _columns;
    private readonly List<ChokePoint> _points = [];
    private readonly List<ChokePoint> _found = [];
    private readonly Dictionary<ulong, int> _byKey = [];
    private readonly List<int>?[] _squares;
    private readonly int _squaresAcross;
    private readonly CellRect[] _changes = new CellRect[Limits.GridChangesMax];
    private int _version;

    public ChokePoints(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _version = grid.Version;
        _rows = grid.Open.Clone();
        _columns = new CellBits(grid.Height, grid.Width);
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                if (_rows[x, y])
                {
                    _columns[y, x] = true;
                }
            }
        }

        _squaresAcross = (grid.Width + Side - 1) / Side;
        _squares = new List<int>?[_squaresAcross * ((grid.Height + Side - 1) / Side)];
        Find(new CellRect(0, 0, grid.Width, grid.Height));
        _points.AddRange(_found);
        Sort();
    }

    /// <summary>All of them, in the order of their keys.</summary>
    public IReadOnlyList<ChokePoint> All => _points;

    /// <summary>Grows whenever <see cref="All"/> changes.</summary>
    public int Changes { get; private set; }

    /// <summary>Takes over what has changed in the grid.</summary>
    public void Update()
    {
        if (_version == _grid.Version)
        {
            return;
        }

        int count = _grid.ChangedSince(_version, _changes);
        _version = _grid.Version;
        for (int i = 0; i < count; i++)
        {
            Apply(_changes[i]);
        }
    }

    /// <summary>The index of the one that has a key, or -1.</summary>
    public int IndexOf(ulong key) => _byKey.TryGetValue(key, out int index) ? index : -1;

    /// <summary>The first passage within the surroundings that a way leads through.</summary>
    /// <returns>Its index, or -1.</returns>
    internal int FirstOnWay(Vec2 from, Vec2 next, Vec2 after, out int direction)
    {
        direction = 0;
        Cell cell = Cell.At(from);
        if (!_grid.IsInside(cell.X, cell.Y) || _squares[((cell.Y / Side) * _squaresAcross) + (cell.X / Side)] is not { } near)
        {
            return -1;
        }

        int first = -1;
        float least = float.MaxValue;
        foreach (int index in near)
        {
            ChokePoint point = _points[index];
            int crossing = point.Crossing(from, next);
            crossing = crossing != 0 ? crossing : point.Crossing(next, after);
            float distance = Vec2.DistanceSquared(from, point.Throat.Centre);
            if (crossing != 0 && distance < least)
            {
                (first, least, direction) = (index, distance, crossing);
            }
        }

        return first;
    }

    /// <summary>The passage where only one fits before whose mouth, within so many cells, a point lies.</summary>
    /// <param name="direction">The one in which those go who come out there.</param>
    /// <returns>Its index, or -1.</returns>
    internal int MouthAt(Vec2 point, float reach, out int direction)
    {
        direction = 0;
        Cell cell = Cell.At(point);
        if (!_grid.IsInside(cell.X, cell.Y) || _squares[((cell.Y / Side) * _squaresAcross) + (cell.X / Side)] is not { } near)
        {
            return -1;
        }

        foreach (int index in near)
        {
            Vec2 at = _points[index].Local(point);
            direction = at.X >= _points[index].High ? 1 : -1;
            float beyond = direction > 0 ? at.X - _points[index].High : _points[index].Low - at.X;
            if (_points[index].IsOneWide && beyond >= 0 && (beyond * beyond) + (at.Y * at.Y) < reach * reach)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>How far one can go straight on from the end of a passage, in cells, at most so many.</summary>
    internal int ClearBeyond(ChokePoint point, int direction, int most)
    {
        int start = direction > 0 ? (int)point.High : (int)point.Low - 1;
        int side = point.AlongX ? point.Throat.Y : point.Throat.X;
        int width = point.AlongX ? point.Throat.Height : point.Throat.Width;
        for (int i = 0; i < most; i++)
        {
            for (int across = side; across < side + width; across++)
            {
                int along = start + (i * direction);
                if (!IsOpen(point, along, across))
                {
                    return i;
                }
            }
        }

        return most;
    }

    /// <summary>On which side of its mouth those wait who come in a direction: 1 or -1 across the passage. Where there is more room, else to their right.</summary>
    internal int QueueSide(ChokePoint point, int direction)
    {
        const int Depth = 6;
        int right = point.Right(direction);
        int balance = 0;
        int start = direction > 0 ? (int)point.Low - 1 : (int)point.High;
        int low = point.AlongX ? point.Throat.Y : point.Throat.X;
        int high = point.AlongX ? point.Throat.Y + point.Throat.Height : point.Throat.X + point.Throat.Width;
        for (int i = 0; i < Depth; i++)
        {
            for (int across = 0; across < Depth; across++)
            {
                balance += IsOpen(point, start - (i * direction), high + across) ? 1 : 0;
                balance -= IsOpen(point, start - (i * direction), low - 1 - across) ? 1 : 0;
            }
        }

        return balance * right < -Depth ? -right : right;
    }

    private bool IsOpen(ChokePoint point, int along, int across) => point.AlongX ? _grid.IsOpen(along, across) : _grid.IsOpen(across, along);

    private void Apply(CellRect changed)
    {
        bool differs = false;
        for (int y = changed.Y; y < changed.Y + changed.Height; y++)
        {
            for (int x = changed.X; x < changed.X + changed.Width; x++)
            {
                differs |= _rows[x, y] != _grid.Open[x, y];
                _rows[x, y] = _grid.Open[x, y];
                _columns[y, x] = _grid.Open[x, y];
            }
        }

        if (!differs)
        {
            return;
        }

        // Whatever a change makes or unmakes lies in line with it, at most a passage's length and width away.
        const int Around = LengthMax + WidthMax;
        CellRect touched = changed.GrownBy(Around).ClippedTo(_grid.Width, _grid.Height);
        Find(touched.GrownBy(Around).ClippedTo(_grid.Width, _grid.Height));
        for (int i = _found.Count - 1; i >= 0; i--)
        {
            if (!_found[i].Throat.Overlaps(touched))
            {
                _found.RemoveAt(i);
            }
        }

        if (IsNew(touched))
        {
            for (int i = _points.Count - 1; i >= 0; i--)
            {
                if (_points[i].Throat.Overlaps(touched))
                {
                    _points.RemoveAt(i);
                }
            }

            _points.AddRange(_found);
            Sort();
        }
    }

    // Whether what was found in an area is not what is known of it already.
    private bool IsNew(CellRect area)
    {
        int known = 0;
        foreach (ChokePoint point in _points)
        {
            known += point.Throat.Overlaps(area) ? 1 : 0;
        }

        foreach (ChokePoint point in _found)
        {
            if (IndexOf(point.Key) is not (>= 0 and int index) || _points[index] != point)
            {
                return true;
            }
        }

        return known != _found.Count;
    }

    // Each passage is met once a row; of those that are the same one is kept.
    private void Find(CellRect area)
    {
        _found.Clear();
        Find(_rows, area, alongX: false);
        Find(_columns, new CellRect(area.Y, area.X, area.Height, area.Width), alongX: true);
        _found.Sort(ByKey);
        int kept = 0;
        for (int i = 0; i < _found.Count; i++)
        {
            if (kept == 0 || _found[i] != _found[kept - 1])
            {
                _found[kept++] = _found[i];
            }
        }

        _found.RemoveRange(kept, _found.Count - kept);
    }

    private void Find(CellBits open, CellRect area, bool alongX)
    {
        for (int y = area.Y; y < area.Y + area.Height; y++)
        {
            for (int x = area.X; x < area.X + area.Width;)
            {
                if (!open[x, y])
                {
                    x++;
                    continue;
                }

                Run run = RunAt(open, x, y);
                if (run.Width <= WidthMax && TryFollow(open, run, y, run.Width <= NarrowMax, out CellRect throat))
                {
                    _found.Add(new ChokePoint(alongX ? new CellRect(throat.Y, throat.X, throat.Height, throat.Width) : throat, alongX));
                }

                x = run.To + 2;
            }
        }
    }

    private static Run RunAt(CellBits open, int x, int y) => new(open.LastClearBefore(x, y) + 1, open.FirstClearAfter(x, y) - 1);

    private static bool TryFollow(CellBits open, Run run, int y, bool narrow, out CellRect throat)
    {
        (int left, int right) = (run.From, run.To);
        throat = default;
        if (!TryEnd(open, run, y, -1, narrow, ref left, ref right, out int top) || !TryEnd(open, run, y, 1, narrow, ref left, ref right, out int bottom))
        {
            return false;
        }

        throat = new CellRect(left, top, right - left + 1, bottom - top + 1);
        return throat.Height <= (narrow ? LengthMax : WideLengthMax) && throat.Width <= (narrow ? NarrowMax : WidthMax) + 1;
    }

    // Goes on from row to row while exactly one narrow run follows; it must end at a wide one.
    private static bool TryEnd(CellBits open, Run run, int y, int step, bool narrow, ref int left, ref int right, out int last)
    {
        for (last = y; Math.Abs(last - y) < LengthMax; last += step)
        {
            int next = last + step;
            int x = run.From;
            while (x <= run.To && !open[x, next])
            {
                x++;
            }

            if (x > run.To)
            {
                return false;
            }

            run = RunAt(open, x, next);
            if (run.Width > (narrow ? NarrowMax : WidthMax))
            {
                return true;
            }

            if (!narrow && run.Width <= NarrowMax)
            {
                // A narrow passage leads out of it, which is the one that counts.
                return false;
            }

            left = Math.Min(left, run.From);
            right = Math.Max(right, run.To);
        }

        return false;
    }

    private void Sort()
    {
        _points.Sort(ByKey);
        _byKey.Clear();
        foreach (List<int>? square in _squares)
        {
            square?.Clear();
        }

        for (int i = 0; i < _points.Count; i++)
        {
            _byKey[_points[i].Key] = i;
            CellRect near = _points[i].Throat.GrownBy(Surroundings).ClippedTo(_grid.Width, _grid.Height);
            for (int row = near.Y / Side; row <= (near.Y + near.Height - 1) / Side; row++)
            {
                for (int column = near.X / Side; column <= (near.X + near.Width - 1) / Side; column++)
                {
                    (_squares[(row * _squaresAcross) + column] ??= []).Add(i);
                }
            }
        }

        Changes++;
    }

    private readonly record struct Run(int From, int To)
    {
        public int Width => To - From + 1;
    }
}
