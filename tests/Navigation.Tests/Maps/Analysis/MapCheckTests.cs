using System.Text;

namespace RealtimeServer.Navigation.Maps.Analysis;

public sealed class MapCheckTests
{
    private const string Rooms = """
        ##############
        #.....#......#
        #.....#......#
        #............#
        #.....#......#
        #.....#......#
        #######.######
        #...####.....#
        ##############
        """;

    [Fact]
    public void A_door_between_two_rooms_is_a_choke_point_and_the_only_way()
    {
        MapReport report = MapCheck.Run(Draw(Rooms));
        ChokePoint door = Assert.Single(report.ChokePoints);
        Assert.Equal((new Cell(6, 3), 1, true, 25), (door.Place, door.Width, door.IsOnlyWay, door.CellsBehind));
    }

    [Fact]
    public void With_a_second_door_neither_is_the_only_way()
    {
        MapReport report = MapCheck.Run(Draw(Rooms.Replace("#.....#......#\n#######", "#............#\n#######", StringComparison.Ordinal)));
        Assert.Equal(2, report.ChokePoints.Count);
        Assert.All(report.ChokePoints, point => Assert.Equal((1, false, 0), (point.Width, point.IsOnlyWay, point.CellsBehind)));
    }

    [Fact]
    public void Places_nobody_reaches_are_found_with_their_size()
    {
        MapReport report = MapCheck.Run(Draw(Rooms));
        Assert.Equal([57, 5, 3], report.Areas.Select(area => area.Cells));
        Assert.Equal(["5 open cells cannot be reached from the rest.", "3 open cells cannot be reached from the rest."], report.Findings.Select(finding => finding.Text));
        Assert.Equal(new Cell(1, 7), report.Findings[1].Place);
        Assert.False(report.HasErrors);
    }

    [Fact]
    public void Spawn_points_in_walls_outside_and_apart_are_errors()
    {
        MapReport report = MapCheck.Run(Draw(
            Rooms, "{\"class\":\"spawn\",\"name\":\"a\",\"x\":2.5,\"y\":2.5}", "{\"class\":\"spawn\",\"name\":\"b\",\"x\":0.5,\"y\":0.5}", "{\"name\":\"Spawn far\",\"x\":99,\"y\":0}",
            "{\"class\":\"spawn\",\"name\":\"c\",\"x\":9.5,\"y\":7.5}", "{\"class\":\"spawn\",\"name\":\"d\",\"x\":9.5,\"y\":2.5}", "{\"class\":\"tree\",\"x\":-3,\"y\":1}",
            "{\"class\":\"region\",\"name\":\"r\",\"x\":0,\"y\":0,\"width\":2,\"height\":1}"));
        Assert.Equal(
            ["The object 'Spawn far' lies outside of the map.", "The spawn 'b' stands in a closed cell.", "The spawn 'c' cannot be reached from the other spawn points."],
            report.Findings.Where(finding => finding.Severity == MapSeverity.Error).Select(finding => finding.Text).Order());
        Assert.Contains(report.Findings, finding => finding.Text == "The tree number 6 lies outside of the map.");
        Assert.Contains(report.Findings, finding => finding.Text == "The region 'r' has no open cell.");
    }

