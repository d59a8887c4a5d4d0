namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>The editor's own examples: proof that what it writes is read.</summary>
public sealed class TiledExamplesTests
{
    [SharedDataTheory("tiled")]
    [InlineData("desert.tmx", 40, 40, 0)]
    [InlineData("orthogonal-outside.tmx", 45, 31, 20)]
    public void Orthogonal_examples_load(string file, int width, int height, int objectsMin)
    {
        GameMap map = MapFile.Load(Path.Combine(TestData.FindShared("tiled")!, file));
        Assert.Equal((width, height), (map.Width, map.Height));
        Assert.True(map.Objects.Count >= objectsMin, $"{map.Objects.Count} objects");
        Assert.NotEmpty(map.Tiles);
    }

    [SharedDataFact("tiled")]
    public void A_template_that_is_not_there_is_refused_with_the_object_that_uses_it()
    {
        string path = Path.Combine(TestData.FindShared("tiled")!, "sticker-knight", "sandbox.tmx");
        MapException refusal = Assert.Throws<MapException>(() => MapFile.Load(path));
        Assert.Equal(("sandbox.tmx", "game"), (refusal.File, refusal.Layer));
        Assert.StartsWith("object 58", refusal.Place, StringComparison.Ordinal);
        Assert.Contains("'templates/hero.tx' is missing", refusal.Reason, StringComparison.Ordinal);
    }

    [SharedDataTheory("tiled")]
    [InlineData("hexagonal-mini.tmx", MapOrientation.Hexagonal, 96, 61)]
    [InlineData("isometric_grass_and_water.tmx", MapOrientation.Isometric, 25, 25)]
    public void Other_orientations_load(string file, MapOrientation orientation, int width, int height)
    {
        GameMap map = MapFile.Load(Path.Combine(TestData.FindShared("tiled")!, file));
        Assert.Equal((orientation, width, height), (map.Layout.Orientation, map.Width, map.Height));
        Assert.Contains(Enumerable.Range(0, width * height), cell => map.CreateGrid().IsOpen(cell % width, cell / width));
    }
}
