using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>
/// The choke points of a grid, found from its walls and kept as it changes: passages at most three cells wide between wider ground, and gates at most
/// <see cref="WidthMax"/> wide and six long; along x, along y (<see cref="StraightChokes"/>) or aslant (<see cref="SlantedChokes"/>).
/// </summary>
/// <remarks>Not thread-safe: one per match.</remarks>
public sealed class ChokePoints
{
    /// <summary>Cells across. In wider gates two crowds of agents that are about a cell wide sort themselves.</summary>
    public const int WidthMax = 7;

    /// <summary>Cells along. In longer corridors those who meet have to see to it themselves.</summary>
    public const int LengthMax = 48;

    /// <summary>How far from a passage, in cells, travellers are counted among those who want through.</summary>
    public const int Surroundings = 14;

    // Of the squares in which passages are looked up.
    private const int Side = 16;

    private readonly Grid _grid;
    private readonly CellBits _open;
    private readonly ChokeSurvey _survey;
    private readonly PlacedSet<ChokePoint> _points;
    private readonly List<ChokePoint> _found = [];
    private readonly List<ChokePoint> _replaced = [];
    private readonly CellRect[] _changes = new CellRect[Limits.GridChangesMax];
    private ChokePoint[]? _all;
    private int _version;

    public ChokePoints(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _version = grid.Version;
        _open = grid.Open.Clone();
        _survey = new ChokeSurvey(_open);
        _points = new PlacedSet<ChokePoint>(grid.Width, grid.Height, Side);
        Find(new CellRect(0, 0, grid.Width, grid.Height));
    }

    /// <summary>All of them, in the order of their keys.</summary>
    public IReadOnlyList<ChokePoint> All => _all ??= [.. _points.Values.OrderBy(static point => point.Key)];

    /// <summary>More than any index of one that is known.</summary>
    internal int Slots => _points.Slots;

    internal ChokePoint this[int index] => _points[index];

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
            if (Take(_changes[i]))
            {
                Find(_changes[i]);
            }
        }
    }

    /// <summary>The index of the one that has a key, which stays the same while it does; or -1.</summary>
    internal int IndexOf(ulong key) => _points.IndexOf(key);

    /// <summary>The first passage within the surroundings that a way leads through.</summary>
    /// <returns>Its index, or -1.</returns>
    internal int FirstOnWay(in ChokeTraveller traveller, out int direction)
    {
        direction = 0;
        int first = -1;
        float least = float.MaxValue;
        foreach (int index in Near(traveller.Position))
        {
            ChokePoint point = _points[index];
            int crossing = point.Crossing(in traveller);
            float distance = Vec2.DistanceSquared(traveller.Position, point.Middle);
            if (crossing != 0 && (distance < least || (distance == least && point.Key < _points[first].Key)))
            {
                (first, least, direction) = (index, distance, crossing);
            }
        }

        return first;
    }

    /// <summary>The passage in which a point lies, or, if only one fits there, before whose mouth it lies within so many cells.</summary>
    /// <param name="direction">The one in which those go who come out at the nearer mouth.</param>
    /// <returns>Its index, or -1.</returns>
    internal int MouthAt(Vec2 point, float reach, out int direction)
    {
        direction = 0;
        int first = -1;
        foreach (int index in Near(point))
        {
            ChokePoint passage = _points[index];
            Vec2 at = passage.Local(point);
            int outward = at.X >= 0 ? 1 : -1;
            float beyond = passage.Beyond(at, outward);
            bool isMeant = beyond < 0 ? MathF.Abs(at.Y) < passage.HalfWidth : passage.IsOneWide && (beyond * beyond) + (at.Y * at.Y) < reach * reach;
            if (isMeant && (first < 0 || passage.Key < _points[first].Key))
            {
                (first, direction) = (index, outward);
            }
        }

        return first;
    }

    /// <summary>Whether a disc can go straight from one point to another.</summary>
    internal bool IsClear(Vec2 from, Vec2 to, float radius) => LineOfSight.IsClear(_grid, from, to, radius);

    /// <summary>How far one can go straight on from the end of a passage, in cells, at most so many.</summary>
    internal int ClearBeyond(ChokePoint point, int direction, int most)
    {
        int rows = (int)MathF.Ceiling(2 * point.HalfWidth);
        for (int i = 0; i < most; i++)
        {
            for (int row = 0; row < rows; row++)
            {
                float aside = (((row + 0.5f) / rows) - 0.5f) * 2 * point.HalfWidth;
                if (!IsOpen(point, new Vec2(direction * (point.HalfLength + i + 0.5f), aside)))
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
        int balance = 0;
        for (int i = 0; i < Depth; i++)
        {
            for (int across = 0; across < Depth; across++)
            {
                float along = -direction * (point.HalfLength + i + 0.5f);
                float aside = point.HalfWidth + across + 0.5f;
                balance += IsOpen(point, new Vec2(along, aside)) ? 1 : 0;
                balance -= IsOpen(point, new Vec2(along, -aside)) ? 1 : 0;
            }
        }

        return balance * direction < -Depth ? -direction : direction;
    }

    private bool IsOpen(ChokePoint point, Vec2 local) => _grid.IsOpen(point.Middle + point.World(local));

    private ReadOnlySpan<int> Near(Vec2 point)
    {
        Cell cell = Cell.At(point);
        return _grid.IsInside(cell.X, cell.Y) ? _points.Near(cell.X, cell.Y) : [];
    }

    // Whether any of these cells is not as it was.
    private bool Take(CellRect changed)
    {
        bool differs = false;
        for (int y = changed.Y; y < changed.Y + changed.Height; y++)
        {
            for (int x = changed.X; x < changed.X + changed.Width; x++)
            {
                differs |= _open[x, y] != _grid.Open[x, y];
                _open[x, y] = _grid.Open[x, y];
            }
        }

        return differs;
    }

    // Finds anew what a change has made or unmade.
    private void Find(CellRect changed)
    {
        CellRect area = _survey.Take(changed);
        if (area.IsEmpty)
        {
            return;
        }

        _survey.AddCounting(area, _found);
        _points.Replace(area, _found, _replaced);
        _all = _replaced.Count > 0 ? null : _all;
        _found.Clear();
        _replaced.Clear();
    }
}
