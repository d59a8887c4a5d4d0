namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>What a rank is made of, as the database has it.</summary>
internal readonly record struct RankRow(Guid OwnerId, long RankScore, long RankSubscore, long Sequence) : IComparable<RankRow>
{
    /// <summary>Before every row there can be.</summary>
    public static RankRow First { get; } = new(Guid.Empty, long.MinValue, long.MinValue, long.MinValue);

    /// <summary>Behind every row there can be.</summary>
    public static RankRow Last { get; } = new(Guid.AllBitsSet, long.MaxValue, long.MaxValue, long.MaxValue);

    public RankKey Key => new(RankScore, RankSubscore, Sequence);

    public int CompareTo(RankRow other) => Key.CompareTo(other.Key);
}

/// <summary>
/// The ranks of one period of one board, for all threads. While it is being read from the database, changes go in as they are
/// committed, and what a page says of an owner who has changed since is passed over: so it is right at the end, whatever came between.
/// </summary>
internal sealed class PeriodRanks
{
    // So few rows at a time that no request waits for a page.
    private const int RowsPerTurn = 256;

    private readonly Lock _gate = new();
    private readonly RankTable _table = new();

    // Owners whom nobody else is to see: they have no rank for others, and for themselves the one they would have.
    private readonly Dictionary<Guid, RankKey> _hidden = [];
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Owners whose record changed while it was being read; null when all is read.
    private HashSet<Guid>? _changed = [];

    /// <summary>Done when it is loaded, or turns out to take a while.</summary>
    public Task Settled => _settled.Task;

    public bool IsLoaded => Volatile.Read(ref _changed) is null;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _table.Count;
            }
        }
    }

    /// <summary>Takes what is now committed.</summary>
    /// <param name="owner">Whose record.</param>
    /// <param name="key">Null: it is gone.</param>
    /// <param name="isHidden">Whether nobody else is to see it.</param>
    public void Set(Guid owner, RankKey? key, bool isHidden = false)
    {
        lock (_gate)
        {
            _changed?.Add(owner);
            Place(owner, key, isHidden);
        }
    }

    /// <summary>So many rows are about to be loaded.</summary>
    public void Expect(int count)
    {
        lock (_gate)
        {
            _table.Expect(count);
        }
    }

    /// <summary>Takes a page of the database.</summary>
    /// <param name="page">Rows, in order.</param>
    /// <param name="isHidden">Whose record nobody else is to see.</param>
    public void Load(ReadOnlySpan<RankRow> page, Func<Guid, bool> isHidden)
    {
        for (int first = 0; first < page.Length; first += RowsPerTurn)
        {
            ReadOnlySpan<RankRow> rows = page[first..Math.Min(first + RowsPerTurn, page.Length)];
            lock (_gate)
            {
                // All at once, so that they do not wait for the memory one by one.
                foreach (ref readonly RankRow row in rows)
                {
                    _table.Ask(row.OwnerId);
                }
                foreach (ref readonly RankRow row in rows)
                {
                    if (!_changed!.Contains(row.OwnerId))
                    {
                        Place(row.OwnerId, row.Key, isHidden(row.OwnerId));
                    }
                }
            }
        }
    }

    /// <summary>Waiting for it is no use: it takes a while.</summary>
    public void TakesLong() => _settled.TrySetResult();

    public void Loaded()
    {
        lock (_gate)
        {
            _changed = null;
        }
        _settled.TrySetResult();
    }

    /// <summary>The ranks of owners as one viewer sees them, all as of one moment; 0 for those who are not there. False while it is being loaded.</summary>
    /// <param name="owners">Whose.</param>
    /// <param name="viewer">Who sees their own hidden record; null: nobody.</param>
    /// <param name="ranks">Of each owner.</param>
    /// <param name="count">Records with a rank.</param>
    public bool TryRanks(ReadOnlySpan<Guid> owners, Guid? viewer, Span<long> ranks, out int count)
    {
        lock (_gate)
        {
            RankKey? own = viewer is Guid id && _hidden.TryGetValue(id, out RankKey hidden) ? hidden : null;
            count = _table.Count + (own is null ? 0 : 1);
            if (_changed is not null)
            {
                return false;
            }
            for (int i = 0; i < owners.Length; i++)
            {
                ranks[i] = own is RankKey key ? RankBeside(owners[i], viewer!.Value, key) : _table.RankOf(owners[i]);
            }
            return true;
        }
    }

    /// <summary>Where an owner stands; null when they do not, or while it is being loaded.</summary>
    public RankKey? Find(Guid owner)
    {
        lock (_gate)
        {
            return _changed is null && (_table.TryGetKey(owner, out RankKey key) || _hidden.TryGetValue(owner, out key)) ? key : null;
        }
    }

    /// <summary>An owner's rank for a viewer whose own hidden record stands among the others.</summary>
    private long RankBeside(Guid owner, Guid viewer, RankKey own)
    {
        if (owner == viewer)
        {
            return _table.RankOf(own);
        }
        int rank = _table.RankOf(owner);
        return rank > 0 && _table.TryGetKey(owner, out RankKey key) && key > own ? rank + 1 : rank;
    }

    private void Place(Guid owner, RankKey? key, bool isHidden)
    {
        if (key is RankKey placed && !isHidden)
        {
            _table.Set(owner, placed);
        }
        else
        {
            _table.Remove(owner);
        }
        if (key is RankKey unseen && isHidden)
        {
            _hidden[owner] = unseen;
        }
        else if (_hidden.Count > 0)
        {
            _hidden.Remove(owner);
        }
    }
}
