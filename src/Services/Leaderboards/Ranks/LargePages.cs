using System.Runtime.InteropServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>Asks Linux to keep memory in large pages (transparent huge pages). A system that does not is only slower.</summary>
internal static class LargePages
{
    public const int PageBytes = 2 << 20;

    private const int AdviseHugePages = 14;

    /// <summary>To be called before the memory is used. It must not move.</summary>
    public static void Ask(nint address, nint length)
    {
        nint start = (address + PageBytes - 1) & -PageBytes;
        nint end = (address + length) & -PageBytes;
        if (end > start)
        {
            _ = Advise(start, end - start, AdviseHugePages);
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nint length, int advice);
}
