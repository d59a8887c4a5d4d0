using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Server.Content;

/// <summary>The maps of a folder. A broken one is refused and told; the others serve.</summary>
internal sealed class MapLibrary
{
    /// <summary>The map without which there is no game and no demo.</summary>
    public const string Indispensable = "lanes";

    private static readonly string[] Endings = [".tmj", ".tmx"];

    private readonly FrozenDictionary<string, GameMap> _maps;

    private MapLibrary(string folder, Dictionary<string, GameMap> maps, List<MapException> refused)
    {
        Folder = folder;
        Refused = refused;
        _maps = maps.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public string Folder { get; }

    public IReadOnlyList<MapException> Refused { get; }

    public IEnumerable<string> Names => _maps.Keys.Order(StringComparer.Ordinal);

    /// <summary>Loads every map of the folder.</summary>
    /// <exception cref="StartException">No map is left, or not the one everything needs.</exception>
    public static MapLibrary Load(string folder)
    {
        Dictionary<string, GameMap> maps = new(StringComparer.Ordinal);
        List<MapException> refused = [];
        foreach (string file in Files(folder))
        {
            try
            {
                GameMap map = MapFile.Load(file);
                if (!maps.TryAdd(map.Name, map))
                {
                    refused.Add(new MapException(Path.GetFileName(file), "", "", $"There is another map of the name '{map.Name}'; rename one."));
                }
            }
            catch (MapException exception)
            {
                refused.Add(exception);
            }
        }
        return maps.ContainsKey(Indispensable) ? new MapLibrary(folder, maps, refused) : throw Missing(folder, refused);
    }

    /// <summary>Where maps are: the folder as given, else the maps that came with the program.</summary>
    /// <param name="chosen">Whether somebody chose the folder; then no other will do.</param>
    /// <exception cref="StartException">There is no such folder.</exception>
    public static string Locate(string folder, bool chosen)
    {
        string given = Path.GetFullPath(folder);
        string beside = Path.Combine(AppContext.BaseDirectory, "maps");
        if (Directory.Exists(given))
        {
            return given;
        }
        return !chosen && Directory.Exists(beside)
            ? beside
            : throw new StartException($"There is no folder {given} with maps. Set maps:dir to the one that holds them.");
    }

    public bool TryGet(string name, [NotNullWhen(true)] out GameMap? map) => _maps.TryGetValue(name, out map);

    private static IEnumerable<string> Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(f => Endings.Contains(Path.GetExtension(f), StringComparer.Ordinal)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The maps in {folder} cannot be read: {exception.Message}", exception);
        }
    }

    private static StartException Missing(string folder, List<MapException> refused)
    {
        string list = string.Concat(refused.Select(r => $"{Environment.NewLine}  refused: {r.Message}"));
        return new StartException($"There is no usable map '{Indispensable}' in {folder}; set maps:dir to a folder that has it, or repair it.{list}");
    }
}
