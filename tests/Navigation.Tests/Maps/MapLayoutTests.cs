using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

public sealed class MapLayoutTests
{
    public static TheoryData<MapOrientation, bool, bool> Kinds => new()
    {
        { MapOrientation.Orthogonal, false, false },
        { MapOrientation.Isometric, false, false },
        { MapOrientation.Staggered, false, false },
        { MapOrientation.Staggered, false, true },
        { MapOrientation.Staggered, true, false },
        { MapOrientation.Staggered, true, true },
        { MapOrientation.Hexagonal, false, false },
        { MapOrientation.Hexagonal, false, true },
        { MapOrientation.Hexagonal, true, false },
        { MapOrientation.Hexagonal, true, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_middle_of_every_tile_lies_in_that_tile_and_inside_of_the_world(MapOrientation orientation, bool byColumn, bool even)
    {
        MapLayout layout = Layout(orientation, byColumn, even, 7, 5, 4);
        for (int row = 0; row < layout.Rows; row++)
        {
            for (int column = 0; column < layout.Columns; column++)
            {
                Vec2 centre = layout.CentreOf(new Cell(column, row));
                Assert.True(layout.TryTileAt(centre, out Cell tile), $"({column}, {row}) at {centre}");
                Assert.Equal(new Cell(column, row), tile);
                Assert.InRange(centre.X, 0, layout.Width);
                Assert.InRange(centre.Y, 0, layout.Height);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_tile_covers_about_as_many_cells(MapOrientation orientation, bool byColumn, bool even)
    {
        MapLayout layout = Layout(orientation, byColumn, even, 7, 5, 8);
        int[] cells = new int[layout.Columns * layout.Rows];
        for (int y = 0; y < layout.Height; y++)
        {
            for (int x = 0; x < layout.Width; x++)
            {
                if (layout.TryTileAt(new Vec2(x + 0.5f, y + 0.5f), out Cell tile))
                {
                    cells[(tile.Y * layout.Columns) + tile.X]++;
                }
            }
        }

        Assert.True(cells.Min() > 0 && cells.Max() - cells.Min() <= (orientation == MapOrientation.Hexagonal ? cells.Max() / 4 : 0), string.Join(' ', cells));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Staggered_tiles_that_share_a_side_are_neighbours_along_a_row_or_column_of_the_world(bool byColumn, bool even)
    {
        MapLayout layout = Layout(MapOrientation.Staggered, byColumn, even, 6, 6, 1);
        TileFrame frame = layout.Frame;
        for (int a = 0; a < 36; a++)
        {
            for (int b = 0; b < 36; b++)
            {
                (double ax, double ay) = frame.PictureCentre(a % 6, a / 6);
                (double bx, double by) = frame.PictureCentre(b % 6, b / 6);
                bool sharesSide = Math.Abs(ax - bx) == frame.TileWidth / 2.0 && Math.Abs(ay - by) == frame.TileHeight / 2.0;
                Vec2 between = layout.CentreOf(new Cell(a % 6, a / 6)) - layout.CentreOf(new Cell(b % 6, b / 6));
                Assert.Equal(sharesSide, Math.Abs(Math.Abs(between.X) + Math.Abs(between.Y) - 1) < 1e-4f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_picture_and_the_world_are_two_views_of_one_place(MapOrientation orientation, bool byColumn, bool even)
    {
        MapLayout layout = Layout(orientation, byColumn, even, 7, 5, 3);
        (double x, double y) = layout.FromPicture(layout.ToPicture(3.25, 4.5));
        Assert.Equal(3.25, x, 1e-9);
        Assert.Equal(4.5, y, 1e-9);
        (double px, double py) = layout.ToPicture(layout.CentreOf(new Cell(2, 3)).X, layout.CentreOf(new Cell(2, 3)).Y);
        (double cx, double cy) = layout.Frame.PictureCentre(2, 3);
        Assert.Equal(cx, px, 1e-4);
        Assert.Equal(cy, py, 1e-4);
    }

    private static MapLayout Layout(MapOrientation orientation, bool byColumn, bool even, int columns, int rows, int cells) =>
        new(new TileFrame(orientation, columns, rows, 64, 32, orientation == MapOrientation.Hexagonal ? 16 : 0, byColumn, even), cells);
}
