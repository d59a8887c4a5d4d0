using RealtimeServer.Navigation.Maps.Images;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Keeps the grey of a picture of heights: black is lowest, white highest.</summary>
internal sealed class HeightPixels : IPixelSink
{
    private ushort[] _greys = [];

    public int PixelsMax => Limits.HeightPixelsMax;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public void Begin(int width, int height)
    {
        (Width, Height) = (width, height);
        _greys = new ushort[width * height];
    }

    public void Set(int x, int y, Pixel pixel) =>
        _greys[(y * Width) + x] = pixel.Red == pixel.Green && pixel.Green == pixel.Blue
            ? pixel.Red
            : (ushort)(((299u * pixel.Red) + (587u * pixel.Green) + (114u * pixel.Blue)) / 1000);

    /// <summary>The heights of a map of so many cells: a pixel a cell, or a pixel a corner.</summary>
    /// <exception cref="MapException">The picture has another size.</exception>
    public MapHeights ToHeights(string file, MapRecipe recipe, int width, int height)
    {
        bool ofCorners = Width == width + 1 && Height == height + 1;
        if (!ofCorners && (Width != width || Height != height))
        {
            string reason = $"The picture of heights is {Width} by {Height} pixels; {width} by {height}, or one more each way, are the map's.";
            throw new MapException(file, "", "heights", reason);
        }

        float[] heights = new float[_greys.Length];
        for (int i = 0; i < heights.Length; i++)
        {
            heights[i] = recipe.Lowest + ((recipe.Highest - recipe.Lowest) * (_greys[i] / (float)ushort.MaxValue));
        }

        return ofCorners ? MapHeights.OfCorners(width, height, heights) : MapHeights.OfCells(width, height, heights);
    }
}
