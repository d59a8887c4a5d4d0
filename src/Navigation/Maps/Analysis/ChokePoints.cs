namespace RealtimeServer.Navigation.Maps.Analysis;

/// <summary>
/// Finds narrow ways. Cells from which a wall is near on both sides are narrow; what is left falls into rooms, and a narrow part that touches two of them is a way
/// between. Whether it is the only one
/// follows from taking it out of the picture.
/// </summary>
internal sealed class ChokePoints
{
    private const int ListedMax = 64;
    private const int GatesMax = 2048;
    private const int RoomCellsMin = 12;

    private readonly AreaLabels _areas;
    private readonly int _widthMax;
    private readonly int[] _widths;

    private ChokePoints(AreaLabels areas, int widthMax)
    {
        _areas = areas;
        _widthMax = widthMax;
        _widths = new int[areas.Width * areas.Height];
    }

    public static IReadOnlyList<ChokePoint> Find(AreaLabels areas, int widthMax) => new ChokePoints(areas, widthMax).Find();

    private List<ChokePoint> Find()
    {
        Measure();
        AreaLabels wide = new(_areas.Width, _areas.Height, i => _widths[i] > _widthMax);

        // Too small to be a room of its own: a bulge of the way.
        AreaLabels rooms = new(_areas.Width, _areas.Height, i => wide[i] >= 0 && wide.SizeOf(wide[i]) >= RoomCellsMin);
        AreaLabels gates = new(_areas.Width, _areas.Height, i => _widths[i] > 0 && rooms[i] < 0);
        if (rooms.Count < 2 || gates.Count > GatesMax)
        {
            return [];
        }

        HashSet<int>[] touched = Touched(rooms, gates);
        List<ChokePoint> found = [];
        for (int gate = 0; gate < gates.Count; gate++)
        {
            if (touched[gate].Count >= 2)
            {
                (Cell place, int width) = Narrowest(gates, gate);
                int behind = CellsBehind(rooms, gates, touched, gate);
                found.Add(new ChokePoint(place, width, behind > 0, behind));
            }
        }

        return [.. found.OrderByDescending(point => point.IsOnlyWay).ThenBy(point => point.Width).ThenByDescending(point => point.CellsBehind).Take(ListedMax)];
    }

    // Of each open cell, the shorter of the open runs through it along its row and its column; the map's edge is a wall.
    private void Measure()
    {
        for (int y = 0; y < _areas.Height; y++)
        {
            MeasureLine(y * _areas.Width, 1, _areas.Width, isFirst: true);
        }

        for (int x = 0; x < _areas.Width; x++)
        {
            MeasureLine(x, _areas.Width, _areas.Height, isFirst: false);
        }
    }

    private void MeasureLine(int first, int step, int count, bool isFirst)
    {
        for (int i = 0; i < count;)
        {
            int end = i;
            while (end < count && _areas[first + (end * step)] >= 0)
            {
                end++;
            }

            for (int k = i; k < end; k++)
            {
                ref int width = ref _widths[first + (k * step)];
                width = isFirst ? end - i : Math.Min(width, end - i);
            }

            i = end + 1;
        }
    }

    private static HashSet<int>[] Touched(AreaLabels rooms, AreaLabels gates)
    {
        HashSet<int>[] touched = [.. Enumerable.Range(0, gates.Count).Select(static _ => new HashSet<int>())];
        for (int i = 0; i < rooms.Width * rooms.Height; i++)
        {
            int right = (i + 1) % rooms.Width == 0 ? i : i + 1;
            int below = i + rooms.Width < rooms.Width * rooms.Height ? i + rooms.Width : i;
            foreach (int other in (ReadOnlySpan<int>)[right, below])
            {
                (int gate, int room) = gates[i] >= 0 ? (gates[i], rooms[other]) : (gates[other], rooms[i]);
                if (gate >= 0 && room >= 0)
                {
                    touched[gate].Add(room);
                }
            }
        }

        return touched;
    }

    private (Cell Place, int Width) Narrowest(AreaLabels gates, int gate)
    {
        int width = int.MaxValue;
        List<int> cells = [];
        for (int i = 0; i < _widths.Length; i++)
        {
            if (gates[i] == gate && _widths[i] <= width)
            {
                if (_widths[i] < width)
                {
                    cells.Clear();
                    width = _widths[i];
                }

                cells.Add(i);
            }
        }

        int middle = cells[cells.Count / 2];
        return (new Cell(middle % _areas.Width, middle / _areas.Width), width);
    }

    // The open cells of the smallest part that its rooms fall into without it; 0 if they hang together all the same.
    private static int CellsBehind(AreaLabels rooms, AreaLabels gates, HashSet<int>[] touched, int without)
    {
        int[] roots = [.. Enumerable.Range(0, rooms.Count + gates.Count)];
        for (int gate = 0; gate < gates.Count; gate++)
        {
            foreach (int room in gate == without ? [] : touched[gate])
            {
                roots[Find(roots, room)] = Find(roots, rooms.Count + gate);
            }
        }

        int[] sides = [.. touched[without].Select(room => Find(roots, room)).Distinct()];
        if (sides.Length < 2)
        {
            return 0;
        }

        int[] cells = new int[roots.Length];
        for (int i = 0; i < roots.Length; i++)
        {
            cells[Find(roots, i)] += i < rooms.Count ? rooms.SizeOf(i) : gates.SizeOf(i - rooms.Count);
        }

        return sides.Min(side => cells[side]);
    }

    private static int Find(int[] roots, int at)
    {
        while (roots[at] != at)
        {
            roots[at] = roots[roots[at]];
            at = roots[at];
        }

        return at;
    }
}
