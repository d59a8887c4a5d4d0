namespace RealtimeServer;

/// <summary>What work allocates on its thread once it is warm.</summary>
internal static class Allocated
{
    private const int Tries = 3;

    /// <summary>Bytes of the try that took the least: now and then the runtime itself allocates on a thread, as when it loads a type or compiles anew.</summary>
    public static long Least(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
