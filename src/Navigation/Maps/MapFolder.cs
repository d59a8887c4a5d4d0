namespace RealtimeServer.Navigation.Maps;

/// <summary>Reads files of one folder and of those below it, none larger than allowed and none through a link.</summary>
internal sealed class MapFolder(string folder)
{
    /// <summary>The bytes of a file, or null if there is none.</summary>
    /// <param name="path">From the folder, with forward slashes and without dots.</param>
    /// <exception cref="MapException">It cannot be read, is too large, or is reached by a link.</exception>
    public byte[]? Read(string path)
    {
        string full = folder;
        foreach (string part in path.Split('/'))
        {
            // A link could lead out of the folder however harmless its name is.
            full = Path.Combine(full, part);
            if (IsLink(full, path))
            {
                throw new MapException(path, "", "", "The file is reached by a link; put the file itself into the map's folder.");
            }
        }

        return ReadFile(full, path);
    }

    /// <summary>The path of the first file, by name, with an ending that lies beside a file, or else in the nearest folder above it; null if there is none.</summary>
    /// <param name="path">Of the file, from the folder, with forward slashes.</param>
    /// <param name="ending">Of what is looked for.</param>
    /// <exception cref="MapException">A folder cannot be read.</exception>
    public string? FindFirst(string path, string ending)
    {
        try
        {
            for (int end = path.LastIndexOf('/'); ; end = path.LastIndexOf('/', end - 1))
            {
                string below = end < 0 ? "" : path[..(end + 1)];
                string? found = Directory.EnumerateFiles(Path.Combine(folder, below), "*" + ending).Select(Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault();
                if (found is not null || end <= 0)
                {
                    return found is null ? null : below + found;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable("*" + ending, e);
        }
    }

    /// <summary>The bytes of a file anywhere, or null if there is none.</summary>
    /// <param name="full">Where it is.</param>
    /// <param name="name">How refusals name it.</param>
    /// <exception cref="MapException">It cannot be read or is too large.</exception>
    public static byte[]? ReadFile(string full, string name)
    {
        try
        {
            // Pipes and devices have no length, and reading them may never end.
            FileInfo info = new(full);
            if (!info.Exists || (info.Attributes & FileAttributes.Device) != 0)
            {
                return null;
            }

            using FileStream stream = new(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (!stream.CanSeek)
            {
                throw new MapException(name, "", "", "This is no file but a pipe or a device.");
            }

            if (stream.Length > Limits.MapFileBytesMax)
            {
                throw new MapException(name, "", "", $"The file has {stream.Length} bytes; {Limits.MapFileBytesMax} are allowed.");
            }

            byte[] content = new byte[stream.Length];
            int read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return read == content.Length ? content : content[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, e);
        }
    }

    private static bool IsLink(string path, string name)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, e);
        }
    }

    private static MapException Unreadable(string file, Exception e) => new(file, "", "", $"The file cannot be read: {e.Message}", e);
}
