namespace RealtimeServer.Navigation.Maps;

/// <summary>The files of one map while it is read: the map itself and the tilesets beside it.</summary>
internal sealed class MapFiles
{
    private readonly Func<string, byte[]?> _resolve;

    /// <param name="resolve">Gives the bytes of a path below the map's folder (with forward slashes), or null.</param>
    public MapFiles(Func<string, byte[]?> resolve)
    {
        _resolve = resolve;
    }

    public MapBudget Budget { get; } = new();

    public MapNode Read(string file, byte[] content)
    {
        Budget.TakeFile(file, content.Length);
        foreach (byte b in content)
        {
            if (b == '<')
            {
                return XmlMapSource.Read(file, content, Budget);
            }

            if (b is (byte)'{' or (byte)'[')
            {
                return JsonMapSource.Read(file, content, Budget);
            }
        }

        throw new MapException(file, "", "", "This is neither XML (TMX, TSX) nor JSON (TMJ, TSJ).");
    }

    /// <summary>Reads a file that another one names, which must lie in the map's folder or below it.</summary>
    public MapNode ReadExternal(string file, string place, string source)
    {
        string path = source.Replace('\\', '/');
        if (path.Length == 0 || path.StartsWith('/') || path.Contains(':') || path.Contains('\0')
            || path.Split('/').Any(part => part is ".." or "." or ""))
        {
            throw new MapException(file, "", place, $"The file '{source}' does not lie in the map's folder; only those may be used.");
        }

        byte[] content = _resolve(path) ?? throw new MapException(file, "", place, $"The file '{source}' is missing.");
        return Read(path, content);
    }
}
