namespace RealtimeServer.Navigation.Maps;

/// <summary>Which hexagon a pixel lies in. Along the staggered axis the hexagons' bands overlap in a zigzag; every pixel belongs to one of them.</summary>
internal static class HexTiles
{
    /// <summary>Pixels of the whole picture.</summary>
    public static (double Width, double Height) Extent(TileFrame frame)
    {
        double width = frame.TileWidth + ((frame.Columns - 1) * frame.ColumnStep);
        double height = frame.TileHeight + ((frame.Rows - 1) * frame.RowStep);
        bool moves = frame.StaggersColumns ? frame.Columns > 1 || frame.IsMoved(0) : frame.Rows > 1 || frame.IsMoved(0);
        return frame.StaggersColumns
            ? (width, height + (moves ? frame.TileHeight / 2.0 : 0))
            : (width + (moves ? frame.TileWidth / 2.0 : 0), height);
    }

    /// <summary>The tile at a pixel; it may be outside of the map.</summary>
    public static Cell TileAt(TileFrame frame, double x, double y)
    {
        if (frame.StaggersColumns)
        {
            (int line, int place) = Find(frame, y, x, frame.TileHeight, frame.TileWidth, frame.ColumnStep);
            return new Cell(line, place);
        }

        (int row, int column) = Find(frame, x, y, frame.TileWidth, frame.TileHeight, frame.RowStep);
        return new Cell(column, row);
    }

    /// <param name="along">Pixels along a line of hexagons.</param>
    /// <param name="across">Pixels across the lines.</param>
    private static (int Line, int Place) Find(TileFrame frame, double along, double across, double length, double depth, double step)
    {
        int line = (int)Math.Floor(across / step);
        double slope = depth - step; // how far a line's points reach into the line before
        double within = across - (line * step);
        double place = (along / length) - (frame.IsMoved(line) ? 0.5 : 0);
        double part = place - Math.Floor(place);
        if (within >= slope * Math.Abs(1 - (2 * part)))
        {
            return (line, (int)Math.Floor(place));
        }

        line--;
        return (line, (int)Math.Floor((along / length) - (frame.IsMoved(line) ? 0.5 : 0)));
    }
}