    [Fact]
    public void What_fences_wall_off_and_shapes_that_do_nothing_are_told()
    {
        const string Field = """
            ##########
            #........#
            #........#
            #........#
            #........#
            ##########
            """;
        MapReport report = MapCheck.Run(Draw(
            Field, "{\"class\":\"spawn\",\"name\":\"a\",\"x\":1.5,\"y\":2.5}", "{\"class\":\"spawn\",\"name\":\"b\",\"x\":2.5,\"y\":2.5}",
            "{\"class\":\"spawn\",\"name\":\"c\",\"x\":8.5,\"y\":2.5}", "{\"class\":\"spawn\",\"name\":\"d\",\"x\":5.5,\"y\":2.5}",
            "{\"class\":\"region\",\"name\":\"east\",\"x\":7,\"y\":1,\"width\":2,\"height\":4}", "{\"class\":\"region\",\"name\":\"hedge\",\"x\":5,\"y\":1,\"width\":1,\"height\":4}",
            "{\"class\":\"collision\",\"name\":\"fence\",\"shape\":\"polyline\",\"points\":[[5.5,1],[5.5,5]]}",
            "{\"class\":\"collision\",\"name\":\"inner\",\"x\":0,\"y\":0,\"width\":3,\"height\":1}", "{\"class\":\"Collision\",\"name\":\"typo\",\"x\":2,\"y\":2,\"width\":1,\"height\":1}",
            "{\"class\":\"collision\",\"name\":\"peg\",\"x\":3.1,\"y\":2.8,\"width\":0.05,\"height\":0.05}", "{\"class\":\"collision\",\"name\":\"dot\",\"x\":3,\"y\":3}",
            "{\"class\":\"collision\",\"name\":\"beam\",\"x\":2,\"y\":2,\"width\":1,\"height\":1,\"properties\":{\"foot\":0.5}}",
            "{\"class\":\"collision\",\"name\":\"tower\",\"x\":0,\"y\":0,\"width\":3,\"height\":1,\"properties\":{\"wallHeight\":5}}"));
        Assert.Equal(
            [
                "12 open cells cannot be reached from the rest; collision shapes wall them off.",
                "The Collision 'typo' is not solid: its class is to be written 'collision'.",
                "The collision 'beam' begins 0.5 above open ground, and units walk through it: set 'walkable' to false if they are not to, or to true if that is meant.",
                "The collision 'dot' is not solid: it is neither an area nor a line.",
                "The collision 'inner' closes no cell: what it stands in is closed without it, or it is too small to be in the way of paths.",
                "The collision 'peg' closes no cell: what it stands in is closed without it, or it is too small to be in the way of paths.",
                "The region 'east' cannot be reached from the rest; collision shapes wall it off.",
                "The region 'hedge' has no open cell; collision shapes close all of it.",
                "The spawn 'c' cannot be reached from the other spawn points; collision shapes wall it off.",
                "The spawn 'd' stands in a closed cell; a collision shape closes it.",
            ],
            report.Findings.Select(finding => finding.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_map_without_an_open_cell_is_an_error() => Assert.True(MapCheck.Run(Draw("##\n##")).HasErrors);

    [Fact]
    public void Numbers_used_twice_and_colours_that_are_none_are_warnings()
    {
        const string Text = """
            <map width="1" height="1" tilewidth="9" tileheight="9"><tileset firstgid="1" tilecount="1"><tile id="0"><properties><property name="color" value="blue"/></properties></tile></tileset>
            <layer name="a"><data encoding="csv">1</data></layer><objectgroup><object id="7" x="3" y="3"/><object id="7" x="4" y="3"/><object id="0" x="4" y="3"/></objectgroup></map>
            """;
        MapReport report = MapCheck.Run(MapFile.Parse("m.tmx", Encoding.UTF8.GetBytes(Text)));
        Assert.Equal(
            ["2 objects have the number 7; properties that name it may mean any.", "The colour 'blue' of the tile 1 is not #rrggbb; viewers draw it as any ground."],
            report.Findings.Select(finding => finding.Text).Order());
        Assert.False(report.HasErrors);
    }

    private static GameMap Draw(string rows, params string[] objects)
    {
        string[] lines = rows.Split('\n', StringSplitOptions.TrimEntries);
        string pixels = string.Join(' ', lines.SelectMany(line => line).Select(cell => cell == '#' ? "0" : "9"));
        byte[] mask = Encoding.ASCII.GetBytes($"P2 {lines[0].Length} {lines.Length} 9 {pixels}");
        return MapFile.Parse("drawn.map.json", Encoding.UTF8.GetBytes($"{{\"mask\":\"m.pgm\",\"objects\":[{string.Join(',', objects)}]}}"), _ => mask);
    }
}
