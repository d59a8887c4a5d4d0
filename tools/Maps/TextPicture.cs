using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Analysis;

namespace RealtimeServer.Maps;

/// <summary>A map as signs, one a cell, where there are no colours: # closed, . open, ~ dear, S where units begin, * along a path, A and B its ends.</summary>
internal sealed class TextPicture
{
    private readonly char[][] _rows;

    public TextPicture(GameMap map)
    {
        Grid grid = map.CreateGrid();
        _rows = [.. Enumerable.Range(0, map.Height).Select(y => Enumerable.Range(0, map.Width)
            .Select(x => !grid.IsOpen(x, y) ? '#' : grid.Cost(x, y) > 1 ? '~' : '.').ToArray())];
        foreach (MapObject item in map.Objects.Where(MapCheck.IsSpawn))
        {
            Set(item.Centre, 'S');
        }
    }

    public void DrawPath(ReadOnlySpan<Vec2> points)
    {
        for (int i = 1; i < points.Length; i++)
        {
            int steps = Math.Max((int)(Vec2.Distance(points[i - 1], points[i]) * 2), 1);
            for (int step = 0; step <= steps; step++)
            {
                Set(Vec2.Lerp(points[i - 1], points[i], step / (float)steps), '*');
            }
        }

        if (points.Length > 0)
        {
            Set(points[^1], 'B');
            Set(points[0], 'A');
        }
    }

    public void Write(TextWriter writer)
    {
        foreach (char[] row in _rows)
        {
            writer.WriteLine(row);
        }
    }

    private void Set(Vec2 at, char sign)
    {
        Cell cell = Cell.At(at);
        if ((uint)cell.Y < (uint)_rows.Length && (uint)cell.X < (uint)_rows[0].Length)
        {
            _rows[cell.Y][cell.X] = sign;
        }
    }
}
