using System.Runtime.InteropServices;

namespace RealtimeServer.Matches.Hosting;

/// <summary>
/// Sleeps for less than a few milliseconds without burning the processor. The runtime's own waits count whole milliseconds;
/// Unix kernels sleep to about 60 µs. Where there is no nanosleep, the rest of a millisecond is yielded away.
/// </summary>
internal static class PreciseSleep
{
    private static readonly bool HasNanosleep =
        Environment.Is64BitProcess && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD());

    public static void For(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            return;
        }

        if (HasNanosleep)
        {
            Timespec request = new() { Seconds = (long)duration.TotalSeconds, Nanoseconds = duration.Ticks % TimeSpan.TicksPerSecond * 100 };

            // Woken by a signal it returns early; the worker looks at the clock again anyway.
            _ = Nanosleep(in request, IntPtr.Zero);
        }
        else if (duration.TotalMilliseconds >= 1)
        {
            Thread.Sleep((int)duration.TotalMilliseconds);
        }
        else
        {
            Thread.Yield();
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Nanosleep(in Timespec request, IntPtr remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
