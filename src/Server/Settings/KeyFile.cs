using System.Security.Cryptography;
using System.Text;

namespace RealtimeServer.Server.Settings;

/// <summary>A signing key in the data folder: made at the first start, readable by the server's user only, the same ever after.</summary>
internal static class KeyFile
{
    private const int KeyBytes = 32;

    /// <param name="chosen">The key the settings give; empty to keep one in the file.</param>
    /// <exception cref="StartException">The file cannot be used.</exception>
    public static byte[] ReadOrCreate(string chosen, string folder, string name)
    {
        if (chosen.Length > 0)
        {
            return Encoding.UTF8.GetBytes(chosen);
        }
        string file = Path.GetFullPath(Path.Combine(folder, name));
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(file))
            {
                using FileStream gate = WaitForTurn(file + ".lock");
                if (!File.Exists(file))
                {
                    Create(file);
                }
            }
            string text = File.ReadAllText(file).Trim();
            return text.Length == 2 * KeyBytes && text.All(char.IsAsciiHexDigit)
                ? Encoding.UTF8.GetBytes(text)
                : throw new StartException($"The key file {file} is damaged. Restore it, or delete it to have a new key made: players then sign in again.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key file {file} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>The key before, whose tokens are still good: what the settings give, else what the file holds, else nothing.</summary>
    /// <exception cref="StartException">The file cannot be used.</exception>
    public static byte[] ReadOld(string chosen, string folder, string name) =>
        chosen.Length > 0 || File.Exists(Path.Combine(folder, name)) ? ReadOrCreate(chosen, folder, name) : [];

    // Of several servers that start at once one makes the key and the others wait for it: moving a file onto another is no test for it.
    private static FileStream WaitForTurn(string gate)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(gate, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (tries < Limits.KeyFileTries)
            {
                Thread.Sleep(Limits.KeyFileWaitMilliseconds);
            }
        }
    }

    // Written aside and moved, so that a crash leaves a whole key or none.
    private static void Create(string file)
    {
        string aside = $"{file}.{RandomNumberGenerator.GetHexString(8)}.new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (FileStream stream = new(aside, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(2 * KeyBytes, lowercase: true)));
            stream.Flush(flushToDisk: true);
        }
        File.Move(aside, file, overwrite: false);
    }
}
