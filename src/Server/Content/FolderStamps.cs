namespace RealtimeServer.Server.Content;

/// <summary>How long each file of a folder, and of those below it, is, and when it was last written: whether anything was saved since.</summary>
internal sealed class FolderStamps
{
    private static readonly EnumerationOptions Search = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        MaxRecursionDepth = Limits.MapFolderDepthMax,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly SortedDictionary<string, (long Length, DateTime Written)> _files = new(StringComparer.Ordinal);

    private FolderStamps()
    {
    }

    /// <summary>The files of the folder itself, by name.</summary>
    public IEnumerable<string> Files => _files.Keys.Where(file => !file.Contains('/', StringComparison.Ordinal));

    /// <exception cref="StartException">The folder cannot be read.</exception>
    public static FolderStamps Of(string folder)
    {
        FolderStamps stamps = new();
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", Search).Take(Limits.MapFolderFilesMax))
            {
                stamps._files[Path.GetRelativePath(folder, file.FullName).Replace('\\', '/')] = (file.Length, file.LastWriteTimeUtc);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The maps in {folder} cannot be read: {exception.Message}", exception);
        }
        return stamps;
    }

    public bool Contains(string file) => _files.ContainsKey(file);

    public bool Equals(FolderStamps other) => _files.SequenceEqual(other._files);

    /// <summary>Files that came, went or were written.</summary>
    public HashSet<string> ChangedSince(FolderStamps before) =>
    [
        .. _files.Where(file => !before._files.TryGetValue(file.Key, out (long, DateTime) stamp) || stamp != file.Value).Select(file => file.Key),
        .. before._files.Keys.Where(file => !_files.ContainsKey(file)),
    ];
}
