using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// How the tiles of a map lie in the world, and the world in cells. Orthogonal and isometric tiles are squares of the world; staggered ones too, once the picture
/// is turned by an eighth, so that walking along the sides of tiles is walking along rows and columns. Hexagons are laid over finer cells.
/// </summary>
public sealed class MapLayout
{
    private readonly double _minA;
    private readonly double _minB;

    internal MapLayout(TileFrame frame, int cellsPerTile)
    {
        Frame = frame;
        CellsPerTile = cellsPerTile;
        (double width, double height) = (frame.Columns, frame.Rows);
        if (frame.Orientation == MapOrientation.Staggered)
        {
            (_minA, _minB, width, height) = Diamond(frame);
        }
        else if (frame.Orientation == MapOrientation.Hexagonal)
        {
            (double pixelsWide, double pixelsHigh) = HexTiles.Extent(frame);
            (width, height) = (pixelsWide / frame.ShortSide, pixelsHigh / frame.ShortSide);
        }

        Width = (int)Math.Ceiling(width * cellsPerTile);
        Height = (int)Math.Ceiling(height * cellsPerTile);
    }

    public MapOrientation Orientation => Frame.Orientation;

    /// <summary>Tiles beside each other.</summary>
    public int Columns => Frame.Columns;

    /// <summary>Tiles below each other.</summary>
    public int Rows => Frame.Rows;

    /// <summary>Cells along one side of a tile; of a hexagon, along the shorter side of the box round it.</summary>
    public int CellsPerTile { get; }

    /// <summary>Cells of the world, side by side.</summary>
    public int Width { get; }

    /// <summary>Rows of cells of the world.</summary>
    public int Height { get; }

    internal TileFrame Frame { get; }

    /// <summary>Squares of one cell each, without anything to draw.</summary>
    internal static MapLayout Plain(int width, int height) =>
        new(new TileFrame(MapOrientation.Orthogonal, width, height, 1, 1, 0, false, false), 1);

    /// <summary>The tile that lies at a point of the world.</summary>
    /// <returns>False where none is.</returns>
    public bool TryTileAt(Vec2 world, out Cell tile) => TryTileAt(world.X, world.Y, out tile);

    /// <summary>The middle of a tile, in the world.</summary>
    public Vec2 CentreOf(Cell tile)
    {
        (double x, double y) = FromPicture(Frame.PictureCentre(tile.X, tile.Y));
        return new Vec2((float)x, (float)y);
    }

    internal bool TryTileAt(double x, double y, out Cell tile)
    {
        switch (Orientation)
        {
            case MapOrientation.Staggered:
                tile = Frame.StaggeredTileAt(Math.Floor(x / CellsPerTile) + 0.5 + _minA, Math.Floor(y / CellsPerTile) + 0.5 + _minB);
                break;
            case MapOrientation.Hexagonal:
                tile = HexTiles.TileAt(Frame, x * Frame.ShortSide / CellsPerTile, y * Frame.ShortSide / CellsPerTile);
                break;
            default:
                tile = new Cell((int)Math.Floor(x / CellsPerTile), (int)Math.Floor(y / CellsPerTile));
                break;
        }

        return (uint)tile.X < (uint)Columns && (uint)tile.Y < (uint)Rows;
    }

    /// <summary>Where a point of the world is in the picture, in pixels.</summary>
    internal (double X, double Y) ToPicture(double x, double y)
    {
        (double a, double b) = (x / CellsPerTile, y / CellsPerTile);
        return Orientation switch
        {
            MapOrientation.Isometric => ((a - b + Rows) * Frame.TileWidth / 2, (a + b) * Frame.TileHeight / 2),
            MapOrientation.Staggered => ((a + _minA - b - _minB) / 2 * Frame.TileWidth, (a + _minA + b + _minB) / 2 * Frame.TileHeight),
            MapOrientation.Hexagonal => (a * Frame.ShortSide, b * Frame.ShortSide),
            _ => (a * Frame.TileWidth, b * Frame.TileHeight),
        };
    }

    /// <summary>Where a pixel of the picture is in the world.</summary>
    internal (double X, double Y) FromPicture((double X, double Y) picture)
    {
        (double x, double y) = (picture.X / Frame.TileWidth, picture.Y / Frame.TileHeight);
        (double a, double b) = Orientation switch
        {
            MapOrientation.Isometric => (y + x - (Rows / 2.0), y - x + (Rows / 2.0)),
            MapOrientation.Staggered => (x + y - _minA, y - x - _minB),
            MapOrientation.Hexagonal => (picture.X / Frame.ShortSide, picture.Y / Frame.ShortSide),
            _ => (x, y),
        };
        return (a * CellsPerTile, b * CellsPerTile);
    }

    /// <summary>Where an object's pixel is in the world. On isometric maps objects are placed along the sides of tiles, both measured by their height.</summary>
    internal (double X, double Y) FromObject(double x, double y) => Orientation == MapOrientation.Isometric
        ? (x / Frame.TileHeight * CellsPerTile, y / Frame.TileHeight * CellsPerTile)
        : FromPicture((x, y));

    /// <summary>A distance along one axis of the world, of so many pixels of an object.</summary>
    internal Vec2 SizeOfObject(double width, double height)
    {
        (double across, double down) = Orientation switch
        {
            MapOrientation.Isometric => (Frame.TileHeight, Frame.TileHeight),
            MapOrientation.Hexagonal => (Frame.ShortSide, Frame.ShortSide),
            _ => ((double)Frame.TileWidth, (double)Frame.TileHeight),
        };
        return new Vec2((float)(width / across * CellsPerTile), (float)(height / down * CellsPerTile));
    }

    // The corner and the size, in tiles, of the square world that a staggered picture is a diamond of.
    private static (double MinA, double MinB, double Width, double Height) Diamond(TileFrame frame)
    {
        (double minA, double minB, double maxA, double maxB) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach (int row in (int[])[0, Math.Min(1, frame.Rows - 1), Math.Max(frame.Rows - 2, 0), frame.Rows - 1])
        {
            foreach (int column in (int[])[0, Math.Min(1, frame.Columns - 1), Math.Max(frame.Columns - 2, 0), frame.Columns - 1])
            {
                (double x, double y) = frame.PictureCentre(column, row);
                (double a, double b) = ((x / frame.TileWidth) + (y / frame.TileHeight), (y / frame.TileHeight) - (x / frame.TileWidth));
                (minA, maxA) = (Math.Min(minA, a), Math.Max(maxA, a));
                (minB, maxB) = (Math.Min(minB, b), Math.Max(maxB, b));
            }
        }

        return (minA - 0.5, minB - 0.5, maxA - minA + 1, maxB - minB + 1);
    }
}
