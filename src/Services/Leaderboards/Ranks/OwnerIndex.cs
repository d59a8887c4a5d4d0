using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Finds an owner's record: open addressing in segments of one page that split one by one (extendible hashing, Fagin and others 1979),
/// so that no change ever moves more than a thousand entries. A slot holds a record's number and four bits of its owner's hash, which
/// spare nearly all looks at other owners' records.
/// </summary>
internal sealed class OwnerIndex
{
    private const int SegmentSlots = 1024;
    private const int SegmentEntriesMax = SegmentSlots * 4 / 5;
    private const int SlotChunkBits = 21;
    private const int RecordBits = 28;
    private const uint RecordMask = (1u << RecordBits) - 1;

    private readonly RankRecords _records;
    private readonly ChunkedArray<uint> _slots = new(SlotChunkBits, SegmentSlots);

    // By the first bits of the hash; neighbours may share a segment that has not split yet.
    private int[] _directory = [0];
    private int _depth;

    // Of each segment: its entries, and the first bits of the hash that all of them share.
    private int[] _counts = [0];
    private byte[] _depths = [0];
    private int _segments;

    public OwnerIndex(RankRecords records)
    {
        _records = records;
        AddSegment(0);
    }

    public long Bytes => _slots.Bytes + (_directory.Length * 4L) + (_counts.Length * 5L);

    /// <summary>The record of an owner; -1 when there is none.</summary>
    public int Find(Guid owner)
    {
        ulong hash = HashOf(owner);
        ReadOnlySpan<uint> slots = Slots(SegmentOf(hash));
        uint tag = TagOf(hash);
        for (int slot = FirstSlot(hash); slots[slot] != 0; slot = (slot + 1) % SegmentSlots)
        {
            if ((slots[slot] & ~RecordMask) == tag && _records[RecordIn(slots[slot])].Owner == owner)
            {
                return RecordIn(slots[slot]);
            }
        }
        return -1;
    }

    /// <summary>Adds a record whose owner is not there yet.</summary>
    public void Add(int record)
    {
        ulong hash = HashOf(_records[record].Owner);
        int segment = SegmentOf(hash);
        while (_counts[segment] == SegmentEntriesMax)
        {
            Split(segment, hash);
            segment = SegmentOf(hash);
        }
        Put(segment, TagOf(hash) | (uint)(record + 1), hash);
    }

    public void Remove(int record)
    {
        ulong hash = HashOf(_records[record].Owner);
        int segment = SegmentOf(hash);
        Span<uint> slots = Slots(segment);
        int hole = FirstSlot(hash);
        while (RecordIn(slots[hole]) != record)
        {
            hole = (hole + 1) % SegmentSlots;
        }
        // What stands behind moves up, unless its own place lies between: so no marks of what was removed pile up.
        for (int slot = (hole + 1) % SegmentSlots; slots[slot] != 0; slot = (slot + 1) % SegmentSlots)
        {
            int home = FirstSlot(HashOf(_records[RecordIn(slots[slot])].Owner));
            bool stays = hole <= slot ? hole < home && home <= slot : hole < home || home <= slot;
            if (!stays)
            {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = 0;
        _counts[segment]--;
    }

    // Ids are random, but whoever makes them need not be.
    private static ulong HashOf(Guid owner)
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

    private static int RecordIn(uint slot) => (int)(slot & RecordMask) - 1;

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
        uint[] entries = Slots(segment).ToArray();
        Slots(segment).Clear();
        _counts[segment] = 0;
        foreach (uint entry in entries)
        {
            if (entry != 0)
            {
                ulong moved = HashOf(_records[RecordIn(entry)].Owner);
                Put((moved >> (64 - depth) & 1) == 0 ? segment : added, entry, moved);
            }
        }
    }
}
