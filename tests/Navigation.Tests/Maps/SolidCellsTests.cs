using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps.Compiled;
using RealtimeServer.Navigation.Maps.Tiled;

namespace RealtimeServer.Navigation.Maps;

/// <summary>What a designer draws of the class <c>collision</c> closes the way, and no more of it than it must.</summary>
public sealed class SolidCellsTests
{
    private const int Side = 16;

    [Theory]
    [InlineData("""<object id="1" type="collision" x="40" y="20"><polyline points="0,0 0,60"/></object>""", "4,2 4,3 4,4 4,5 4,6 4,7")] // on a border: the right one
    [InlineData("""<object id="1" type="collision" x="40.9" y="20"><polyline points="0,0 0,30"/></object>""", "4,2 4,3 4,4")]
    [InlineData("""<object id="1" type="collision" x="39" y="20"><polyline points="0,0 0,30"/></object>""", "3,2 3,3 3,4")]
    [InlineData("""<object id="1" type="collision" x="20" y="40"><polyline points="0,0 30,0"/></object>""", "2,4 3,4 4,4")] // on a border: the lower one
    [InlineData("""<object id="1" type="collision" x="25" y="25"><polyline points="0,0 30,30"/></object>""", "2,2 3,3 4,4 5,5")] // nothing steps across a corner of two
    [InlineData("""<object id="1" type="collision" x="20" y="20" width="30" height="20"/>""", "2,2 3,2 4,2 2,3 3,3 4,3")]
    [InlineData("""<object id="1" type="collision" x="19" y="19" width="32" height="22"/>""", "2,2 3,2 4,2 2,3 3,3 4,3")] // a tenth of a cell beyond
    [InlineData("""<object id="1" type="collision" x="17" y="20" width="33" height="10"/>""", "1,2 2,2 3,2 4,2")] // three tenths
    [InlineData("""<object id="1" type="collision" x="20" y="20" width="20" height="20"><ellipse/></object>""", "2,2 3,2 2,3 3,3")]
    [InlineData("""<object id="1" type="collision" x="38" y="38" width="4" height="4"/>""", "4,4")] // bars the ways across a corner
    [InlineData("""<object id="1" type="collision" x="41" y="36" width="1" height="1"/>""", "")] // beside them: in nobody's way
    public void Cells_it_stands_in_are_closed(string shape, string cells) => Assert.Equal(cells, Closed(Map(shape)));

    [Fact]
    public void Walkable_on_the_ground_or_off_it_decides()
    {
        const string Box = """<object id="1" type="collision" x="20" y="20" width="20" height="10"><properties>{0}</properties></object>""";
        const string Foot = """<property name="foot" type="float" value="1"/>""", Yes = """<property name="walkable" type="bool" value="true"/>""";
        const string No = """<property name="walkable" type="bool" value="false"/>""", Flat = """<property name="wallHeight" type="float" value="0"/>""";
        string With(string properties) => Closed(Map(string.Format(CultureInfo.InvariantCulture, Box, properties)));
        Assert.Equal("2,2 3,2", With(""));
        Assert.Equal("", With(Foot));
        Assert.Equal("", With(Yes));
        Assert.Equal("2,2 3,2", With(No));
        Assert.Equal("2,2 3,2", With(Foot + No));
        Assert.Equal("", With(Flat));
        Assert.Equal("2,2 3,2", With(Flat + No));
        Assert.Equal("", Closed(Map("""<object id="1" type="collision" x="20" y="25"><polyline points="0,0 30,0"/><properties><property name="walkable" type="bool" value="true"/></properties></object>""")));
    }

    [Fact]
    public void An_area_that_is_drawn_later_does_not_open_what_stands_there()
    {
        const string Gate = """<object id="2" x="20" y="20" width="40" height="40"><properties><property name="walkable" type="bool" value="true"/></properties></object>""";
        Assert.Equal("2,2 3,2", Closed(Map($"""<object id="1" type="collision" x="20" y="20" width="20" height="10"/>{Gate}""")));
    }

    [Fact]
    public void Bodies_meet_the_shape_and_not_a_wall_of_its_cells()
    {
        GameMap map = Map("""<object id="1" type="collision" x="20" y="25"><polyline points="0,0 30,0"/></object>""");
        Assert.All(map.Collision.ColumnTops.ToArray(), top => Assert.Equal(0, top));
        Grid grid = map.CreateGrid();
        Assert.True(!grid.IsOpen(2, 2) && !map.Collision.IsWall(grid, 2, 2));
        grid.Block(new CellRect(2, 2, 1, 1));
        Assert.True(map.Collision.IsWall(grid, 2, 2) && !map.Collision.IsWall(grid, 3, 2));
        grid.Unblock(new CellRect(2, 2, 1, 1));
        Assert.True(!map.Collision.IsWall(grid, 2, 2) && !grid.IsOpen(2, 2));
    }

    [Fact]
    public void A_compiled_map_is_closed_the_same_way_and_a_save_opens_nothing_that_still_stands()
    {
        GameMap map = Map("""<object id="1" type="collision" x="20" y="25"><polyline points="0,0 90,37"/></object>"""), bare = Map("");
        GameMap read = MapFile.Parse("test.rmap", CompiledMap.Write(map));
        Assert.Equal((map.Hash, Closed(map)), (read.Hash, Closed(read)));
        Assert.NotEqual(bare.Hash, map.Hash);
        Assert.Empty(MapDifference.Between(map, bare, 100)!);
    }

