namespace RealtimeServer.Navigation.Maps;

/// <summary>How many tiles a map has, and how they are drawn.</summary>
/// <param name="Orientation">What they look like.</param>
/// <param name="Columns">Tiles beside each other.</param>
/// <param name="Rows">Tiles below each other.</param>
/// <param name="TileWidth">Pixels.</param>
/// <param name="TileHeight">Pixels.</param>
/// <param name="HexSide">Pixels of the side of a hexagon that lies along the staggered axis.</param>
/// <param name="StaggersColumns">Every second column is moved down; false: every second row is moved right.</param>
/// <param name="StaggersEven">The even ones are moved, counted from 0; false: the odd ones.</param>
internal sealed record TileFrame(
    MapOrientation Orientation, int Columns, int Rows, int TileWidth, int TileHeight, int HexSide, bool StaggersColumns, bool StaggersEven)
{
    public double ShortSide => Math.Min(TileWidth, TileHeight);

    /// <summary>Pixels from one column to the next.</summary>
    public double ColumnStep => Orientation is MapOrientation.Orthogonal or MapOrientation.Isometric || !StaggersColumns ? TileWidth : (TileWidth + HexSide) / 2.0;

    /// <summary>Pixels from one row to the next.</summary>
    public double RowStep => Orientation is MapOrientation.Orthogonal or MapOrientation.Isometric || StaggersColumns ? TileHeight : (TileHeight + HexSide) / 2.0;

    /// <summary>Whether a row, or column, is one that is moved by half a tile.</summary>
    public bool IsMoved(int index) => ((index & 1) == 0) == StaggersEven;

    /// <summary>The upper left corner of the box round a tile, in pixels of the picture.</summary>
    public (double X, double Y) PictureCorner(int column, int row) => Orientation switch
    {
        MapOrientation.Orthogonal => (column * (double)TileWidth, row * (double)TileHeight),
        MapOrientation.Isometric => ((column - row + Rows - 1) * TileWidth / 2.0, (column + row) * TileHeight / 2.0),
        _ when StaggersColumns => (column * ColumnStep, (row * (double)TileHeight) + (IsMoved(column) ? TileHeight / 2.0 : 0)),
        _ => ((column * (double)TileWidth) + (IsMoved(row) ? TileWidth / 2.0 : 0), row * RowStep),
    };

    public (double X, double Y) PictureCentre(int column, int row)
    {
        (double x, double y) = PictureCorner(column, row);
        return (x + (TileWidth / 2.0), y + (TileHeight / 2.0));
    }

    /// <summary>The staggered tile whose middle lies there, both along the sides of tiles; it may be outside of the map.</summary>
    public Cell StaggeredTileAt(double a, double b)
    {
        double x = ((a - b) / 2 * TileWidth) - (TileWidth / 2.0);
        double y = ((a + b) / 2 * TileHeight) - (TileHeight / 2.0);
        if (StaggersColumns)
        {
            int column = (int)Math.Round(x / ColumnStep);
            return new Cell(column, (int)Math.Round((y - (IsMoved(column) ? TileHeight / 2.0 : 0)) / TileHeight));
        }

        int row = (int)Math.Round(y / RowStep);
        return new Cell((int)Math.Round((x - (IsMoved(row) ? TileWidth / 2.0 : 0)) / TileWidth), row);
    }
}
