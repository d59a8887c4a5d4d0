namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>A pixel, each part from 0 to 65,535; a grey one has the same in all colours.</summary>
internal readonly record struct Pixel(ushort Red, ushort Green, ushort Blue, ushort Alpha)
{
    public static Pixel Grey(ushort value) => new(value, value, value, ushort.MaxValue);
}

/// <summary>Receives an image pixel by pixel, so that nobody keeps more of it than is needed.</summary>
internal interface IPixelSink
{
    /// <summary>How many pixels it takes at most.</summary>
    int PixelsMax { get; }

    /// <summary>The image is so large. Called once, before any pixel.</summary>
    void Begin(int width, int height);

    void Set(int x, int y, Pixel pixel);
}
