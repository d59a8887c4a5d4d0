using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Games;

/// <summary>The repository's own maps.</summary>
internal static class Maps
{
    public static GameMap Lanes { get; } = Load("lanes.tmj");

    public static GameMap Arena { get; } = Load("arena.tmx");

    public static GameMap Courtyard { get; } = Load("courtyard.tmj");

    private static GameMap Load(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "maps", name);
            if (File.Exists(path))
            {
                return MapFile.Load(path);
            }
        }

        throw new InvalidOperationException($"The map {name} is missing above the tests.");
    }
}
