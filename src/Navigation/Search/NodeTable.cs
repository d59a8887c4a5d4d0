using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cells that a search has met. Jump point search meets few of a map's cells, so they are kept in a table by position rather than in an
/// array of all cells: it stays in the cache, and a huge map costs nothing. Emptying it takes no time, and each search begins with few slots again, so
/// that a short one after a long one stays in the cache, too.
/// </summary>
internal sealed class NodeTable
{
    public const int NoParent = -1;

    private const int SlotBitsMin = 10;
    private const int GrowthBits = 2;

    private Node[] _nodes = new Node[256];
    private ulong[] _slots = new ulong[1 << SlotBitsMin]; // generation in the upper half, index of the node in the lower
    private uint _generation = 1;
    private int _slotBits = SlotBitsMin;

    public int Count { get; private set; }

    public ref Node this[int index] => ref _nodes[index];

    public void Clear()
    {
        Count = 0;
        _slotBits = SlotBitsMin;
        NextGeneration();
    }

    /// <summary>Notes a way to a cell, if it is the first or a cheaper one.</summary>
    /// <returns>The cell's index, or -1 if a way as cheap is known.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Touch(uint position, long cost, int parent, int cameBy)
    {
        ref ulong slots = ref MemoryMarshal.GetArrayDataReference(_slots);
        uint slot = FirstSlot(position);
        while (true)
        {
            ulong held = Unsafe.Add(ref slots, slot);
            if ((uint)(held >> 32) != _generation)
            {
                break;
            }

            int index = (int)(uint)held;
            ref Node known = ref _nodes[index];
            if (known.Position == position)
            {
                if (known.Cost <= cost)
                {
                    return -1;
                }

                known.Cost = cost;
                known.Parent = parent;
                known.CameBy = (byte)cameBy;
                return index;
            }

            slot = NextSlot(slot);
        }

        int added = Count;
        if (added == _nodes.Length || added * 2 > 1 << _slotBits)
        {
            return AddToFull(position, cost, parent, cameBy);
        }

        Unsafe.Add(ref slots, slot) = ((ulong)_generation << 32) | (uint)added;
        _nodes[added] = new Node { Position = position, Cost = cost, Parent = parent, CameBy = (byte)cameBy };
        Count = added + 1;
        return added;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int AddToFull(uint position, long cost, int parent, int cameBy)
    {
        if (Count == _nodes.Length)
        {
            Array.Resize(ref _nodes, Count * 2);
        }

        if (Count * 2 > 1 << _slotBits)
        {
            _slotBits += GrowthBits;
            if (_slots.Length < 1 << _slotBits)
            {
                _slots = new ulong[1 << _slotBits];
            }

            NextGeneration();
            for (int i = 0; i < Count; i++)
            {
                Hold(i);
            }
        }

        _nodes[Count] = new Node { Position = position, Cost = cost, Parent = parent, CameBy = (byte)cameBy };
        Hold(Count);
        return Count++;
    }

    private void Hold(int index)
    {
        uint slot = FirstSlot(_nodes[index].Position);
        while ((uint)(_slots[slot] >> 32) == _generation)
        {
            slot = NextSlot(slot);
        }

        _slots[slot] = ((ulong)_generation << 32) | (uint)index;
    }

    // Within the slots in use, of which there never are more than the array has.
    private uint FirstSlot(uint position) => (position * 2_654_435_769u) >> (32 - _slotBits);

    private uint NextSlot(uint slot) => (slot + 1) & ((1u << _slotBits) - 1);

    private void NextGeneration()
    {
        if (++_generation == 0)
        {
            Array.Clear(_slots);
            _generation = 1;
        }
    }

    /// <summary>What a search knows of a cell.</summary>
    internal struct Node
    {
        public long Cost;
        public uint Position;
        public int Parent;
        public byte CameBy;
        public bool IsSettled;
    }
}
