using RealtimeServer.Navigation.Maps.Images;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Makes a map of a picture of the ground's kinds, a picture of its heights, or both.</summary>
internal static class PictureMap
{
    private static readonly Dictionary<string, string> NoProperties = [];

    // What a mask without a legend says: light is open, dark or transparent is closed.
    private static readonly TileKind[] Plain =
    [
        TileKind.Of(1, "open", "#d8d2c4", new GroundRule(true, null, null, null), NoProperties),
        TileKind.Of(2, "closed", "#202028", new GroundRule(false, null, null, null), NoProperties),
    ];

    public static MapContent Make(string file, MapRecipe recipe, MapFiles files)
    {
        MaskPixels? mask = recipe.Mask.Length > 0 ? ReadMask(file, recipe, files) : null;
        HeightPixels? heights = recipe.Heights.Length > 0 ? ReadHeights(file, recipe, files) : null;
        (int width, int height) = mask is not null ? (mask.Width, mask.Height) : (heights!.Width, heights.Height);
        if (width > Limits.GridSideMax || height > Limits.GridSideMax || (long)width * height > Limits.MapCellsMax)
        {
            throw new MapException(file, "", "", $"The map has {width} by {height} cells; {Limits.GridSideMax} each way and {Limits.MapCellsMax} in all are allowed.");
        }

        files.Budget.TakeLayerCells(file, "", width * height);
        uint[] cells = mask?.Cells ?? new uint[width * height];
        if (mask is null)
        {
            Array.Fill(cells, 1u);
        }

        MapHeights? ground = heights?.ToHeights(file, recipe, width, height);
        if (ground is not null)
        {
            SteepGround.Close(ground, recipe, cells, recipe.Legend.Count == 0 ? 2u : (uint)recipe.Legend.Count + 1);
        }

        IReadOnlyList<TileKind> kinds = recipe.Legend.Count == 0
            ? Plain
            : [.. recipe.Legend.Select(entry => entry.Kind), Plain[1] with { Gid = recipe.Legend.Count + 1, Class = "steep" }];
        return new MapContent
        {
            File = file,
            Layout = MapLayout.Plain(width, height),
            Properties = recipe.Properties,
            Tiles = kinds,
            Layers = [new TileLayer("ground", "", width, height, cells, NoProperties)],
            Objects = recipe.Objects,
            Flags = recipe.Flags,
            Heights = ground,
        };
    }

    private static MaskPixels ReadMask(string file, MapRecipe recipe, MapFiles files)
    {
        byte[] content = files.ReadNamed(file, "mask", recipe.Mask, out string path);
        MaskPixels mask = new(path, recipe);
        MapImage.Read(path, content, ref mask);
        return mask;
    }

    private static HeightPixels ReadHeights(string file, MapRecipe recipe, MapFiles files)
    {
        byte[] content = files.ReadNamed(file, "heights", recipe.Heights, out string path);
        HeightPixels heights = new();
        MapImage.Read(path, content, ref heights);
        return heights;
    }
}
