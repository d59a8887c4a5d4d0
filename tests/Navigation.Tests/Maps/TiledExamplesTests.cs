namespace RealtimeServer.Navigation.Maps;

/// <summary>The editor's own examples: proof that what it writes is read.</summary>
public sealed class TiledExamplesTests
{
    [SharedDataTheory("tiled")]
    [InlineData("desert.tmx", 40, 40, 0)]
    [InlineData("orthogonal-outside.tmx", 45, 31, 20)]
    public void Orthogonal_examples_load(string file, int width, int height, int objectsMin)
    {
        GameMap map = TiledMap.Load(Path.Combine(TestData.FindShared("tiled")!, file));
        Assert.Equal((width, height), (map.Width, map.Height));
        Assert.True(map.Objects.Count >= objectsMin, $"{map.Objects.Count} objects");
        Assert.NotEmpty(map.Tiles);
    }

    [SharedDataFact("tiled")]
    public void A_template_is_refused_with_the_object_that_uses_it()
    {
        string path = Path.Combine(TestData.FindShared("tiled")!, "sticker-knight", "sandbox.tmx");
        MapException refusal = Assert.Throws<MapException>(() => TiledMap.Load(path));
        Assert.Equal(("sandbox.tmx", "game"), (refusal.File, refusal.Layer));
        Assert.StartsWith("object 58", refusal.Place, StringComparison.Ordinal);
        Assert.Contains("Templates", refusal.Reason, StringComparison.Ordinal);
    }

    [SharedDataTheory("tiled")]
    [InlineData("hexagonal-mini.tmx", "hexagonal")]
    [InlineData("isometric_grass_and_water.tmx", "isometric")]
    public void Other_orientations_are_refused_by_name(string file, string orientation)
    {
        MapException refusal = Assert.Throws<MapException>(() => TiledMap.Load(Path.Combine(TestData.FindShared("tiled")!, file)));
        Assert.Equal(file, refusal.File);
        Assert.Contains(orientation, refusal.Reason, StringComparison.Ordinal);
    }
}
