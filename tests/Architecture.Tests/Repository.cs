using System.Xml.Linq;

namespace RealtimeServer.Architecture;

/// <summary>The checkout under test, found by walking up from the test's own folder to the solution file.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    private static readonly string[] SkippedFolders = ["bin", "obj", ".git", "node_modules", "TestResults", "artifacts", "data"];

    /// <summary>Source files below a folder of the repository, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        string start = Path.Combine(Root, folder);
        if (!Directory.Exists(start))
        {
            yield break;
        }

        var pending = new Stack<string>([start]);
        while (pending.TryPop(out string? current))
        {
            foreach (string file in Directory.EnumerateFiles(current, pattern).Order(StringComparer.Ordinal))
            {
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
            }

            foreach (string child in Directory.EnumerateDirectories(current))
            {
                if (!SkippedFolders.Contains(Path.GetFileName(child)))
                {
                    pending.Push(child);
                }
            }
        }
    }

    public static IEnumerable<string> CSharpFiles() =>
        new[] { "src", "tests", "tools", "bench" }.SelectMany(folder => Files(folder, "*.cs"));

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    /// <summary>Names of the projects that a project file references, without folder and ending.</summary>
    public static IReadOnlyList<string> ProjectReferences(string relativePath) =>
        [.. XDocument.Load(Path.Combine(Root, relativePath))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RealtimeServer.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No RealtimeServer.sln above '{AppContext.BaseDirectory}': run the tests from a checkout.");
    }
}
