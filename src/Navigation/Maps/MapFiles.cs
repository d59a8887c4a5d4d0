namespace RealtimeServer.Navigation.Maps;

/// <summary>The files of one map while it is read: the map itself and those it names, all in its folder or below.</summary>
internal sealed class MapFiles
{
    private readonly Func<string, byte[]?> _resolve;
    private readonly Func<string, string?> _findFirst;
    private readonly List<string> _read = [];

    /// <param name="resolve">Gives the bytes of a path below the map's folder (with forward slashes), or null.</param>
    /// <param name="findFirst">Gives the path of the first file with an ending beside the map or above, or null; nothing is found where it is missing.</param>
    public MapFiles(Func<string, byte[]?> resolve, Func<string, string?>? findFirst = null)
    {
        _resolve = resolve;
        _findFirst = findFirst ?? (static _ => null);
    }

    public MapBudget Budget { get; } = new();

    /// <summary>The paths of all files that were asked for, found or not, with forward slashes from the map's folder.</summary>
    public IReadOnlyList<string> Asked => _read;

    /// <summary>The first file, by name, with an ending beside the map or above, or null.</summary>
    public string? FindFirst(string ending) => _findFirst(ending);

    /// <summary>Counts a file that was read already.</summary>
    public void Take(string file, long bytes)
    {
        _read.Add(file);
        Budget.TakeFile(file, bytes);
    }

    /// <summary>Reads a file that another one names.</summary>
    /// <param name="file">The one that names it; its own folder is where the name starts from.</param>
    /// <param name="place">Where in it, for refusals.</param>
    /// <param name="source">The name as written.</param>
    /// <param name="path">The path from the map's folder.</param>
    /// <exception cref="MapException">It does not lie in the map's folder or below, is missing, or is too large.</exception>
    public byte[] ReadNamed(string file, string place, string source, out string path)
    {
        path = Resolve(file, source) ?? throw new MapException(
            file, "", place, $"The file '{MapText.Short(source)}' does not lie in the map's folder or below, where all of a map's files must be; move it there.");
        _read.Add(path);
        byte[] content = _resolve(path) ?? throw new MapException(file, "", place, $"The file '{MapText.Short(source)}' is missing.");
        Budget.TakeFile(path, content.Length);
        return content;
    }

    /// <summary>The path of a file that another names, from the map's folder; the name itself where it leads out of it.</summary>
    public static string PathOf(string file, string source) => Resolve(file, source) ?? source;

    /// <summary>The path of a file that another names, or null if it leads out of the map's folder.</summary>
    private static string? Resolve(string file, string source)
    {
        string path = source.Replace('\\', '/');
        if (path.Length == 0 || path.Length > Limits.MapPathCharsMax || path.StartsWith('/') || path.Contains(':') || path.Contains('\0'))
        {
            return null;
        }

        List<string> parts = [.. file.Split('/')[..^1]];
        foreach (string part in path.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when parts.Count == 0:
                    return null;
                case "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }
}
