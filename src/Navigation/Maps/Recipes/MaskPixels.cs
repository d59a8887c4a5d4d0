using RealtimeServer.Navigation.Maps.Images;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Turns the colours of a mask into kinds of ground.</summary>
internal sealed class MaskPixels(string file, MapRecipe recipe) : IPixelSink
{
    private int _lastColour = -1;
    private uint _lastKind;

    public int PixelsMax => Limits.MaskPixelsMax;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public uint[] Cells { get; private set; } = [];

    public void Begin(int width, int height)
    {
        (Width, Height) = (width, height);
        Cells = new uint[width * height];
    }

    public void Set(int x, int y, Pixel pixel)
    {
        bool isThere = pixel.Alpha > ushort.MaxValue / 2;
        if (recipe.Legend.Count == 0)
        {
            // The eye's own weights of the colours.
            uint light = ((299u * pixel.Red) + (587u * pixel.Green) + (114u * pixel.Blue)) / 1000;
            Cells[(y * Width) + x] = isThere && light > ushort.MaxValue / 2 ? 1u : 2u;
            return;
        }

        if (isThere)
        {
            Cells[(y * Width) + x] = KindOf(pixel, x, y);
        }
    }

    private uint KindOf(Pixel pixel, int x, int y)
    {
        int colour = ((pixel.Red >> 8) << 16) | ((pixel.Green >> 8) << 8) | (pixel.Blue >> 8);
        if (colour == _lastColour)
        {
            return _lastKind;
        }

        int best = recipe.Tolerance + 1;
        foreach (LegendEntry entry in recipe.Legend)
        {
            int distance = Math.Max(Difference(colour, entry.Colour, 16), Math.Max(Difference(colour, entry.Colour, 8), Difference(colour, entry.Colour, 0)));
            if (distance < best)
            {
                best = distance;
                _lastKind = (uint)entry.Kind.Gid;
            }
        }

        _lastColour = best <= recipe.Tolerance
            ? colour
            : throw new MapException(file, "", $"row {y}, column {x}", $"The colour #{colour:x6} is not in the legend; add it, or raise 'tolerance'.");
        return _lastKind;
    }

    private static int Difference(int a, int b, int shift) => Math.Abs(((a >> shift) & 255) - ((b >> shift) & 255));
}
