using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RealtimeServer.Foundation;

/// <summary>
/// Asks for a cache line ahead of its use, so that reads of memory wait beside each other and not one after the other. It changes no result; where the
/// processor has no such instruction, it does nothing.
/// </summary>
public static class Prefetch
{
    private const int LineBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line<T>(ref readonly T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
        }
    }

    /// <summary>Asks for some lines in a row. They may lie beyond what there is: nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Lines<T>(ref readonly T first, int count)
    {
        if (Sse.IsSupported)
        {
            byte* line = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in first));
            for (int i = 0; i < count; i++)
            {
                Sse.Prefetch0(line + (i * LineBytes));
            }
        }
    }
}
