using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Asks for a cache line ahead of its use. Ten million records are in no cache, so what counts is how many reads of memory wait for each
/// other. Where the processor has no such instruction, it is only slower.
/// </summary>
internal static class Prefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line<T>(ref readonly T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
        }
    }
}
