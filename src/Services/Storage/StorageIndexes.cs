using System.Globalization;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Storage;

/// <param name="Objects">In the order asked for.</param>
/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record StorageSearchPage(IReadOnlyList<StorageRecord> Objects, string? Cursor);

/// <summary>
/// The storage indexes of the server, kept as the database is: after each write the objects it named are read again, one round at a
/// time, and applied in that order. So whichever of two writes committed last is what the index ends with.
/// </summary>
public sealed class StorageIndexes : IDisposable
{
    private readonly Dictionary<string, StorageIndex> _indexes;
    private readonly Database _database;
    private readonly BanList _bans;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Round _next = new();
    private bool _running;
    private volatile bool _disposed;

    /// <param name="database">Where the objects are.</param>
    /// <param name="definitions">What can be searched.</param>
    /// <param name="bans">What a shadow-banned user writes nobody else finds.</param>
    /// <param name="time">For waits.</param>
    /// <exception cref="FormatException">A definition that cannot be.</exception>
    public StorageIndexes(Database database, IReadOnlyList<StorageIndexDefinition> definitions, BanList bans, TimeProvider time)
    {
        foreach (StorageIndexDefinition definition in definitions)
        {
            definition.Check();
        }
        _database = database;
        _bans = bans;
        _time = time;
        _indexes = definitions.ToDictionary(d => d.Name, d => new StorageIndex(d), StringComparer.Ordinal);
    }

    /// <summary>Reads the collections that are indexed. Until it is done, searches find what has been read so far.</summary>
    public async Task BuildAsync(CancellationToken cancellation)
    {
        foreach (IGrouping<string, StorageIndex> group in _indexes.Values.GroupBy(i => i.Definition.Collection, StringComparer.Ordinal))
        {
            IReadOnlyList<StorageRecord> page;
            StorageId from = new(group.Key, "", Guid.Empty);
            do
            {
                StorageId after = from;
                page = await _database.ReadAsync(
                    s => s.QueryAsync<StorageRecord>(StorageSql.Scan, new { after.Collection, after.UserId, after.Key, Limit = Limits.StorageIndexPage }),
                    cancellation).ConfigureAwait(false);
                foreach (StorageRecord record in page)
                {
                    Apply(record.Id, record);
                    from = record.Id;
                }
            }
            while (page.Count == Limits.StorageIndexPage);
        }
    }

    /// <summary>Objects in an index; null when there is none of that name.</summary>
    public int? CountOf(string index) => _indexes.TryGetValue(index, out StorageIndex? found) ? found.Count : null;

    /// <summary>Searches an index.</summary>
    /// <param name="index">Its name.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="order">In which order.</param>
    /// <param name="caller">Sees public objects and their own; null: the server sees all.</param>
    /// <param name="limit">1..<see cref="Limits.StorageSearchMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when there is no such index, or the cursor is none of ours.</returns>
    public async ValueTask<StorageSearchPage?> SearchAsync(
        string index, SearchQuery query, SearchOrder order, Guid? caller, int limit, string? cursor, CancellationToken cancellation)
    {
        if (!_indexes.TryGetValue(index, out StorageIndex? found) || !TrySkip(cursor, out int skip))
        {
            return null;
        }
        List<StorageId> ids = found.Search(query, order, caller, skip, limit + 1);
        bool more = ids.Count > limit;
        if (more)
        {
            ids.RemoveAt(limit);
        }
        IReadOnlyList<StorageRecord> read = await _database.ReadAsync(s => StorageStore.ReadAsync(s, ids, caller), cancellation).ConfigureAwait(false);
        // Read a moment later than it was found, an object may have changed; it is shown only if it is still what was asked for.
        List<StorageRecord> objects = [.. read.Where(r => _bans.MaySee(caller, r.UserId) && query.Matches(found.DocumentOf(r), out _))];
        return new StorageSearchPage(objects, more ? (skip + limit).ToString(CultureInfo.InvariantCulture) : null);
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (StorageIndex index in _indexes.Values)
        {
            index.Dispose();
        }
    }

    /// <summary>Told of a committed write; done when searches find what it wrote.</summary>
    internal Task ChangedAsync(IEnumerable<StorageId> ids)
    {
        if (_indexes.Count == 0)
        {
            return Task.CompletedTask;
        }
        StorageId[] covered = [.. ids.Where(id => _indexes.Values.Any(i => i.Covers(id)))];
        if (covered.Length == 0)
        {
            return Task.CompletedTask;
        }
        Round round;
        lock (_gate)
        {
            round = _next;
            round.Ids.UnionWith(covered);
            if (_running)
            {
                return round.Done.Task;
            }
            _running = true;
        }
        _ = Task.Run(RunAsync);
        return round.Done.Task;
    }

    private async Task RunAsync()
    {
        while (!_disposed)
        {
            Round round;
            lock (_gate)
            {
                if (_next.Ids.Count == 0)
                {
                    _running = false;
                    return;
                }
                round = _next;
                _next = new Round();
            }
            bool fresh = await RefreshAsync(round).ConfigureAwait(false);
            // The write stands whether or not it can be searched for yet.
            round.Done.TrySetResult();
            if (!fresh)
            {
                lock (_gate)
                {
                    _next.Ids.UnionWith(round.Ids);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(Limits.ReconnectMillisecondsMax), _time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>False when the database did not answer.</summary>
    private async Task<bool> RefreshAsync(Round round)
    {
        try
        {
            StorageId[] ids = [.. round.Ids];
            IReadOnlyList<StorageRecord> read = await _database
                .ReadAsync(s => StorageStore.ReadAsync(s, ids, caller: null), CancellationToken.None).ConfigureAwait(false);
            Dictionary<StorageId, StorageRecord> there = read.ToDictionary(r => r.Id);
            foreach (StorageId id in ids)
            {
                Apply(id, there.GetValueOrDefault(id));
            }
            return true;
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or DatabaseBusyException or DatabaseException)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private void Apply(StorageId id, StorageRecord? record)
    {
        foreach (StorageIndex index in _indexes.Values)
        {
            if (index.Covers(id))
            {
                index.Apply(id, record);
            }
        }
    }

    private static bool TrySkip(string? cursor, out int skip)
    {
        skip = 0;
        return cursor is null || (int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip)
            && skip <= Limits.StorageIndexEntriesMax);
    }

    private sealed class Round
    {
        public HashSet<StorageId> Ids { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
