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

                known.Reach(cost, parent, cameBy);
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
        _nodes[added] = new Node(position, cost, parent, cameBy);
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

        _nodes[Count] = new Node(position, cost, parent, cameBy);
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

    /// <summary>What a search knows of a cell, in 16 bytes, so that none lies in two lines of the cache.</summary>
    internal struct Node
    {
        private const int Shift = 4;

        private long _cost; // below it the move that led here, and in the lowest bit whether the cell is settled

        public Node(uint position, long cost, int parent, int cameBy)
        {
            Position = position;
            Reach(cost, parent, cameBy);
        }

        public uint Position { get; }

        public int Parent { get; private set; }

        public readonly long Cost => _cost >> Shift;

        /// <summary>The move that led here, 0 to 7; means nothing where there is no parent.</summary>
        public readonly int CameBy => (int)(_cost >> 1) & 7;

        public bool IsSettled
        {
            readonly get => (_cost & 1) != 0;
            set => _cost = (_cost & ~1) | (value ? 1L : 0);
        }

        public void Reach(long cost, int parent, int cameBy)
        {
            _cost = (cost << Shift) | ((uint)(cameBy & 7) << 1) | (_cost & 1);
            Parent = parent;
        }
    }
}
