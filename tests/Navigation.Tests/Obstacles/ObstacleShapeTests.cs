using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Obstacles;

public sealed class ObstacleShapeTests
{
    [Theory]
    [InlineData("0,0 1,0", "3 to 8 corners, not 2")]
    [InlineData("0,0 1,0 2,0 3,0 4,1 4,2 4,3 3,4 0,4", "3 to 8 corners, not 9")]
    [InlineData("0,0 4,0 1,1 0,4", "At corner 2")]
    [InlineData("0,4 1,1 4,0 0,0", "At corner 1")]
    [InlineData("0,0 4,4 4,0 0,4", "not convex, or crosses itself")]
    [InlineData("0,0 3,9 5,0 0,6 6,6", "not convex, or crosses itself")]
    [InlineData("0,0 1,1 2,2", "lie on a line")]
    [InlineData("1,1 1,1 1,1", "lie on a line")]
    [InlineData("0,0 NaN,1 0,4", "Corner 1")]
    [InlineData("0,0 1,0 0,5000", "Corner 2")]
    public void A_polygon_that_cannot_be_is_refused_with_its_corner_and_the_reason(string corners, string reason)
    {
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => ObstacleShape.Polygon(Points(corners))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_are_circles_segments_and_roundings()
    {
        Assert.Contains("radius 0", Refusal(() => ObstacleShape.Circle(0)), StringComparison.Ordinal);
        Assert.Contains("NaN", Refusal(() => ObstacleShape.Circle(float.NaN)), StringComparison.Ordinal);
        Assert.Contains("no length", Refusal(() => ObstacleShape.Segment(new Vec2(1, 1), new Vec2(1, 1))), StringComparison.Ordinal);
        Assert.Contains("Corner 1", Refusal(() => ObstacleShape.Segment(new Vec2(1, 1), new Vec2(float.PositiveInfinity, 1))), StringComparison.Ordinal);
        Assert.Contains("thickness -1", Refusal(() => ObstacleShape.Segment(new Vec2(1, 1), new Vec2(2, 1), -1)), StringComparison.Ordinal);
        Assert.Contains("rounding", Refusal(() => ObstacleShape.Polygon(Points("0,0 1,0 0,1"), float.NaN)), StringComparison.Ordinal);
        CrowdObstacles obstacles = new();
        Assert.Contains("no shape", Refusal(() => obstacles.Add(default, new ObstaclePose(Vec2.Zero))), StringComparison.Ordinal);
        Assert.Contains("not a number", Refusal(() => obstacles.Add(ObstacleShape.Circle(1), new ObstaclePose(Vec2.Zero, Turn: float.NaN))), StringComparison.Ordinal);
        Assert.Equal(0, obstacles.Count);
    }

    [Fact]
    public void Either_way_round_it_is_the_same_shape()
    {
        Vec2[] corners = Points("0,0 2,0 2,0 2,1 1,3");
        Vec2[] turned = [.. corners.Reverse()];
        foreach (Vec2 at in new[] { new Vec2(-1, 0.5f), new Vec2(1, 1), new Vec2(3, 3) })
        {
            float distance = ConvexGeometry.Nearest(ObstacleShape.Polygon(corners).Corners, at, out _, out Vec2 away);
            Assert.Equal(distance, ConvexGeometry.Nearest(ObstacleShape.Polygon(turned).Corners, at, out _, out Vec2 other), 1e-6f);
            Assert.Equal(away, other);
        }
    }

    private static string Refusal(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;

    private static Vec2[] Points(string text) => [.. text.Split(' ').Select(pair => pair.Split(',')).Select(pair => new Vec2(
        float.Parse(pair[0], System.Globalization.CultureInfo.InvariantCulture), float.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture)))];
}
