namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// The ranks of one period of one board: who stands where, in memory. Not for several threads at once. Under 64 bytes a record; what
/// reading a rank and moving a record take is in bench/README.md.
/// </summary>
internal sealed class RankTable
{
    private readonly RankLeaves _leaves = new();
    private readonly OwnerIndex _owners;
    private readonly RankTree _tree;

    public RankTable()
    {
        _owners = new OwnerIndex(_leaves);
        _tree = new RankTree(_leaves, _owners);
    }

    public int Count { get; private set; }

    /// <summary>Bytes taken, what is kept free included.</summary>
    public long Bytes => _leaves.Bytes + _owners.Bytes + _tree.Bytes;

    public bool TryGetKey(Guid owner, out RankKey key)
    {
        bool there = _owners.Find(owner, _owners.Ask(owner), out RankPlace record) >= 0;
        key = there ? _leaves.Key(record) : default;
        return there;
    }

    /// <summary>Asks the memory for what <see cref="Set"/> of this owner will read first, when much else is to come before it.</summary>
    public void Ask(Guid owner) => _owners.Ask(owner);

    /// <summary>So many owners are to come. Of no use to a table that has some already.</summary>
    public void Expect(int count)
    {
        if (Count == 0)
        {
            _owners.Reserve(count);
        }
    }

    /// <summary>Puts an owner where the key says, whether or not they were there.</summary>
    public void Set(Guid owner, in RankKey key)
    {
        // Where the record is and where it goes are looked for side by side: neither waits for the other's memory.
        ulong hash = _owners.Ask(owner);
        RankTree.Path path = _tree.Descend(key);
        int slot = _owners.Find(owner, hash, out RankPlace record);
        if (slot < 0)
        {
            _owners.Add(_tree.Insert(path, owner, key), hash);
            Count++;
        }
        else if (_leaves.Key(record) != key)
        {
            _tree.Move(record, path, key, slot);
        }
    }

    /// <summary>False when they were not there.</summary>
    public bool Remove(Guid owner)
    {
        int slot = _owners.Find(owner, _owners.Ask(owner), out RankPlace record);
        if (slot < 0)
        {
            return false;
        }
        // The entry first, since leaving the tree may move the records of others, whom the index then looks for.
        _owners.Remove(slot);
        _tree.Remove(record);
        Count--;
        return true;
    }

    /// <summary>From 1 for the best; 0 when they are not there.</summary>
    public int RankOf(Guid owner)
    {
        bool there = _owners.Find(owner, _owners.Ask(owner), out RankPlace record) >= 0;
        return there ? _tree.CountBefore(record) + 1 : 0;
    }

    /// <summary>The rank a record of this key has, or would have.</summary>
    public int RankOf(in RankKey key) => _tree.CountBelow(key) + 1;
}
