namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// The ranks of one period of one board: who stands where, in memory. Not for several threads at once. Under 64 bytes a record; what
/// reading a rank and moving a record take is in bench/README.md.
/// </summary>
internal sealed class RankTable
{
    private readonly RankRecords _records = new();
    private readonly OwnerIndex _owners;
    private readonly RankTree _tree;

    public RankTable()
    {
        _owners = new OwnerIndex(_records);
        _tree = new RankTree(_records);
    }

    public int Count => _records.Count;

    /// <summary>Bytes taken, what is kept free included.</summary>
    public long Bytes => _records.Bytes + _owners.Bytes + _tree.Bytes;

    public bool TryGetKey(Guid owner, out RankKey key)
    {
        int record = _owners.Find(owner);
        key = record < 0 ? default : _records[record].Key;
        return record >= 0;
    }

    /// <summary>Puts an owner where the key says, whether or not they were there.</summary>
    public void Set(Guid owner, in RankKey key)
    {
        int record = _owners.Find(owner);
        if (record < 0)
        {
            record = _records.Add(owner, key);
            _owners.Add(record);
            _tree.Insert(record);
        }
        else if (_records[record].Key != key)
        {
            _tree.Remove(record);
            _records[record].Key = key;
            _tree.Insert(record);
        }
    }

    /// <summary>False when they were not there.</summary>
    public bool Remove(Guid owner)
    {
        int record = _owners.Find(owner);
        if (record < 0)
        {
            return false;
        }
        _tree.Remove(record);
        _owners.Remove(record);
        _records.Remove(record);
        return true;
    }

    /// <summary>From 1 for the best; 0 when they are not there.</summary>
    public int RankOf(Guid owner)
    {
        int record = _owners.Find(owner);
        return record < 0 ? 0 : _tree.CountBefore(record) + 1;
    }

    /// <summary>The rank a record of this key has, or would have.</summary>
    public int RankOf(in RankKey key) => _tree.CountBelow(key) + 1;
}
