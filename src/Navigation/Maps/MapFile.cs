using RealtimeServer.Navigation.Maps.Compiled;
using RealtimeServer.Navigation.Maps.Ldtk;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Navigation.Maps.Recipes;
using RealtimeServer.Navigation.Maps.Tiled;

namespace RealtimeServer.Navigation.Maps;

/// <summary>A map that was loaded, and the files it was made of.</summary>
/// <param name="Map">The map.</param>
/// <param name="Files">Every file it is made of, the map's own first, from the folder of all its files with forward slashes.</param>
public sealed record LoadedMap(GameMap Map, IReadOnlyList<string> Files);

/// <summary>Loads maps of any format that is read here; the ending of a file's name says which it is.</summary>
public static class MapFile
{
    private static readonly (string Ending, Func<string, byte[], MapFiles, GameMap> Read)[] Formats =
    [
        (".tmx", static (file, content, files) => new GameMap(TiledReader.Read(file, content, files))),
        (".tmj", static (file, content, files) => new GameMap(TiledReader.Read(file, content, files))),
        (".ldtk", static (file, content, files) => new GameMap(LdtkReader.Read(file, content, files))),
        (".map.json", static (file, content, files) => new GameMap(RecipeReader.Read(file, content, files))),
        (".map", static (file, content, _) => new GameMap(MovingAiMap.ReadContent(file, content))),
        (CompiledMap.Ending, static (file, content, files) => CompiledMap.Read(file, content, files.Budget)),
    ];

    /// <summary>The endings of files that are maps, the more particular ones first.</summary>
    public static IEnumerable<string> Endings => Formats.Select(format => format.Ending);

    /// <summary>True if a file of this name is a map.</summary>
    public static bool IsMap(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return EndingOf(file) is not null;
    }

    /// <summary>True for files that every map beside them may use without naming them: the projects of Tiled, with the classes of properties.</summary>
    public static bool IsShared(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.EndsWith(ProjectTypes.Ending, StringComparison.Ordinal);
    }

    /// <summary>The name of the map that a file holds: the file's own, without folder and ending.</summary>
    public static string NameOf(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string name = file[(file.LastIndexOf('/') + 1)..];
        string? ending = EndingOf(name);
        return ending is null ? Path.GetFileNameWithoutExtension(name) : name[..^ending.Length];
    }

    /// <summary>Loads a map file and the files in its folder that it names.</summary>
    /// <exception cref="MapException">The map cannot be read or is refused; it names file, layer, place and reason.</exception>
    public static GameMap Load(string path) => LoadWithFiles(path).Map;

    /// <summary>Loads a map file, and tells which files it is made of.</summary>
    /// <param name="path">The map's own file.</param>
    /// <param name="root">The folder that all of its files must lie in or below; the map's own folder otherwise.</param>
    /// <exception cref="MapException">The map cannot be read or is refused; it names file, layer, place and reason.</exception>
    public static LoadedMap LoadWithFiles(string path, string? root = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string folder = root is null ? Path.GetDirectoryName(full) ?? full : Path.GetFullPath(root);
        string name = Path.GetRelativePath(folder, full).Replace('\\', '/');
        if (name.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(name))
        {
            throw new MapException(Path.GetFileName(full), "", "", $"It does not lie in the folder '{folder}' or below.");
        }

        byte[] content = MapFolder.ReadFile(full, name) ?? throw new MapException(name, "", "", $"There is no such file in '{folder}'.");
        MapFolder near = new(folder);
        MapFiles files = new(near.Read, ending => near.FindFirst(name, ending));
        GameMap map = Read(name, content, files);
        return new LoadedMap(map, [.. files.Asked.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Reads a map from memory.</summary>
    /// <param name="fileName">Its ending says what it is; without it, it is the map's name.</param>
    /// <param name="content">The file's bytes.</param>
    /// <param name="resolve">Gives the bytes of a file the map names, by its path below the map's folder (with forward slashes), or null if there is none.</param>
    /// <exception cref="MapException">The map is refused.</exception>
    public static GameMap Parse(string fileName, ReadOnlySpan<byte> content, Func<string, byte[]?>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return content.Length <= Limits.MapFileBytesMax
            ? Read(fileName, content.ToArray(), new MapFiles(resolve ?? (static _ => null)))
            : throw new MapException(fileName, "", "", $"The file has {content.Length} bytes; {Limits.MapFileBytesMax} are allowed.");
    }

    private static GameMap Read(string file, byte[] content, MapFiles files)
    {
        string? ending = EndingOf(file);
        Func<string, byte[], MapFiles, GameMap>? read = Formats.FirstOrDefault(format => format.Ending == ending).Read;
        if (read is null)
        {
            throw new MapException(file, "", "", $"This is no map by its ending; maps end with {string.Join(", ", Endings)}.");
        }

        files.Take(file, content.Length);
        return read(file, content, files);
    }

    private static string? EndingOf(string file) =>
        Formats.FirstOrDefault(format => file.EndsWith(format.Ending, StringComparison.Ordinal)).Ending;
}
