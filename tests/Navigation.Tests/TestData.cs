namespace RealtimeServer.Navigation;

/// <summary>Finds the repository's own maps, and data that lies outside of the repository and may be absent.</summary>
internal static class TestData
{
    public static string MapsFolder { get; } = FindAbove(Path.Combine("maps", "lanes.tmj")) is string file
        ? Path.GetDirectoryName(file)!
        : throw new InvalidOperationException("The folder 'maps' is missing above the tests.");

    /// <summary>A folder of test data beside the tests' source.</summary>
    public static string Folder(string below) => FindAbove(Path.Combine("tests", "Navigation.Tests", below))
        ?? throw new InvalidOperationException($"The folder tests/Navigation.Tests/{below} is missing above the tests.");

    /// <summary>The path of a file or folder in a <c>shared/data</c> folder above the tests, or null.</summary>
    public static string? FindShared(string name) => FindAbove(Path.Combine("shared", "data", name));

    private static string? FindAbove(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, relative);
            if (File.Exists(path) || Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
