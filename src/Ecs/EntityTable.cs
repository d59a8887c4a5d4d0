using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>
/// Where each entity lies. Free slots form a queue through <see cref="Slot.Row"/>: the slot that is free longest is reused first, so that
/// a generation of which only the low byte travels in snapshots takes long to come round.
/// </summary>
internal sealed class EntityTable
{
    private const int Free = -1;
    private const int Reserved = -2;

    private readonly int _limit;
    private Slot[] _slots = [];
    private int _slotCount;
    private int _freeHead = -1;
    private int _freeTail = -1;

    public EntityTable(int limit)
    {
        _limit = limit;
    }

    /// <summary>Live and reserved entities.</summary>
    public int TakenCount { get; private set; }

    public int AliveCount { get; private set; }

    /// <summary>Takes a slot for an entity that is not alive yet.</summary>
    public Entity Reserve()
    {
        if (TakenCount == _limit)
        {
            EcsException.ThrowEntityLimit(_limit);
        }

        int index = _freeHead;
        if (index >= 0)
        {
            _freeHead = _slots[index].Row;
            _freeTail = _freeHead < 0 ? -1 : _freeTail;
        }
        else
        {
            index = _slotCount++;
            if (index == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Min(Math.Max(32, _slots.Length * 2), _limit));
            }

            _slots[index].Generation = 1;
        }

        TakenCount++;
        _slots[index].Archetype = Reserved;
        return new Entity((uint)index, _slots[index].Generation);
    }

    /// <summary>Makes a reserved entity alive, or tells where a live one has moved.</summary>
    public void Place(Entity entity, int archetype, int chunk, int row)
    {
        ref Slot slot = ref _slots[entity.Index];
        AliveCount += slot.Archetype == Reserved ? 1 : 0;
        slot.Archetype = archetype;
        slot.Chunk = chunk;
        slot.Row = row;
    }

    /// <summary>Frees the slot of a live or reserved entity.</summary>
    public void Release(Entity entity)
    {
        int index = (int)entity.Index;
        ref Slot slot = ref _slots[index];
        AliveCount -= slot.Archetype >= 0 ? 1 : 0;
        TakenCount--;
        slot.Generation = slot.Generation == uint.MaxValue ? 1 : slot.Generation + 1;
        slot.Archetype = Free;
        slot.Row = -1;
        if (_freeTail >= 0)
        {
            _slots[_freeTail].Row = index;
        }
        else
        {
            _freeHead = index;
        }

        _freeTail = index;
    }

    /// <summary>The place of an entity that the caller knows to be alive.</summary>
    public ref readonly Slot At(Entity entity) => ref _slots[entity.Index];

    /// <summary>The place of an entity, or false if it is not alive.</summary>
    public bool TryFind(Entity entity, out Slot slot)
    {
        Slot[] slots = _slots;
        if (entity.Index < (uint)slots.Length)
        {
            slot = slots[entity.Index];
            return slot.Generation == entity.Generation && slot.Archetype >= 0 && entity.Generation != 0;
        }

        slot = default;
        return false;
    }

    /// <summary>The ids that the future will give out are state too: slots, generations, and the order of the free ones.</summary>
    public void Hash(ref StateHash hash)
    {
        hash.Add((ulong)_slotCount);
        for (int i = _freeHead; i >= 0; i = _slots[i].Row)
        {
            hash.Add(((ulong)(uint)i << 32) | _slots[i].Generation);
        }
    }

    internal struct Slot
    {
        public uint Generation;
        public int Archetype;
        public int Chunk;
        public int Row;
    }
}
