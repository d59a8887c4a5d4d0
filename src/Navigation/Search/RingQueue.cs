using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// A queue for searches whose steps cost small whole numbers: a ring of lists (R. Dial, "Algorithm 360: Shortest-path forest with topological
/// ordering", 1969), one for as many costs as the cheapest step has (E. Denardo and B. Fox, "Shortest-route methods: 1. Reaching, pruning, and buckets",
/// 1979): nothing that such a list holds can make another of its entries cheaper. Keys lie within one turn of the ring from the least.
/// </summary>
/// <remarks>
/// A list is a chain of blocks, the first of which is its own for ever. Each block is a line of the cache: where the block before ends, then the values.
/// </remarks>
internal sealed class RingQueue
{
    private const int BlockSize = 16;
    private const uint None = 0;

    private readonly int[] _ends; // of each list: where its next value goes, which always lies in a block
    private readonly ulong[] _filled;
    private readonly uint _mask;
    private readonly int _shift;
    private uint[] _blocks;
    private int _free; // the start of a block that no list has, which tells the next one; 0: there is none
    private int _used;

    /// <param name="stepMin">No step costs less; at least 1.</param>
    /// <param name="stepMax">No step costs more.</param>
    public RingQueue(int stepMin, int stepMax)
    {
        _shift = BitOperations.Log2((uint)stepMin);
        int size = (int)Math.Max(BitOperations.RoundUpToPowerOf2(((uint)stepMax >> _shift) + 2), 64);
        _ends = new int[size];
        _filled = new ulong[size / 64];
        _mask = (uint)size - 1;
        _blocks = new uint[2 * size * BlockSize];
        Clear();
    }

    public int Count { get; private set; }

    public void Clear()
    {
        for (int slot = 0; slot < _ends.Length; slot++)
        {
            _ends[slot] = (slot * BlockSize) + 1;
        }

        Array.Clear(_filled);
        _free = 0;
        _used = _ends.Length * BlockSize;
        Count = 0;
    }

    /// <summary>Adds a value, or nothing if the count is 0: a search that adds every other value only does not have to guess which.</summary>
    /// <param name="count">0 or 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint key, uint value, int count = 1)
    {
        uint slot = ListOf(key) & _mask;
        ref int end = ref At(_ends, (int)slot);
        int at = end;
        At(_blocks, at) = value;
        at += count;
        end = at % BlockSize == 0 ? AddBlock(at) : at;
        At(_filled, (int)(slot / 64)) |= (ulong)count << (int)(slot % 64);
        Count += count;
    }

    /// <summary>The list that a key's entries are in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ListOf(uint key) => key >> _shift;

    /// <summary>The first list that holds an entry, from a given one on, before which none does. The queue must not be empty.</summary>
    public uint FirstList(uint from)
    {
        uint slot = from & _mask;
        uint word = slot / 64;
        ulong ahead = _filled[word] & (ulong.MaxValue << (int)(slot % 64));
        while (ahead == 0)
        {
            word = (word + 1) & (uint)(_filled.Length - 1);
            ahead = _filled[word];
        }

        uint found = (word * 64) + (uint)BitOperations.TrailingZeroCount(ahead);
        return from + ((found - slot) & _mask);
    }

    /// <summary>Takes values of a list, as many as there are room for.</summary>
    /// <returns>How many; 0 once the list is empty.</returns>
    public int Take(uint list, Span<uint> values)
    {
        uint slot = list & _mask;
        int end = _ends[slot];
        int taken = 0;
        while (taken < values.Length)
        {
            // A block that is full ends where the next would begin.
            int held = (end - 1) % BlockSize;
            if (held == 0)
            {
                uint before = _blocks[end - 1];
                if (before == None)
                {
                    _filled[slot / 64] &= ~(1UL << (int)(slot % 64));
                    break;
                }

                _blocks[end - 1] = (uint)_free;
                (_free, end) = (end - 1, (int)before);
                continue;
            }

            int count = Math.Min(held, values.Length - taken);
            end -= count;
            _blocks.AsSpan(end, count).CopyTo(values[taken..]);
            taken += count;
        }

        _ends[slot] = end;
        Count -= taken;
        return taken;
    }

    /// <param name="end">Of the block that is full.</param>
    /// <returns>Where the values of the new one go.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int AddBlock(int end)
    {
        int block = _free;
        if (block == 0)
        {
            block = _used;
            _used += BlockSize;
            if (_used > _blocks.Length)
            {
                Array.Resize(ref _blocks, _blocks.Length * 2);
            }
        }
        else
        {
            _free = (int)_blocks[block];
        }

        _blocks[block] = (uint)end;
        return block + 1;
    }

    // Without a bounds check: slots are masked, and ends lie in blocks.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T At<T>(T[] array, int index)
    {
        Debug.Assert((uint)index < (uint)array.Length, "an index outside of the queue");
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);
    }
}
