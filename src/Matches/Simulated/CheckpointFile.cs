using System.Buffers;

namespace RealtimeServer.Matches.Simulated;

/// <summary>
/// The file from which a match is recovered after a crash: the last checkpoint, whole or not there. Written beside the worker, replaced in one move, gone with the match.
/// </summary>
internal sealed class CheckpointFile(string folder, MatchId id)
{
    public const string Ending = ".match";
    private const string RefusedEnding = ".refused";
    private const string FreshEnding = ".new";

    private static long _bytesUnderWay;

    private readonly Lock _file = new();
    private readonly string _path = Path.Combine(folder, id.Value.ToString("D") + Ending);
    private int _writing;
    private bool _isOver;

    /// <summary>True while a checkpoint can be taken: the last one is written, and not too much waits for the disk.</summary>
    public bool IsReady => Volatile.Read(ref _writing) == 0 && Interlocked.Read(ref _bytesUnderWay) < Limits.CheckpointBytesUnderWayMax;

    /// <summary>Those a server that was killed left behind, in the order of their names. What it was just writing is half a checkpoint, and goes.</summary>
    public static string[] Left(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        foreach (string half in Directory.GetFiles(folder, "*" + Ending + FreshEnding))
        {
            try
            {
                File.Delete(half);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It is in nobody's way.
            }
        }

        return [.. Directory.GetFiles(folder, "*" + Ending).Order(StringComparer.Ordinal)];
    }

    /// <summary>Keeps a file that cannot be used for whoever wants to know why, out of the way of the next start.</summary>
    public static void SetAside(string path) => File.Move(path, path + RefusedEnding, overwrite: true);

    /// <summary>Writes a copy of the bytes on another thread. A disk that does not take them costs this checkpoint, not the match.</summary>
    /// <param name="bytes">The checkpoint.</param>
    /// <param name="told">Hears there why it was not written; null if it was.</param>
    public void Write(ReadOnlySpan<byte> bytes, Action<string?> told)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        int length = bytes.Length;
        Interlocked.Add(ref _bytesUnderWay, length);
        Volatile.Write(ref _writing, 1);
        _ = Task.Run(() =>
        {
            try
            {
                Replace(copy, length);
                told(null);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                told(error.Message);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(copy);
                Interlocked.Add(ref _bytesUnderWay, -length);
                Volatile.Write(ref _writing, 0);
            }
        });
    }

    /// <summary>The match is over: there is nothing to recover.</summary>
    public void Delete() => Task.Run(() =>
    {
        lock (_file)
        {
            _isOver = true;
            try
            {
                File.Delete(_path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // What is left behind is a match that comes back at the next start, and ends as nobody joins it.
            }
        }
    });

    private void Replace(byte[] bytes, int length)
    {
        lock (_file)
        {
            if (_isOver)
            {
                return;
            }

            Directory.CreateDirectory(folder);
            string fresh = _path + FreshEnding;
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write))
            {
                file.Write(bytes, 0, length);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, _path, overwrite: true);
        }
    }
}
