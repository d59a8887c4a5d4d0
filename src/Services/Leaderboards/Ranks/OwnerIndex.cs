using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Finds an owner's record: open addressing in segments of one page that split one by one (extendible hashing, Fagin and others 1979),
/// so that no change ever moves more than a thousand entries. An entry is where a record is and four bits of its owner's hash, which
/// spare nearly all looks at other owners' records.
/// </summary>
internal sealed class OwnerIndex
{
    private const int SegmentSlots = 1024;
    private const int SegmentEntriesMax = SegmentSlots * 4 / 5;
    private const int SlotChunkBits = 22;
    private const int RecordBits = 28;
    private const uint RecordMask = (1u << RecordBits) - 1;

    private readonly RankLeaves _leaves;
    private readonly ChunkedArray<uint> _slots = new(SlotChunkBits, SegmentSlots);

    // By the first bits of the hash; neighbours may share a segment that has not split yet.
    private int[] _directory = [0];
    private int _depth;

    // Of each segment: its entries, and the first bits of the hash that all of them share.
    private int[] _counts = [0];
    private byte[] _depths = [0];
    private int _segments;

    public OwnerIndex(RankLeaves leaves)
    {
        _leaves = leaves;
        AddSegment(0);
    }

    public long Bytes => _slots.Bytes + (_directory.Length * 4L) + (_counts.Length * 5L);

    /// <summary>Where an owner's entry is looked for, to be asked for ahead.</summary>
    public ulong Ask(in Guid owner)
    {
        ulong hash = HashOf(owner);
        Prefetch.Line(ref _slots[(SegmentOf(hash) * SegmentSlots) + FirstSlot(hash)]);
        return hash;
    }

    /// <summary>The slot of an owner's entry; -1 when there is none.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="hash">As <see cref="Ask"/> gave it.</param>
    /// <param name="record">Where the record is.</param>
    public int Find(in Guid owner, ulong hash, out RankPlace record)
    {
        int segment = SegmentOf(hash) * SegmentSlots;
        ReadOnlySpan<uint> slots = _slots.Slice(segment, SegmentSlots);
        uint tag = TagOf(hash);
        for (int slot = FirstSlot(hash); slots[slot] != 0; slot = (slot + 1) % SegmentSlots)
        {
            if ((slots[slot] & ~RecordMask) == tag)
            {
                record = RecordIn(slots[slot]);
                _leaves.Ask(record);
                if (_leaves.Owner(record) == owner)
                {
                    return segment + slot;
                }
            }
        }
        record = default;
        return -1;
    }

    /// <summary>Makes room for so many, so that none of them is moved again. Does nothing once it has grown. To be called while it is empty.</summary>
    public void Reserve(int count)
    {
        if (_segments > 1)
        {
            return;
        }
        int depth = 0;
        while (count >> depth > SegmentEntriesMax * 7 / 8)
        {
            depth++;
        }
        _directory = [.. Enumerable.Range(0, 1 << depth)];
        _depth = depth;
        _depths[0] = (byte)depth;
        while (_segments < _directory.Length)
        {
            AddSegment((byte)depth);
        }
    }

    /// <summary>Adds a record whose owner is not there yet.</summary>
    public void Add(RankPlace record, ulong hash)
    {
        int segment = SegmentOf(hash);
        while (_counts[segment] == SegmentEntriesMax)
        {
            Split(segment, hash);
            segment = SegmentOf(hash);
        }
        Put(segment, EntryOf(record, hash), hash);
    }

    /// <summary>The record in a slot is elsewhere now.</summary>
    public void Update(int slot, RankPlace record) => _slots[slot] = (_slots[slot] & ~RecordMask) | (uint)(record.Number + 1);

    /// <summary>The record in a slot is nowhere for the moment, until its update.</summary>
    public void Park(int slot) => _slots[slot] |= RecordMask;

