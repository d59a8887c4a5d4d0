namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// Loads maps of the Tiled editor: orthogonal TMX and TMJ with finite layers. The format is described at
/// https://doc.mapeditor.org/en/stable/reference/tmx-map-format/.
/// </summary>
public static class TiledMap
{
    /// <summary>Loads a map file and the tilesets in its folder.</summary>
    /// <exception cref="MapException">The map cannot be read or is refused; it names file, layer, place and reason.</exception>
    public static GameMap Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? full;
        string name = Path.GetFileName(full);
        byte[] content = ReadFile(full, name) ?? throw new MapException(name, "", "", $"There is no such file in '{folder}'.");
        return Parse(name, content, source => ReadBelow(folder, source));
    }

    /// <summary>Reads a map from memory.</summary>
    /// <param name="fileName">For messages; without its ending it is the map's name.</param>
    /// <param name="content">The file's bytes.</param>
    /// <param name="resolve">Gives the bytes of a tileset by its path below the map's folder (with forward slashes), or null if there is none.</param>
    /// <exception cref="MapException">The map is refused.</exception>
    public static GameMap Parse(string fileName, ReadOnlySpan<byte> content, Func<string, byte[]?>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        if (content.Length > Limits.MapFileBytesMax)
        {
            throw TooLarge(fileName, content.Length);
        }

        MapFiles files = new(resolve ?? (static _ => null));
        MapNode root = files.Read(fileName, content.ToArray());
        return new MapReader(fileName, files).Read(root);
    }

    // A link could lead out of the folder however harmless its name is.
    private static byte[]? ReadBelow(string folder, string source)
    {
        string path = folder;
        foreach (string part in source.Split('/'))
        {
            path = Path.Combine(path, part);
            if (IsLink(path, source))
            {
                throw new MapException(source, "", "", "The file is reached by a link; put the file itself into the map's folder.");
            }
        }

        return ReadFile(path, source);
    }

    private static bool IsLink(string path, string name)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, e);
        }
    }

    private static byte[]? ReadFile(string path, string name)
    {
        try
        {
            FileInfo info = new(path);
            if (!info.Exists)
            {
                return null;
            }

            if (info.Length > Limits.MapFileBytesMax)
            {
                throw TooLarge(name, info.Length);
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, e);
        }
    }

    private static MapException Unreadable(string file, Exception e) => new(file, "", "", $"The file cannot be read: {e.Message}", e);

    private static MapException TooLarge(string file, long bytes) =>
        new(file, "", "", $"The file has {bytes} bytes; {Limits.MapFileBytesMax} are allowed.");
}
