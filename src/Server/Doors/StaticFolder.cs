using System.Collections.Concurrent;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// The files of a page. They are listed once and a path is looked up in the list, so that no path of a request ever reaches the file
/// system; each is read again when it changes, so that a page can be worked on while the server runs.
/// </summary>
internal sealed class StaticFolder
{
    private readonly string _folder;
    private readonly Lazy<Dictionary<string, string>> _files;
    private readonly ConcurrentDictionary<string, CachedFile> _cache = new(StringComparer.Ordinal);

    public StaticFolder(string folder)
    {
        _folder = folder;
        _files = new Lazy<Dictionary<string, string>>(ListFiles);
    }

    /// <summary>Serves a file by its path below the folder, with slashes; false when there is none of that name.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string name)
    {
        if (!_files.Value.TryGetValue(name, out string? file))
        {
            return false;
        }
        FileInfo info = new(file);
        if (!info.Exists || info.Length > Limits.DemoFileBytesMax || StaticContent.TypeOf(file) is not string type)
        {
            return false;
        }
        if (!_cache.TryGetValue(name, out CachedFile? cached) || cached.Changed != info.LastWriteTimeUtc || cached.Content.Bytes.Length != info.Length)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, context.RequestAborted).ConfigureAwait(false);
            cached = new CachedFile(StaticContent.Of(bytes, type), info.LastWriteTimeUtc);
            _cache[name] = cached;
        }
        await cached.Content.WriteAsync(context).ConfigureAwait(false);
        return true;
    }

    private Dictionary<string, string> ListFiles()
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        if (Directory.Exists(_folder))
        {
            foreach (string file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
            {
                files[Path.GetRelativePath(_folder, file).Replace(Path.DirectorySeparatorChar, '/')] = file;
            }
        }
        return files;
    }

    private sealed record CachedFile(StaticContent Content, DateTime Changed);
}
