using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>Something with a key that lies somewhere on a grid.</summary>
internal interface IPlaced
{
    /// <summary>Never 0.</summary>
    ulong Key { get; }

    /// <summary>The cells for which it is to be found; those outside of the grid do not count.</summary>
    CellRect Ground { get; }

    /// <summary>Whether it belongs to an area, which is never so if that does not overlap its <see cref="Ground"/>.</summary>
    bool IsIn(CellRect area);
}

/// <summary>Values by their keys, and by the squares of a grid in which they lie.</summary>
internal sealed class PlacedSet<T>
    where T : struct, IPlaced, IEquatable<T>
{
    private readonly int _side;
    private readonly int _width;
    private readonly int _height;
    private readonly int _across;
    private readonly List<int>?[] _squares;
    private readonly List<T> _values = [];
    private readonly List<int> _marks = [];
    private readonly Stack<int> _free = [];
    private readonly Dictionary<ulong, int> _byKey = [];
    private readonly List<int> _near = [];
    private int _mark;

    /// <param name="side">Of the squares, in cells.</param>
    public PlacedSet(int width, int height, int side)
    {
        (_width, _height, _side) = (width, height, side);
        _across = (width + side - 1) / side;
        _squares = new List<int>?[_across * ((height + side - 1) / side)];
    }

    /// <summary>More than any index.</summary>
    public int Slots => _values.Count;

    public IEnumerable<T> Values => _values.Where(static value => value.Key != 0);

    public T this[int index] => _values[index];

    /// <summary>The index of the one that has a key, which stays the same while it is kept; or -1.</summary>
    public int IndexOf(ulong key) => _byKey.TryGetValue(key, out int index) ? index : -1;

    /// <summary>The indices of those near a cell inside: of all on whose ground it lies, and of others.</summary>
    public ReadOnlySpan<int> Near(int x, int y) => Indices(_squares[((y / _side) * _across) + (x / _side)]);

    /// <summary>Adds the indices of those near an area, each once: of all on whose ground some of it lies, and of others.</summary>
    public void AddNear(CellRect area, List<int> near)
    {
        _mark++;
        CellRect inside = area.ClippedTo(_width, _height);
        for (int y = inside.Y / _side; y * _side < inside.Y + inside.Height; y++)
        {
            for (int x = inside.X / _side; x * _side < inside.X + inside.Width; x++)
            {
                foreach (int index in Indices(_squares[(y * _across) + x]))
                {
                    if (_marks[index] != _mark)
                    {
                        _marks[index] = _mark;
                        near.Add(index);
                    }
                }
            }
        }
    }

    /// <summary>Keeps the found ones, of which some may be the same, instead of those that are in an area.</summary>
    /// <param name="changed">Those that are new or gone are added to it.</param>
    public void Replace(CellRect area, List<T> found, List<T> changed)
    {
        _near.Clear();
        AddNear(area, _near);
        _mark++;
        foreach (T value in found)
        {
            if (_byKey.TryGetValue(value.Key, out int index) && _values[index].Equals(value))
            {
                _marks[index] = _mark;
            }
        }

        foreach (int index in _near)
        {
            T value = _values[index];
            if (_marks[index] != _mark && value.IsIn(area))
            {
                changed.Add(value);
                Register(index, value.Ground, isKept: false);
                _byKey.Remove(value.Key);
                _values[index] = default;
                _free.Push(index);
            }
        }

        foreach (T value in found)
        {
            int index = _free.Count > 0 ? _free.Peek() : _values.Count;
            if (_byKey.TryAdd(value.Key, index))
            {
                changed.Add(value);
                if (!_free.TryPop(out _))
                {
                    _values.Add(default);
                    _marks.Add(0);
                }

                _values[index] = value;
                Register(index, value.Ground, isKept: true);
            }
        }
    }

    private static ReadOnlySpan<int> Indices(List<int>? square) => CollectionsMarshal.AsSpan(square);

    private void Register(int index, CellRect ground, bool isKept)
    {
        CellRect inside = ground.ClippedTo(_width, _height);
        for (int y = inside.Y / _side; y * _side < inside.Y + inside.Height; y++)
        {
            for (int x = inside.X / _side; x * _side < inside.X + inside.Width; x++)
            {
                List<int> square = _squares[(y * _across) + x] ??= [];
                if (isKept)
                {
                    square.Add(index);
                }
                else
                {
                    square.Remove(index);
                }
            }
        }
    }
}
