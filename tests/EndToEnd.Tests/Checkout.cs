namespace RealtimeServer.EndToEnd;

/// <summary>The checkout under test, found by walking up from the test's own folder.</summary>
internal static class Checkout
{
    public static readonly string Root = Find();

    /// <summary>Where a test leaves pictures for people to look at; git ignores it.</summary>
    public static string Artifacts => Directory.CreateDirectory(Path.Combine(Root, "tests", "EndToEnd.Tests", "artifacts")).FullName;

    private static string Find()
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
