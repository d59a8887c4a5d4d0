using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cells that a search has met. Jump point search meets few of a map's cells, so they are kept in a table by position rather than in an
/// array of all cells: it stays in the cache, and a huge map costs nothing. Emptying it takes no time.
/// </summary>
internal sealed class NodeTable
{
    public const int NoParent = -1;

    private Node[] _nodes = new Node[256];
    private ulong[] _slots = new ulong[1024]; // generation in the upper half, index of the node in the lower
    private uint _generation = 1;
    private int _shift = 22;

    public int Count { get; private set; }

    public ref Node this[int index] => ref _nodes[index];

    public void Clear()
    {
        Count = 0;
        if (++_generation == 0)
        {
            Array.Clear(_slots);
            _generation = 1;
        }
    }

    /// <summary>Notes a way to a cell, if it is the first or a cheaper one.</summary>
    /// <returns>The cell's index, or -1 if a way as cheap is known.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Touch(uint position, long cost, int parent, int cameBy)
    {
        ulong[] slots = _slots;
        uint slot = (position * 2_654_435_769u) >> _shift;
        for (; (uint)(slots[slot] >> 32) == _generation; slot = (slot + 1) & (uint)(slots.Length - 1))
        {
            int index = (int)(uint)slots[slot];
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
        }

        slots[slot] = ((ulong)_generation << 32) | (uint)Count;
        if (Count == _nodes.Length)
        {
            Array.Resize(ref _nodes, Count * 2);
        }

        _nodes[Count] = new Node { Position = position, Cost = cost, Parent = parent, CameBy = (byte)cameBy };
        int added = Count++;
        if (Count * 2 > slots.Length)
        {
            Grow();
        }

        return added;
    }

    private void Grow()
    {
        ulong[] slots = new ulong[_slots.Length * 4];
        _shift -= 2;
        for (int i = 0; i < Count; i++)
        {
            uint slot = (_nodes[i].Position * 2_654_435_769u) >> _shift;
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (uint)(slots.Length - 1);
            }

            slots[slot] = ((ulong)_generation << 32) | (uint)i;
        }

        _slots = slots;
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
