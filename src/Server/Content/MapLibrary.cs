using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Compiled;

namespace RealtimeServer.Server.Content;

/// <summary>What became of a map's file that was saved anew: a map, or why it is refused.</summary>
/// <param name="File">Its name.</param>
/// <param name="Map">Null if it is refused, or gone.</param>
/// <param name="Refused">Null if it is not.</param>
internal sealed record MapNews(string File, GameMap? Map, MapException? Refused);

/// <summary>The maps of a folder as they are now. A broken one is refused and told, what was there before it stays, and the others serve.</summary>
internal sealed class MapLibrary
{
    /// <summary>The map without which there is no game and no demo.</summary>
    public const string Indispensable = "lanes";

    private readonly SortedDictionary<string, LoadedMap> _loaded = new(StringComparer.Ordinal); // by file; the last good ones
    private readonly Dictionary<string, string> _broken = new(StringComparer.Ordinal); // by file; what was said of it
    private readonly HashSet<string> _doubled = new(StringComparer.Ordinal); // files whose map has the name of another
    private volatile FrozenDictionary<string, GameMap> _maps = FrozenDictionary<string, GameMap>.Empty;
    private FolderStamps _read;
    private FolderStamps _seen;

    private MapLibrary(string folder)
    {
        Folder = folder;
        _read = _seen = FolderStamps.Of(folder);
    }

    public string Folder { get; }

    /// <summary>What was refused at the start.</summary>
    public IReadOnlyList<MapException> Refused { get; private set; } = [];

    public IEnumerable<string> Names => _maps.Keys.Order(StringComparer.Ordinal);

    /// <summary>Loads every map of the folder.</summary>
    /// <exception cref="StartException">No map is left, or not the one everything needs.</exception>
    public static MapLibrary Load(string folder)
    {
        MapLibrary library = new(folder);
        List<MapNews> news = library.Read(library._read.Files.Where(MapFile.IsMap), []);
        List<MapException> refused = [.. news.Select(n => n.Refused).OfType<MapException>(), .. library.Publish()];
        library.Refused = refused;
        return library._maps.ContainsKey(Indispensable) ? library : throw Missing(folder, refused);
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

    /// <summary>
    /// Looks at the folder once more. What was saved since is loaded once it is the same in two looks, as an editor may still be writing. By one thread at a time.
    /// </summary>
    /// <exception cref="StartException">The folder cannot be read.</exception>
    public IReadOnlyList<MapNews> Refresh()
    {
        FolderStamps now = FolderStamps.Of(Folder);
        bool isStill = now.Equals(_seen);
        _seen = now;
        if (!isStill || now.Equals(_read))
        {
            return [];
        }
        HashSet<string> changed = now.ChangedSince(_read);
        _read = now;
        List<MapNews> news = Read(now.Files.Where(file => MapFile.IsMap(file) && IsConcerned(file, changed)), changed);
        foreach (string gone in _loaded.Keys.Where(file => !now.Contains(file) && MapFile.NameOf(file) != Indispensable).ToArray())
        {
            _loaded.Remove(gone);
            _doubled.Remove(gone);
            news.Add(new MapNews(gone, null, null));
        }
        news.AddRange(Publish().Select(refused => new MapNews(refused.File, null, refused)));
        return news;
    }

    private bool IsConcerned(string file, HashSet<string> changed) =>
        _broken.ContainsKey(file) || !_loaded.TryGetValue(file, out LoadedMap? map) || map.Files.Any(changed.Contains) || changed.Any(MapFile.IsShared);

    // A broken map is tried at every change, for it may lack a file; that it is still broken is told when itself was saved.
    private List<MapNews> Read(IEnumerable<string> files, HashSet<string> changed)
    {
        List<MapNews> news = [];
        foreach (string file in files)
        {
            try
            {
                LoadedMap map = MapFile.LoadWithFiles(Path.Combine(Folder, file));
                bool isNew = !_loaded.TryGetValue(file, out LoadedMap? before) || before.Map.Hash != map.Map.Hash;
                // The same content keeps its map: matches and pages that have it need not look for differences.
                _loaded[file] = isNew ? map : map with { Map = before!.Map };
                if (_broken.Remove(file) || isNew)
                {
                    news.Add(new MapNews(file, map.Map, null));
                }
            }
            catch (MapException exception)
            {
                if (!_broken.TryGetValue(file, out string? said) || said != exception.Message || changed.Contains(file))
                {
                    news.Add(new MapNews(file, null, exception));
                }
                _broken[file] = exception.Message;
            }
        }
        return news;
    }

    // Of two maps of one name the first by file serves; a compiled one gives way to what it was made of. Gives those that are refused for that and were not before.
    private List<MapException> Publish()
    {
        Dictionary<string, GameMap> maps = new(StringComparer.Ordinal);
        List<MapException> refused = [];
        foreach ((string file, LoadedMap map) in _loaded.OrderBy(pair => pair.Key.EndsWith(CompiledMap.Ending, StringComparison.Ordinal)))
        {
            if (maps.TryAdd(map.Map.Name, map.Map) || file.EndsWith(CompiledMap.Ending, StringComparison.Ordinal))
            {
                _doubled.Remove(file);
            }
            else if (_doubled.Add(file))
            {
                refused.Add(new MapException(file, "", "", $"There is another map of the name '{map.Map.Name}'; rename one."));
            }
        }
        _maps = maps.ToFrozenDictionary(StringComparer.Ordinal);
        return refused;
    }

    private static StartException Missing(string folder, List<MapException> refused)
    {
        string list = string.Concat(refused.Select(r => $"{Environment.NewLine}  refused: {r.Message}"));
        return new StartException($"There is no usable map '{Indispensable}' in {folder}; set maps:dir to a folder that has it, or repair it.{list}");
    }
}
