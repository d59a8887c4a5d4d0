namespace RealtimeServer.Server;

/// <summary>Where the repository lies, for tests that read its maps and documents.</summary>
internal static class Checkout
{
    public static readonly string Root = Find();

    public static string Maps => Path.Combine(Root, "maps");

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RealtimeServer.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new InvalidOperationException("The tests run outside of a checkout.");
    }
}
