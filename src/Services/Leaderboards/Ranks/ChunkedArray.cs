using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// An array that grows without being copied: chunks of one size, of which only the first is small at first. So neither ten million
/// elements nor ten cost more than they must, and growing never takes long. Large chunks ask for large pages: their elements are read
/// here and there, and half of such a read would be the search for its page.
/// </summary>
internal sealed class ChunkedArray<T>
    where T : unmanaged
{
    private readonly int _bits;
    private readonly int _mask;
    private readonly int _first;
    private T[][] _chunks;
    private int _capacity;

    /// <param name="bits">A chunk has two to the power of this many elements.</param>
    /// <param name="first">Elements of the first chunk at first; a power of two.</param>
    public ChunkedArray(int bits, int first)
    {
        _bits = bits;
        _mask = (1 << bits) - 1;
        _first = first;
        _chunks = [[]];
    }

    /// <summary>Bytes taken, used or not.</summary>
    public long Bytes => ((long)_capacity * Unsafe.SizeOf<T>()) + (_chunks.Length * 32L);

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[index >> _bits][index & _mask];
    }

    /// <summary>Elements side by side; they must lie in one chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Slice(int start, int length) => _chunks[start >> _bits].AsSpan(start & _mask, length);

    /// <summary>Makes room for so many elements. New ones hold anything. References given out before must not be used any more.</summary>
    public void EnsureCapacity(int count)
    {
        while (_capacity < count)
        {
            if (_capacity <= _mask)
            {
                T[] larger = Chunk(Math.Min(Math.Max(_capacity * 2, _first), _mask + 1));
                _chunks[0].CopyTo(larger, 0);
                _chunks[0] = larger;
                _capacity = larger.Length;
            }
            else
            {
                Array.Resize(ref _chunks, _chunks.Length + 1);
                _chunks[^1] = Chunk(_mask + 1);
                _capacity += _mask + 1;
            }
        }
    }

    private static T[] Chunk(int elements)
    {
        long bytes = (long)elements * Unsafe.SizeOf<T>();
        if (bytes < LargePages.PageBytes || !OperatingSystem.IsLinux())
        {
            return GC.AllocateUninitializedArray<T>(elements);
        }
        // Pinned, since advice is about an address.
        T[] chunk = GC.AllocateUninitializedArray<T>(elements, pinned: true);
        LargePages.Ask(Marshal.UnsafeAddrOfPinnedArrayElement(chunk, 0), (nint)bytes);
        return chunk;
    }
}