    /// <summary>A record is elsewhere now.</summary>
    /// <param name="from">Where it was.</param>
    /// <param name="to">Where it is.</param>
    /// <param name="hash">Of its owner.</param>
    public void Move(RankPlace from, RankPlace to, ulong hash)
    {
        Span<uint> slots = Slots(SegmentOf(hash));
        uint entry = EntryOf(from, hash);
        int slot = FirstSlot(hash);
        while (slots[slot] != entry)
        {
            slot = (slot + 1) % SegmentSlots;
        }
        slots[slot] = EntryOf(to, hash);
    }

    /// <summary>Removes the entry of a slot, while its neighbours' records are in their places.</summary>
    public void Remove(int slot)
    {
        int segment = slot / SegmentSlots;
        Span<uint> slots = Slots(segment);
        int hole = slot % SegmentSlots;
        // What stands behind moves up, unless its own place lies between: so no marks of what was removed pile up.
        for (int next = (hole + 1) % SegmentSlots; slots[next] != 0; next = (next + 1) % SegmentSlots)
        {
            int home = FirstSlot(HashOf(_leaves.Owner(RecordIn(slots[next]))));
            bool stays = hole <= next ? hole < home && home <= next : hole < home || home <= next;
            if (!stays)
            {
                slots[hole] = slots[next];
                hole = next;
            }
        }
        slots[hole] = 0;
        _counts[segment]--;
    }

    // Ids are random, but whoever makes them need not be.
    private static ulong HashOf(in Guid owner)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in owner));
        ulong hash = halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15);
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }

    // The first bits choose the segment, the last ones the slot, those beside them are the tag.
    private static int FirstSlot(ulong hash) => (int)(hash % SegmentSlots);

    private static uint TagOf(ulong hash) => (uint)(hash >> 10) << RecordBits;

    private static uint EntryOf(RankPlace record, ulong hash) => TagOf(hash) | (uint)(record.Number + 1);

    private static RankPlace RecordIn(uint slot) => new((int)(slot & RecordMask) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SegmentOf(ulong hash) => _directory[_depth == 0 ? 0 : (int)(hash >> (64 - _depth))];

    private Span<uint> Slots(int segment) => _slots.Slice(segment * SegmentSlots, SegmentSlots);

    private int AddSegment(byte depth)
    {
        int segment = _segments++;
        if (segment == _counts.Length)
        {
            Array.Resize(ref _counts, segment * 2);
            Array.Resize(ref _depths, segment * 2);
        }
        _slots.EnsureCapacity(_segments * SegmentSlots);
        Slots(segment).Clear();
        _counts[segment] = 0;
        _depths[segment] = depth;
        return segment;
    }

    private void Put(int segment, uint entry, ulong hash)
    {
        Span<uint> slots = Slots(segment);
        int slot = FirstSlot(hash);
        while (slots[slot] != 0)
        {
            slot = (slot + 1) % SegmentSlots;
        }
        slots[slot] = entry;
        _counts[segment]++;
    }

    /// <summary>Half of a segment's entries, by one more bit of their hash, go to a new one.</summary>
    private void Split(int segment, ulong hash)
    {
        if (_depths[segment] == _depth)
        {
            int[] doubled = new int[_directory.Length * 2];
            for (int i = 0; i < doubled.Length; i++)
            {
                doubled[i] = _directory[i / 2];
            }
            _directory = doubled;
            _depth++;
        }
        int span = 1 << (_depth - _depths[segment]);
        int first = (int)(hash >> (64 - _depth)) & ~(span - 1);
        byte depth = ++_depths[segment];
        int added = AddSegment(depth);
        _directory.AsSpan(first + (span / 2), span / 2).Fill(added);
        Span<uint> entries = stackalloc uint[SegmentSlots];
        Slots(segment).CopyTo(entries);
        Slots(segment).Clear();
        _counts[segment] = 0;
        foreach (uint entry in entries)
        {
            if (entry != 0)
            {
                Prefetch.Line(in _leaves.Owner(RecordIn(entry)));
            }
        }
        foreach (uint entry in entries)
        {
            if (entry != 0)
            {
                ulong moved = HashOf(_leaves.Owner(RecordIn(entry)));
                Put((moved >> (64 - depth) & 1) == 0 ? segment : added, entry, moved);
            }
        }
    }
}
