namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Reads a picture of any kind that is read here; its first bytes say which it is.</summary>
internal static class MapImage
{
    /// <exception cref="MapException">It is no such picture, is damaged, or too large.</exception>
    public static void Read<TSink>(string file, byte[] content, ref TSink sink)
        where TSink : IPixelSink
    {
        if (PngReader.Looks(content))
        {
            new PngReader(file, content).Read(ref sink);
        }
        else if (PgmReader.Looks(content))
        {
            new PgmReader(file, content).Read(ref sink);
        }
        else
        {
            throw new MapException(file, "", "", "This picture is neither PNG nor PGM or PBM.");
        }
    }

    /// <summary>Refuses a picture that is empty or too large.</summary>
    public static void RequireSize(string file, long width, long height, int pixelsMax)
    {
        // A picture of heights may have a row and a column more than the map has cells.
        if (width is < 1 or > Limits.GridSideMax + 1 || height is < 1 or > Limits.GridSideMax + 1 || width * height > pixelsMax)
        {
            string allowed = $"1 to {Limits.GridSideMax + 1} each way and {pixelsMax} in all are allowed";
            throw new MapException(file, "", "", $"The picture is {width} by {height} pixels; {allowed}.");
        }
    }
}