    [Fact]
    public void No_path_leads_through_any_shape_and_no_cell_is_closed_in_vain()
    {
        var random = new DeterministicRandom(23);
        for (int round = 0; round < 250; round++)
        {
            GameMap map = Map($"""<object id="1" type="collision" x="80" y="80">{Shape(random)}</object>""");
            Grid grid = map.CreateGrid();
            Vec2[][] parts = [.. map.Collision.Solids.SelectMany(solid => solid.Parts).Select(part => part.ToArray())];
            for (int cell = 0; cell < Side * Side; cell++)
            {
                (int x, int y) = (cell % Side, cell / Side);
                bool isNeeded = parts.Any(part => Reaches(part, x, y));
                foreach ((int stepX, int stepY) in (ReadOnlySpan<(int, int)>)[(1, 0), (0, 1), (1, 1), (-1, 1), (-1, 0), (0, -1), (-1, -1), (1, -1)])
                {
                    bool isInside = x + stepX is >= 0 and < Side && y + stepY is >= 0 and < Side;
                    bool isBarred = isInside && parts.Any(part => Crosses(part, new Vec2(x + 0.5f, y + 0.5f), new Vec2(x + stepX + 0.5f, y + stepY + 0.5f), 1e-3));
                    bool canStep = isInside && grid.IsOpen(x, y) && grid.IsOpen(x + stepX, y + stepY) && grid.IsOpen(x + stepX, y) && grid.IsOpen(x, y + stepY);
                    Assert.False(isBarred && canStep, $"round {round}: a step leads from ({x}, {y}) by ({stepX}, {stepY}) through it");
                    isNeeded |= isInside && parts.Any(part => Crosses(part, new Vec2(x + 0.5f, y + 0.5f), new Vec2(x + stepX + 0.5f, y + stepY + 0.5f), -1e-3));
                }

                // A step across the corner beside a cell needs that cell too.
                isNeeded |= parts.Any(part => (ReadOnlySpan<(int, int)>)[(1, 1), (-1, 1), (-1, -1), (1, -1)] is var corners && Beside(part, x, y, corners));
                Assert.True(grid.IsOpen(x, y) || isNeeded, $"round {round}: ({x}, {y}) is closed in vain");
            }
        }
    }

    private static bool Beside(Vec2[] part, int x, int y, ReadOnlySpan<(int X, int Y)> corners)
    {
        bool any = false;
        foreach ((int stepX, int stepY) in corners)
        {
            any |= Crosses(part, new Vec2(x + stepX + 0.5f, y + 0.5f), new Vec2(x + 0.5f, y + stepY + 0.5f), -1e-3);
        }

        return any;
    }

    private static string Shape(DeterministicRandom random)
    {
        int corners = 3 + random.Next(6);
        float size = random.NextSingle(1, 70);
        IEnumerable<string> points = Enumerable.Range(0, corners).Select(i =>
        {
            (float sin, float cos) = DeterministicMath.SinCos(i * 2 * MathF.PI / corners);
            float reach = size * random.NextSingle(0.3f, 1);
            return FormattableString.Invariant($"{cos * reach:0.00},{sin * reach:0.00}");
        });
        float thickness = random.NextSingle(0.02f, 0.7f);
        string properties = FormattableString.Invariant($"""<properties><property name="thickness" type="float" value="{thickness:0.00}"/></properties>""");
        return random.Next(2) == 0 ? $"""<polygon points="{string.Join(' ', points)}"/>""" : $"""<polyline points="{string.Join(' ', points)}"/>{properties}""";
    }

    // Whether a convex part has anything of the middle of a cell, all but a fifth along each side; asked of the separating axes.
    private static bool Reaches(Vec2[] part, int x, int y)
    {
        const float In = (float)SolidCells.Reach;
        Vec2[] core = [new(x + In, y + In), new(x + 1 - In, y + In), new(x + 1 - In, y + 1 - In), new(x + In, y + 1 - In)];
        return Meet(part, core, 0);
    }

    private static bool Crosses(Vec2[] part, Vec2 from, Vec2 to, double by) => Meet(part, [from, to], by);

    // Whether two convex shapes overlap by more than a depth along every axis that could part them.
    private static bool Meet(Vec2[] a, Vec2[] b, double by)
    {
        foreach (Vec2[] shape in (Vec2[][])[a, b])
        {
            for (int i = 0; i < shape.Length; i++)
            {
                Vec2 side = shape[(i + 1) % shape.Length] - shape[i];
                if (side.Length == 0)
                {
                    continue;
                }

                Vec2 axis = side.Perpendicular * (1 / side.Length);
                (double lowA, double highA) = (a.Min(point => (double)Vec2.Dot(point, axis)), a.Max(point => (double)Vec2.Dot(point, axis)));
                (double lowB, double highB) = (b.Min(point => (double)Vec2.Dot(point, axis)), b.Max(point => (double)Vec2.Dot(point, axis)));
                if (Math.Min(highA - lowB, highB - lowA) <= by)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static string Closed(GameMap map)
    {
        Grid grid = map.CreateGrid();
        return string.Join(' ', Enumerable.Range(0, Side * Side).Select(i => (X: i % Side, Y: i / Side)).Where(cell => !grid.IsOpen(cell.X, cell.Y)).Select(cell => $"{cell.X},{cell.Y}"));
    }

    private static GameMap Map(string objects) => TiledMapTests.Parse(TiledMapTests.Map(
        $"""<tileset firstgid="1" name="t" tilecount="1"/><layer name="a"><data encoding="csv">{string.Join(',', Enumerable.Repeat(1, Side * Side))}</data></layer><objectgroup>{objects}</objectgroup>""",
        FormattableString.Invariant($"orientation=\"orthogonal\" width=\"{Side}\" height=\"{Side}\"")).Replace("tileheight=\"20\"", "tileheight=\"10\"", StringComparison.Ordinal));
}
