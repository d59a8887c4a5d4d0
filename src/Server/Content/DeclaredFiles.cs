using RealtimeServer.Services;
using RealtimeServer.Services.Storage;
using RealtimeServer.Services.Tournaments;

namespace RealtimeServer.Server.Content;

/// <summary>What files read at the start declare: indexes of storage, leaderboards and tournaments.</summary>
internal static class DeclaredFiles
{
    /// <param name="path">Empty for none.</param>
    /// <exception cref="StartException">The file cannot be read or used.</exception>
    public static IReadOnlyList<StorageIndexDefinition> StorageIndexes(string path)
    {
        if (path.Length == 0)
        {
            return [];
        }
        string file = Path.GetFullPath(path);
        try
        {
            return StorageIndexDefinition.Read(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The storage indexes in {file} cannot be used: {exception.Message}", exception);
        }
    }

    /// <inheritdoc cref="StorageIndexes"/>
    public static async Task DeclareBoardsAsync(string path, Catalogue services)
    {
        if (path.Length == 0)
        {
            return;
        }
        string file = Path.GetFullPath(path);
        try
        {
            await BoardFile.Read(await File.ReadAllBytesAsync(file).ConfigureAwait(false))
                .DeclareAsync(services.Leaderboards, services.Tournaments).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The leaderboards in {file} cannot be used: {exception.Message}", exception);
        }
    }
}
