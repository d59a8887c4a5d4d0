using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// An array that grows without being copied: chunks of one size, of which only the first is small at first. So neither ten million
/// elements nor ten cost more than they must, and growing never takes long. Chunks begin at a cache line. Large ones ask for large pages:
/// their elements are read here and there, and half of such a read would be the search for its page.
/// </summary>
internal sealed class ChunkedArray<T>
    where T : unmanaged
{
    private const int LineBytes = 64;

    private readonly int _bits;
    private readonly int _mask;
    private readonly int _first;
    private T[][] _chunks;

    // Bytes of each chunk before its first element.
    private int[] _pads;
    private int _capacity;

    /// <param name="bits">A chunk has two to the power of this many elements.</param>
    /// <param name="first">Elements of the first chunk at first; a power of two.</param>
    public ChunkedArray(int bits, int first)
    {
        _bits = bits;
        _mask = (1 << bits) - 1;
        _first = first;
        _chunks = [[]];
        _pads = [0];
    }

    /// <summary>Bytes taken, used or not.</summary>
    public long Bytes => _chunks.Sum(c => ((long)c.Length * Unsafe.SizeOf<T>()) + 40);

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int chunk = index >> _bits;
            return ref Unsafe.AddByteOffset(ref _chunks[chunk][index & _mask], _pads[chunk]);
        }
    }

    /// <summary>Elements side by side; they must lie in one chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Slice(int start, int length) => MemoryMarshal.CreateSpan(ref this[start], length);

    /// <summary>Makes room for so many elements. New ones hold anything. References given out before must not be used any more.</summary>
    public void EnsureCapacity(int count)
    {
        while (_capacity < count)
        {
            if (_capacity <= _mask)
            {
                int size = Math.Min(Math.Max(_capacity * 2, _first), _mask + 1);
                (T[] larger, int pad) = Chunk(size);
                if (_capacity > 0)
                {
                    Slice(0, _capacity).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref larger[0], pad), size));
                }
                (_chunks[0], _pads[0], _capacity) = (larger, pad, size);
            }
            else
            {
                (T[] added, int pad) = Chunk(_mask + 1);
                _chunks = [.. _chunks, added];
                _pads = [.. _pads, pad];
                _capacity += _mask + 1;
            }
        }
    }

    // Pinned, since a place in a cache line and advice are about addresses. What is moved to the line needs the room of more elements.
    private static (T[] Chunk, int Pad) Chunk(int elements)
    {
        int spare = (LineBytes + Unsafe.SizeOf<T>() - 1) / Unsafe.SizeOf<T>();
        T[] chunk = GC.AllocateUninitializedArray<T>(elements + spare, pinned: true);
        nint start = Marshal.UnsafeAddrOfPinnedArrayElement(chunk, 0);
        long bytes = (long)elements * Unsafe.SizeOf<T>();
        if (bytes >= LargePages.PageBytes && OperatingSystem.IsLinux())
        {
            LargePages.Ask(start, (nint)bytes);
        }
        return (chunk, (int)(-start & (LineBytes - 1)));
    }
}
