using System.Runtime.InteropServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>What is kept of a record: 44 bytes. Packed, since ten million of them are the bulk of the memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RankRecord
{
    public Guid Owner;

    /// <summary>The leaf that lists it; in a free place, the next free one, or -1.</summary>
    public int Leaf;

    public RankKey Key;
}

/// <summary>Records by number. A number stays with its record; a free one is used again.</summary>
internal sealed class RankRecords
{
    private const int ChunkBits = 18;

    private readonly ChunkedArray<RankRecord> _records = new(ChunkBits, 64);
    private int _used;
    private int _free = -1;

    public int Count { get; private set; }

    public long Bytes => _records.Bytes;

    public ref RankRecord this[int number] => ref _records[number];

    public int Add(Guid owner, in RankKey key)
    {
        int number = _free;
        if (number >= 0)
        {
            _free = _records[number].Leaf;
        }
        else
        {
            number = _used++;
            _records.EnsureCapacity(_used);
        }
        _records[number] = new RankRecord { Owner = owner, Key = key, Leaf = -1 };
        Count++;
        return number;
    }

    public void Remove(int number)
    {
        _records[number] = new RankRecord { Leaf = _free };
        _free = number;
        Count--;
    }
}
