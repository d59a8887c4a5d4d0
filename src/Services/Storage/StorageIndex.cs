using System.Globalization;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Storage;

/// <summary>
/// The searchable fields of a collection's objects, in memory. Searches run beside each other, changes alone. It may lag behind the
/// database by changes under way; what it finds is therefore read and looked at again before anybody sees it.
/// </summary>
internal sealed class StorageIndex : IDisposable
{
    private readonly HashSet<string> _fields;
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<StorageId, Entry> _entries = [];
    private readonly SortedSet<Entry> _byAge = new(Comparer<Entry>.Create(CompareAge));

    // Which objects hold a text in a field: where a query must have one, only these are tried.
    private readonly Dictionary<(string Field, string Text), HashSet<Entry>> _byText = [];

    public StorageIndex(StorageIndexDefinition definition)
    {
        Definition = definition;
        _fields = [.. definition.Fields];
    }

    public StorageIndexDefinition Definition { get; }

    public int Count
    {
        get
        {
            _lock.EnterReadLock();
            try
            {
                return _entries.Count;
            }
            finally
            {
                _lock.ExitReadLock();
            }
        }
    }

    public bool Covers(StorageId id) => id.Collection == Definition.Collection && (Definition.Key is not string key || id.Key == key);

    public SearchDocument DocumentOf(StorageRecord record) => new SearchDocument()
        .Add("collection", record.Collection)
        .Add("key", record.Key)
        .Add("user_id", record.UserId.ToString("D"))
        .Add("version", record.Version)
        .Add("read", record.PermissionRead)
        .Add("write", record.PermissionWrite)
        .Add("create_time", Iso(record.CreateTime))
        .Add("update_time", Iso(record.UpdateTime))
        .AddJson("value", record.Value, _fields);

    /// <summary>Takes what the database now holds under a name; null: nothing.</summary>
    public void Apply(StorageId id, StorageRecord? record)
    {
        Entry? entry = record is null ? null : new Entry(id, DocumentOf(record), record.UpdateTime, record.PermissionRead);
        _lock.EnterWriteLock();
        try
        {
            if (_entries.Remove(id, out Entry? old))
            {
                Forget(old);
            }
            if (entry is not null)
            {
                Remember(entry);
            }
            if (_entries.Count > Definition.EntriesMax && _byAge.Min is Entry oldest)
            {
                _entries.Remove(oldest.Id);
                Forget(oldest);
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The names of what a query asks for, in order.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="order">In which order.</param>
    /// <param name="caller">Sees public objects and their own; null: the server sees all.</param>
    /// <param name="skip">So many of the first are passed over.</param>
    /// <param name="limit">At most so many are returned.</param>
    public List<StorageId> Search(SearchQuery query, SearchOrder order, Guid? caller, int skip, int limit)
    {
        List<(Entry Entry, double Score)> found = [];
        _lock.EnterReadLock();
        try
        {
            IEnumerable<Entry> candidates = Candidates(query);
            foreach (Entry entry in candidates)
            {
                if (entry.IsVisible(caller) && query.Matches(entry.Document, out double score))
                {
                    found.Add((entry, score));
                }
            }
        }
        finally
        {
            _lock.ExitReadLock();
        }
        found.Sort((a, b) => order.Compare(a.Entry.Document, a.Score, b.Entry.Document, b.Score) is var told && told != 0
            ? told
            : -CompareAge(a.Entry, b.Entry));
        return [.. found.Skip(skip).Take(limit).Select(f => f.Entry.Id)];
    }

    public void Dispose() => _lock.Dispose();

    private IEnumerable<Entry> Candidates(SearchQuery query)
    {
        IReadOnlyCollection<Entry>? fewest = null;
        foreach (SearchClause clause in query.Clauses)
        {
            if (clause is { Occurrence: Occurrence.Must, Field: string field, Matcher.OnlyText: string text })
            {
                if (!_byText.TryGetValue((field, text), out HashSet<Entry>? holding))
                {
                    return [];
                }
                fewest = fewest is null || holding.Count < fewest.Count ? holding : fewest;
            }
        }
        return fewest ?? _entries.Values;
    }

    private void Remember(Entry entry)
    {
        _entries.Add(entry.Id, entry);
        _byAge.Add(entry);
        foreach ((string field, SearchValue value) in entry.Document.Values)
        {
            if (value.Text is string text)
            {
                if (!_byText.TryGetValue((field, text), out HashSet<Entry>? holding))
                {
                    _byText.Add((field, text), holding = []);
                }
                holding.Add(entry);
            }
        }
    }

    private void Forget(Entry entry)
    {
        _byAge.Remove(entry);
        foreach ((string field, SearchValue value) in entry.Document.Values)
        {
            if (value.Text is string text && _byText.TryGetValue((field, text), out HashSet<Entry>? holding))
            {
                holding.Remove(entry);
                if (holding.Count == 0)
                {
                    _byText.Remove((field, text));
                }
            }
        }
    }

    private static string Iso(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds).UtcDateTime
        .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    // By name in the end, so that no two are the same.
    private static int CompareAge(Entry a, Entry b)
    {
        int order = a.UpdateTime.CompareTo(b.UpdateTime);
        order = order != 0 ? order : a.Id.UserId.CompareTo(b.Id.UserId);
        return order != 0 ? order : string.CompareOrdinal(a.Id.Key, b.Id.Key);
    }

    private sealed class Entry(StorageId id, SearchDocument document, long updateTime, int permissionRead)
    {
        public StorageId Id { get; } = id;

        public SearchDocument Document { get; } = document;

        public long UpdateTime { get; } = updateTime;

        public bool IsVisible(Guid? caller) =>
            caller is not Guid user || permissionRead == (int)StorageRead.Everybody || (permissionRead == (int)StorageRead.Owner && Id.UserId == user);
    }
}
