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
internal sealed class RingQueue
{
    private const int None = -1;

    private readonly int[] _heads;
    private readonly ulong[] _filled;
    private readonly uint _mask;
    private readonly int _shift;
    private Entry[] _entries = new Entry[1024];
    private int _free = None;
    private int _used;

    /// <param name="stepMin">No step costs less; at least 1.</param>
    /// <param name="stepMax">No step costs more.</param>
    public RingQueue(int stepMin, int stepMax)
    {
        _shift = BitOperations.Log2((uint)stepMin);
        int size = (int)Math.Max(BitOperations.RoundUpToPowerOf2(((uint)stepMax >> _shift) + 2), 64);
        _heads = new int[size];
        _filled = new ulong[size / 64];
        _mask = (uint)size - 1;
        Array.Fill(_heads, None);
    }

    public int Count { get; private set; }

    public void Clear()
    {
        Array.Fill(_heads, None);
        Array.Clear(_filled);
        _free = None;
        _used = 0;
        Count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint key, uint value)
    {
        int entry = _free;
        if (entry == None)
        {
            entry = _used++;
            if (entry == _entries.Length)
            {
                Array.Resize(ref _entries, entry * 2);
            }
        }
        else
        {
            _free = At(_entries, entry).Next;
        }

        uint slot = ListOf(key) & _mask;
        ref int head = ref At(_heads, (int)slot);
        At(_entries, entry) = new Entry(value, head);
        head = entry;
        At(_filled, (int)(slot >> 6)) |= 1UL << (int)(slot & 63);
        Count++;
    }

    /// <summary>The list that a key's entries are in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ListOf(uint key) => key >> _shift;

    /// <summary>The first list that holds an entry, from a given one on, before which none does. The queue must not be empty.</summary>
    public uint FirstList(uint from)
    {
        uint slot = from & _mask;
        uint word = slot >> 6;
        ulong ahead = _filled[word] & (ulong.MaxValue << (int)(slot & 63));
        while (ahead == 0)
        {
            word = (word + 1) & (uint)(_filled.Length - 1);
            ahead = _filled[word];
        }

        uint found = (word << 6) + (uint)BitOperations.TrailingZeroCount(ahead);
        return from + ((found - slot) & _mask);
    }

    /// <summary>Takes one of the values of a list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(uint list, out uint value)
    {
        uint slot = list & _mask;
        ref int head = ref At(_heads, (int)slot);
        int entry = head;
        if (entry == None)
        {
            At(_filled, (int)(slot >> 6)) &= ~(1UL << (int)(slot & 63));
            value = 0;
            return false;
        }

        ref Entry taken = ref At(_entries, entry);
        value = taken.Value;
        head = taken.Next;
        taken = new Entry(0, _free);
        _free = entry;
        Count--;
        return true;
    }

    // Without a bounds check: slots are masked, and entries are named by the queue alone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T At<T>(T[] array, int index)
    {
        Debug.Assert((uint)index < (uint)array.Length, "an index outside of the queue");
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);
    }

    private readonly record struct Entry(uint Value, int Next);
}
