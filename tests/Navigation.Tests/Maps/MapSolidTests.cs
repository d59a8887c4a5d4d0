using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps.Tiled;

namespace RealtimeServer.Navigation.Maps;

public sealed class MapSolidTests
{
    [Fact]
    public void A_shape_that_is_not_convex_becomes_convex_parts_that_cover_it_once()
    {
        MapSolid solid = Assert.Single(Solids("""<object id="1" type="collision" x="0" y="0"><polygon points="0,0 30,0 30,20 20,20 20,10 10,10 10,20 0,20"/></object>"""));
        Assert.InRange(solid.Parts.Count, 3, 4);
        Assert.Equal(2.5, solid.Parts.Sum(Area), 5);
        for (int i = 0; i < 30; i++)
        {
            var point = new Vec2((i % 6 * 0.5f) + 0.21f, (i / 6 * 0.2f) + 0.09f);
            Assert.Equal(solid.Source.Contains(point) ? 1 : 0, solid.Parts.Count(part => MapOutline.Contains([.. part], point.X, point.Y)));
        }
    }

    [Fact]
    public void Outlines_of_any_seed_are_cut_into_parts_of_their_area()
    {
        var random = new DeterministicRandom(11);
        for (int i = 0; i < 500; i++)
        {
            var outline = new Vec2[3 + random.Next(70)];
            for (int corner = 0; corner < outline.Length; corner++)
            {
                (float sin, float cos) = DeterministicMath.SinCos(corner * 2 * MathF.PI / outline.Length);
                outline[corner] = new Vec2(cos, sin) * random.NextSingle(1, 6);
            }

            List<Vec2[]> parts = ConvexParts.Of(outline);
            Assert.Equal(Math.Abs(Area(outline)), parts.Sum(part => Area(part)), 3);
            Assert.All(parts, part => Assert.InRange(part.Length, 3, ConvexParts.CornersMax));
            Assert.Equal(parts.Sum(part => Area(part)), ConvexParts.Of([.. outline.Reverse()]).Sum(part => Area(part)), 3);
        }
    }

    [Fact]
    public void Its_height_is_its_own_or_that_of_the_walls()
    {
        IReadOnlyList<MapSolid> solids = Solids("""
            <object id="1" type="collision" x="0" y="0" width="10" height="10"/>
            <object id="2" type="collision" x="0" y="0" width="10" height="10"><properties><property name="wallHeight" value="3.5"/><property name="foot" value="2"/></properties></object>
            <object id="3" type="collision" x="0" y="0" width="10" height="10"><properties><property name="wallHeight" value="0"/></properties></object>
            <object id="4" type="collision" x="0" y="0"><point/></object>
            """);
        Assert.Equal([(0f, 2f), (2f, 3.5f)], solids.Select(solid => (solid.Foot, solid.Top)));
    }

    [Fact]
    public void A_polyline_is_a_fence()
    {
        const string Line = """<object id="1" type="collision" x="0" y="0"><polyline points="0,10 10,10 10,10 10,20"/>{0}</object>""";
        MapSolid thin = Assert.Single(Solids(Line.Replace("{0}", "", StringComparison.Ordinal)));
        Assert.Equal([0.11, 0.06], thin.Parts.Select(part => Math.Round(Area(part), 4)));
        MapSolid thick = Assert.Single(Solids(Line.Replace("{0}", """<properties><property name="thickness" value="1"/></properties>""", StringComparison.Ordinal)));
        Assert.Equal([2, 1.5], thick.Parts.Select(part => Math.Round(Area(part), 4)));
    }

    [Theory]
    [InlineData("""<polygon points="0,0 10,10 10,0 0,10"/>""", "crosses or touches itself")]
    [InlineData("""<polygon points="0,0 10,0 20,0"/>""", "has no area")]
    [InlineData("""<polygon points="0,0 10,0 10,10"/><properties><property name="wallHeight" value="high"/></properties>""", "'wallHeight' is 'high'; a number from 0 to 10000")]
    [InlineData("""<polygon points="0,0 10,0 10,10"/><properties><property name="foot" value="2"/></properties>""", "'foot' of 2 is not below its top")]
    public void What_cannot_be_solid_is_refused_by_file_layer_and_name(string shape, string reason)
    {
        MapException refused = Assert.Throws<MapException>(() => Solids($"""<object id="7" name="rock" type="collision" x="0" y="0">{shape}</object>"""));
        Assert.Equal(("test.tmx", "things", "object 7 'rock'"), (refused.File, refused.Layer, refused.Place));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_corners_are_refused()
    {
        string points = string.Join(' ', Enumerable.Range(0, Limits.SolidOutlineCornersMax + 1).Select(i => FormattableString.Invariant($"{i},{i * i * 0.01}")));
        MapException refused = Assert.Throws<MapException>(() => Solids($"""<object id="7" type="collision" x="0" y="0"><polygon points="{points}"/></object>"""));
        Assert.Contains("has 129 corners", refused.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<MapSolid> Solids(string objects) => TiledMapTests.Parse(TiledMapTests.Map($"""
        <tileset firstgid="1" name="t" tilecount="1"/><layer name="a"><data encoding="csv">1,1,1,1,1,1</data></layer><objectgroup name="things">{objects}</objectgroup>
        """)).Collision.Solids;

    private static double Area(IReadOnlyList<Vec2> outline)
    {
        double area = 0;
        for (int i = 0; i < outline.Count; i++)
        {
            (Vec2 a, Vec2 b) = (outline[i], outline[(i + 1) % outline.Count]);
            area += 0.5 * (((double)a.X * b.Y) - ((double)a.Y * b.X));
        }

        return area;
    }
}
