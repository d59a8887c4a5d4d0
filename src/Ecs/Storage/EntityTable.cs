using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// Where each entity lies. Free slots form a queue through <see cref="Slot.Place"/>: the slot that is free longest is reused first, so that
/// a generation of which only the low byte travels in snapshots takes long to come round.
/// </summary>
internal sealed class EntityTable
{
    /// <summary>A chunk's id above so many bits of row.</summary>
    public const int RowBits = 13;
    public const int RowMask = (1 << RowBits) - 1;

    private const int Reserved = -1;
    private const int None = -1;

    private readonly World _world;
    private readonly int _limit;
    private Slot[] _slots = [];
    private State _state = new() { FreeHead = None, FreeTail = None };

    public EntityTable(World world, int limit)
    {
        _world = world;
        _limit = limit;
    }

    public int AliveCount => _state.AliveCount;

    public int Limit => _limit;

    /// <summary>All slots, beyond <see cref="SlotCount"/> unused ones that are zero.</summary>
    public Slot[] Slots => _slots;

    public int SlotCount => _state.SlotCount;

    /// <summary>All that is no slot.</summary>
    public ref State Counts => ref _state;

    /// <summary>The chunk in <see cref="Slot.Bits"/> of a live entity; of any other 0, which is none, or more than there can be.</summary>
    public static uint ChunkOf(ulong slot) => (uint)(slot >> (32 + RowBits));

    public static int RowOf(ulong slot) => (int)(slot >> 32) & RowMask;

    /// <summary>The part of a free slot's place that links the queue: which slot comes next.</summary>
    public static int NextFree(int place) => -3 - place;

    private static int FreePlace(int next) => -3 - next;

    /// <summary>Takes a slot for an entity that is not alive yet.</summary>
    public Entity Reserve()
    {
        if (_state.TakenCount == _limit)
        {
            EcsException.ThrowEntityLimit(_limit);
        }

        int index = _state.FreeHead;
        if (index >= 0)
        {
            _state.FreeHead = NextFree(_slots[index].Place);
            _state.FreeTail = _state.FreeHead < 0 ? None : _state.FreeTail;
        }
        else
        {
            index = _state.SlotCount++;
            EnsureSlots(_state.SlotCount);
            _slots[index].Generation = 1;
        }

        _state.TakenCount++;
        _slots[index].Place = Reserved;
        return new Entity((uint)index, _slots[index].Generation);
    }

    /// <summary>Takes slots for entities that lie one behind the other in a chunk, and makes them alive; the caller has seen that there is room.</summary>
    public void PlaceMany(Span<Entity> made, ChunkStore chunk, int row)
    {
        int place = (chunk.Id << RowBits) | row;
        int i = PlaceFree(made, place);
        place += i;
        int count = made.Length - i;
        int first = _state.SlotCount;
        EnsureSlots(first + count);
        Span<Slot> slots = _slots.AsSpan(first, count);
        made = made[i..];
        for (int n = 0; n < slots.Length && n < made.Length; n++)
        {
            slots[n] = new Slot { Generation = 1, Place = place + n };
            made[n] = new Entity((uint)(first + n), 1);
        }

        _state.SlotCount += count;
        _state.TakenCount += count;
        _state.AliveCount += count;
    }

    /// <summary>Makes a reserved entity alive.</summary>
    public void Place(Entity entity, ChunkStore chunk, int row)
    {
        _state.AliveCount++;
        _slots[entity.Index].Place = (chunk.Id << RowBits) | row;
    }

    /// <summary>Tells where a live one has moved.</summary>
    public void Move(Entity entity, ChunkStore chunk, int row) => _slots[entity.Index].Place = (chunk.Id << RowBits) | row;

    /// <summary>Frees the slot of a live or reserved entity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(Entity entity)
    {
        Slot[] slots = _slots;
        int index = (int)entity.Index;
        ref Slot slot = ref slots[index];
        _state.AliveCount -= slot.Place > 0 ? 1 : 0;
        _state.TakenCount--;
        slot.Generation = slot.Generation == uint.MaxValue ? 1 : slot.Generation + 1;
        slot.Place = FreePlace(None);
        if (_state.FreeTail >= 0)
        {
            slots[_state.FreeTail].Place = FreePlace(index);
        }
        else
        {
            _state.FreeHead = index;
        }

        _state.FreeTail = index;
    }

    public bool IsAlive(Entity entity)
    {
        Slot[] slots = _slots;
        return entity.Index < (uint)slots.Length && slots[entity.Index].Generation == entity.Generation && slots[entity.Index].Place > 0;
    }

    /// <summary>Becomes what a checkpoint says; the slots are written by the caller.</summary>
    public Span<Slot> Become(in State state)
    {
        EnsureSlots(state.SlotCount);
        if (state.SlotCount < _state.SlotCount)
        {
            _slots.AsSpan(state.SlotCount, _state.SlotCount - state.SlotCount).Clear();
        }

        _state = state;
        return _slots.AsSpan(0, state.SlotCount);
    }

    /// <summary>The ids that the future will give out are state too: slots, generations, and the order of the free ones.</summary>
    public void Hash(ref StateHash hash)
    {
        hash.Add((ulong)_state.SlotCount);
        for (int i = _state.FreeHead; i >= 0; i = NextFree(_slots[i].Place))
        {
            hash.Add(((ulong)(uint)i << 32) | _slots[i].Generation);
        }
    }

    /// <summary>The part of <see cref="PlaceMany"/> that takes free slots, as many as there are.</summary>
    private int PlaceFree(Span<Entity> made, int place)
    {
        Slot[] slots = _slots;
        int next = _state.FreeHead;
        int taken = 0;
        for (; taken < made.Length && (uint)next < (uint)slots.Length; taken++)
        {
            ref Slot slot = ref slots[next];
            made[taken] = new Entity((uint)next, slot.Generation);
            next = NextFree(slot.Place);
            slot.Place = place + taken;
        }

        _state.FreeHead = next;
        _state.FreeTail = next < 0 ? None : _state.FreeTail;
        _state.TakenCount += taken;
        _state.AliveCount += taken;
        return taken;
    }

    private void EnsureSlots(int count)
    {
        if (count > _slots.Length)
        {
            Array.Resize(ref _slots, Math.Min(Math.Max(count, Math.Max(32, _slots.Length * 2)), _limit));
            _world.Slots = _slots;
        }
    }

    /// <summary>
    /// An entity's slot. Its place is (chunk id, row) and positive while the entity is alive, -1 while it is reserved, and below that a link of
    /// the queue of free slots.
    /// </summary>
    internal struct Slot
    {
        public uint Generation;
        public int Place;

        /// <summary>Both at once, the generation below: one load instead of two.</summary>
        public readonly ulong Bits => Unsafe.As<Slot, ulong>(ref Unsafe.AsRef(in this));
    }

    internal struct State
    {
        public int SlotCount;

        /// <summary>Live and reserved entities.</summary>
        public int TakenCount;
        public int AliveCount;
        public int FreeHead;
        public int FreeTail;
    }
}
