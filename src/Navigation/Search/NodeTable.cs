using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cells that a search has met. Jump point search meets few of a map's cells, so they are kept in a table by position rather than in an
/// array of all cells: it stays in the cache, and a huge map costs nothing. Emptying it takes no time, and each search begins with few slots again, so
/// that a short one after a long one stays in the cache, too.
/// </summary>
/// <remarks>
/// When the slots are too few, the next larger table takes over, and the cells move there a few at a time with those that are added. That table is emptied
/// piece by piece before, and what is known of cells lies in blocks that never move: no step of a long search takes much longer than another, not even the
/// first time, when the system has yet to find the memory.
/// </remarks>
internal sealed class NodeTable
{
    public const int NoParent = -1;

    private const int SlotBitsMin = 10;
    private const int GrowthBits = 2;
    private const uint HashFactor = 2_654_435_769;

    // The next table is half full only after three times as many cells were added as have to move.
    private const int MovesAtOnce = 2;

    // A table of this many slots is emptied at once, a larger one while cells are added that it is not needed for yet. They are three eighths of the slots before it.
    private const int SlotBitsAtOnce = 12;
    private const int EmptiedSlots = 12;
    private const int AddsAtOnce = 32;

    private const int BlockBits = 13;
    private const int BlockSize = 1 << BlockBits;
    private const int FirstBlockMin = 256;

    private readonly ulong[]?[] _tables = new ulong[]?[((30 - SlotBitsMin) / GrowthBits) + 1];
    private Node[] _first = new Node[FirstBlockMin]; // the first block, which grows until it has the size of the others
    private Node[][] _blocks; // that one, too
    private int _blockCount = 1;
    private ulong[] _slots; // generation in the upper half, index of the node in the lower
    private ulong[] _slotsBefore;
    private ulong[]? _slotsAfter; // while it is emptied
    private int _emptied;
    private uint _generation = 1;
    private int _slotBits = SlotBitsMin;
    private int _moved;
    private int _toMove; // of the first nodes, those not moved yet are in the slots before
    private int _easyUntil; // so many nodes are added without ado

    public NodeTable()
    {
        _blocks = [_first];
        _slots = _slotsBefore = _tables[0] = new ulong[1 << SlotBitsMin];
        Clear();
    }

    public int Count { get; private set; }

    /// <summary>False if there are more nodes than caches hold, or so many are being moved to a larger table that a look waits for memory.</summary>
    public bool IsNear => Count < WorkUnits.NearCells && (_moved >= _toMove || Count < WorkUnits.NearMoves);

    private int Room => _blockCount == 1 ? _first.Length : _blockCount << BlockBits;

    public ref Node this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Debug.Assert((uint)index < (uint)Count, "a node that is not there");
            if (index < BlockSize)
            {
                return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_first), index);
            }

            Node[] block = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_blocks), index >> BlockBits);
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(block), index & (BlockSize - 1));
        }
    }

    public void Clear()
    {
        Count = 0;
        _slotBits = SlotBitsMin;
        _slots = _tables[0]!;
        (_moved, _toMove) = (0, 0);
        SetEasy();
        if (++_generation == 0)
        {
            foreach (ulong[]? table in _tables)
            {
                table?.AsSpan().Clear();
            }

            _generation = 1;
        }
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
            ref Node known = ref this[index];
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
        if (added >= _easyUntil)
        {
            return AddWithAdo(position, cost, parent, cameBy);
        }

        Unsafe.Add(ref slots, slot) = ((ulong)_generation << 32) | (uint)added;
        Count = added + 1;
        this[added] = new Node(position, cost, parent, cameBy);
        return added;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int AddWithAdo(uint position, long cost, int parent, int cameBy)
    {
        if (_moved < _toMove)
        {
            int known = FindBefore(position);
            if (known >= 0)
            {
                if (this[known].Cost <= cost)
                {
                    return -1;
                }

                this[known].Reach(cost, parent, cameBy);
                return known;
            }

            for (int i = 0; i < MovesAtOnce && _moved < _toMove; i++)
            {
                Hold(_moved++);
            }
        }

        int added = Count++;
        MakeRoom(added);
        Prepare(added);
        if (added * 2 > 1 << _slotBits)
        {
            _slotBits += GrowthBits;
            _slotsBefore = _slots;
            _slots = _tables[(_slotBits - SlotBitsMin) / GrowthBits]!;
            (_moved, _toMove) = (0, added);
        }

        this[added] = new Node(position, cost, parent, cameBy);
        Hold(added);
        SetEasy();
        return added;
    }

    private void SetEasy() => _easyUntil = _moved < _toMove ? 0 : Math.Min(Math.Min(Room, ((1 << _slotBits) / 2) + 1), PreparedUntil());

    // A block is small enough to be had at once. Only the first grows.
    private void MakeRoom(int index)
    {
        if (index < Room)
        {
            return;
        }

        if (index < BlockSize)
        {
            Array.Resize(ref _first, index * 2);
            _blocks[0] = _first;
            return;
        }

        if (_blockCount == _blocks.Length)
        {
            Array.Resize(ref _blocks, _blockCount * 2);
        }

        _blocks[_blockCount++] = GC.AllocateUninitializedArray<Node>(BlockSize);
    }

    // How many nodes can be added before more of the next table has to be emptied.
    private int PreparedUntil()
    {
        int next = (_slotBits + GrowthBits - SlotBitsMin) / GrowthBits;
        int begin = (1 << _slotBits) / 8;
        return _tables[next] is not null ? int.MaxValue : Math.Max(begin, Count + AddsAtOnce);
    }

    // Empties the next table as far as so many nodes demand, all of it when it is needed.
    private void Prepare(int count)
    {
        int next = (_slotBits + GrowthBits - SlotBitsMin) / GrowthBits;
        int begin = (1 << _slotBits) / 8;
        if (_tables[next] is not null || count < begin)
        {
            return;
        }

        int size = 1 << (_slotBits + GrowthBits);
        bool atOnce = _slotBits + GrowthBits <= SlotBitsAtOnce;
        _slotsAfter ??= GC.AllocateUninitializedArray<ulong>(size);
        int until = atOnce || count * 2 > 1 << _slotBits ? size : (int)Math.Min((long)(count + 1 - begin) * EmptiedSlots, size);
        if (until > _emptied)
        {
            _slotsAfter.AsSpan(_emptied, until - _emptied).Clear();
            _emptied = until;
        }

        if (_emptied == size)
        {
            (_tables[next], _slotsAfter, _emptied) = (_slotsAfter, null, 0);
        }
    }

    private int FindBefore(uint position)
    {
        int bits = _slotBits - GrowthBits;
        uint slot = (position * HashFactor) >> (32 - bits);
        while ((uint)(_slotsBefore[slot] >> 32) == _generation)
        {
            int index = (int)(uint)_slotsBefore[slot];
            if (this[index].Position == position)
            {
                return index;
            }

            slot = (slot + 1) & ((1u << bits) - 1);
        }

        return -1;
    }

    private void Hold(int index)
    {
        uint slot = FirstSlot(this[index].Position);
        while ((uint)(_slots[slot] >> 32) == _generation)
        {
            slot = NextSlot(slot);
        }

        _slots[slot] = ((ulong)_generation << 32) | (uint)index;
    }

    private uint FirstSlot(uint position) => (position * HashFactor) >> (32 - _slotBits);

    private uint NextSlot(uint slot) => (slot + 1) & ((1u << _slotBits) - 1);

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
