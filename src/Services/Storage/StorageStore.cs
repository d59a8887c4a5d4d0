using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Data.Care;
using RealtimeServer.Services.Moderation;

namespace RealtimeServer.Services.Storage;

/// <summary>
/// The front door of storage. A caller is a user, whom permissions bind, or null: the server itself, which they do not. Names and
/// values have passed <see cref="StorageRules"/>.
/// </summary>
public sealed class StorageStore
{
    private readonly Database _database;
    private readonly StorageIndexes _indexes;
    private readonly BanList _bans;
    private readonly TimeProvider _time;

    /// <param name="database">Keeps the objects.</param>
    /// <param name="indexes">Told of what is written.</param>
    /// <param name="bans">What a shadow-banned user writes nobody else sees.</param>
    /// <param name="time">Their times.</param>
    public StorageStore(Database database, StorageIndexes indexes, BanList bans, TimeProvider time)
    {
        _database = database;
        _indexes = indexes;
        _bans = bans;
        _time = time;
    }

    /// <summary>Deletes what a user has here; to be run in the transaction that deletes them.</summary>
    public static async ValueTask DeleteOwnedAsync(SqlSession session, Guid userId) =>
        await session.ExecuteAsync(StorageSql.DeleteOwned, new { UserId = userId }).ConfigureAwait(false);

    /// <summary>Objects of users who are gone: written by a session that had not heard of it yet.</summary>
    public static OrphanRule Orphans { get; } = new(
        "stored objects of users who do not exist", "SELECT count(*) FROM storage " + StorageSql.WhereOrphaned, "DELETE FROM storage " + StorageSql.WhereOrphaned);

    /// <summary>What an account's file has of storage.</summary>
    internal AccountPart Part => new("storage", "user_id") { Refuse = StorageRules.RefuseRow, Imported = IndexAllAsync };

    /// <summary>Writes all objects or none.</summary>
    public async Task<StorageOutcome> WriteAsync(IReadOnlyList<StorageWrite> writes, Guid? caller)
    {
        if (writes.Any(w => IsForeign(w.Id, caller)))
        {
            return new StorageOutcome(StorageResult.PermissionDenied, []);
        }
        long now = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        // In one order everywhere, so that two writes of the same objects wait for each other instead of blocking each other.
        int[] order = [.. Enumerable.Range(0, writes.Count).OrderBy(i => writes[i].Id, StorageIdOrder.Instance)];
        StorageAck[] acks = new StorageAck[writes.Count];
        SqlBatchRows<long>[] created = new SqlBatchRows<long>[writes.Count];
        SqlBatch batch = new();
        foreach (int i in order)
        {
            StorageWrite write = writes[i];
            string version = StorageRules.VersionOf(write.Value);
            acks[i] = new StorageAck(write.Id, version, now, now);
            created[i] = Add(batch, write, version, now, asServer: caller is null);
        }
        SqlBatchOutcome outcome = await _database.WriteAsync(batch).ConfigureAwait(false);
        if (!outcome.Written)
        {
            return new StorageOutcome(await WhyAsync(writes[order[outcome.FailedStatement]], caller).ConfigureAwait(false), []);
        }
        for (int i = 0; i < acks.Length; i++)
        {
            acks[i] = acks[i] with { CreateTime = created[i].Rows[0] };
        }
        await _indexes.ChangedAsync(acks.Select(a => a.Id)).ConfigureAwait(false);
        return new StorageOutcome(StorageResult.Done, acks);
    }

    /// <summary>Deletes all objects or none; false when one is not there, of another version, or not for the caller to write.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<StorageDelete> deletes, Guid? caller)
    {
        if (deletes.Any(d => IsForeign(d.Id, caller)))
        {
            return false;
        }
        SqlBatch batch = new();
        foreach (StorageDelete delete in deletes.OrderBy(d => d.Id, StorageIdOrder.Instance))
        {
            batch.Execute(
                StorageSql.Delete, new { delete.Id.UserId, delete.Id.Collection, delete.Id.Key, delete.IfVersion, AsServer = caller is null }, rows: 1);
        }
        SqlBatchOutcome outcome = await _database.WriteAsync(batch).ConfigureAwait(false);
        if (outcome.Written)
        {
            await _indexes.ChangedAsync(deletes.Select(d => d.Id)).ConfigureAwait(false);
        }
        return outcome.Written;
    }

    /// <summary>The objects in the order of their first mention; those that are not there, or not the caller's to read, are left out.</summary>
    public ValueTask<IReadOnlyList<StorageRecord>> ReadAsync(IReadOnlyList<StorageId> ids, Guid? caller, CancellationToken cancellation) =>
        _database.ReadAsync(session => ReadAsync(session, [.. ids.Where(id => _bans.MaySee(caller, id.UserId))], caller), cancellation);

    // Entries of objects that are gone do no harm: what a search finds is read again.
    private async Task IndexAllAsync(Guid userId)
    {
        IReadOnlyList<StorageRecord> owned = await _database.ReadAsync(
            s => s.QueryAsync<StorageRecord>(StorageSql.OwnedBy, new { UserId = userId }), CancellationToken.None).ConfigureAwait(false);
        await _indexes.ChangedAsync(owned.Select(static o => o.Id)).ConfigureAwait(false);
    }

    internal static async ValueTask<IReadOnlyList<StorageRecord>> ReadAsync(SqlSession session, IReadOnlyList<StorageId> ids, Guid? caller)
    {
        // Asked together, so that they share a round trip.
        ValueTask<StorageRecord?>[] asked = [.. ids.Distinct().Select(id => caller is Guid user
            ? session.QuerySingleOrDefaultAsync<StorageRecord>(StorageSql.ReadAs, new { id.UserId, id.Collection, id.Key, Caller = user })
            : session.QuerySingleOrDefaultAsync<StorageRecord>(StorageSql.Read, new { id.UserId, id.Collection, id.Key }))];
        List<StorageRecord> records = new(asked.Length);
        foreach (ValueTask<StorageRecord?> one in asked)
        {
            if (await one.ConfigureAwait(false) is StorageRecord record)
            {
                records.Add(record);
            }
        }
        return records;
    }

    /// <summary>A page of a collection.</summary>
    /// <param name="collection">Its name.</param>
    /// <param name="owner">Whose objects; null: everybody's public ones.</param>
    /// <param name="caller">Sees public objects and their own; the server sees all of an owner's.</param>
    /// <param name="limit">1..<see cref="Limits.StorageListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours.</returns>
    public async ValueTask<StoragePage?> ListAsync(
        string collection, Guid? owner, Guid? caller, int limit, string? cursor, CancellationToken cancellation)
    {
        if (owner is Guid hidden && !_bans.MaySee(caller, hidden))
        {
            return new StoragePage([], null);
        }
        StorageCursor? from = null;
        if (cursor is not null && !StorageCursor.TryParse(cursor, out from))
        {
            return null;
        }
        // One more than asked for tells whether there is another page.
        IReadOnlyList<StorageRecord> found = owner is Guid user
            ? await _database.ReadAsync(s => ListOwnedAsync(s, collection, user, FirstShown(user, caller), limit + 1, from), cancellation).ConfigureAwait(false)
            : await _database.ReadAsync(
                s => s.QueryAsync<StorageRecord>(
                    StorageSql.ListPublic, new { Collection = collection, Key = from?.Key ?? "", UserId = from?.UserId ?? Guid.Empty, Limit = limit + 1 }),
                cancellation).ConfigureAwait(false);
        if (found.Count <= limit)
        {
            return new StoragePage(Seen(found, caller), null);
        }
        StorageRecord last = found[limit - 1];
        return new StoragePage(Seen(found.Take(limit), caller), new StorageCursor((StorageRead)last.PermissionRead, last.Key, last.UserId).ToString());
    }

    private IReadOnlyList<StorageRecord> Seen(IEnumerable<StorageRecord> found, Guid? caller) => [.. found.Where(r => _bans.MaySee(caller, r.UserId))];

    private static StorageRead FirstShown(Guid owner, Guid? caller) =>
        caller is null ? StorageRead.Server : caller == owner ? StorageRead.Owner : StorageRead.Everybody;

    // By permission, then by key, as clients have always been given them.
    private static async ValueTask<IReadOnlyList<StorageRecord>> ListOwnedAsync(
        SqlSession session, string collection, Guid owner, StorageRead first, int limit, StorageCursor? from)
    {
        List<StorageRecord> found = [];
        for (StorageRead read = from is StorageCursor at && at.Read > first ? at.Read : first; read <= StorageRead.Everybody && found.Count < limit; read++)
        {
            found.AddRange(await session.QueryAsync<StorageRecord>(
                StorageSql.ListOwned,
                new { UserId = owner, Collection = collection, Read = (int)read, Key = read == from?.Read ? from.Value.Key : "", Limit = limit - found.Count })
                .ConfigureAwait(false));
        }
        return found;
    }

    private static bool IsForeign(StorageId id, Guid? caller) => caller is Guid user && user != id.UserId;

    private static SqlBatchRows<long> Add(SqlBatch batch, StorageWrite write, string version, long now, bool asServer)
    {
        string sql = write.IfVersion switch
        {
            "" => StorageSql.Upsert,
            "*" => StorageSql.InsertOnly,
            _ => StorageSql.UpdateVersion,
        };
        return batch.Query<long>(
            sql,
            new WriteParameters(
                write.Id.UserId, write.Id.Collection, write.Id.Key, write.Value, version, (int)write.Read, (int)write.Write, now, write.IfVersion, asServer),
            rows: 1);
    }

    private async ValueTask<StorageResult> WhyAsync(StorageWrite write, Guid? caller)
    {
        GuardsRow? there = await _database.ReadAsync(
            s => s.QuerySingleOrDefaultAsync<GuardsRow>(StorageSql.Guards, new { write.Id.UserId, write.Id.Collection, write.Id.Key }),
            CancellationToken.None).ConfigureAwait(false);
        bool versionFits = write.IfVersion.Length == 0 || (write.IfVersion != "*" && there?.Version == write.IfVersion);
        return versionFits && there?.PermissionWrite == 0 && caller is not null ? StorageResult.PermissionDenied : StorageResult.VersionCheckFailed;
    }

    private sealed record WriteParameters(
        Guid UserId, string Collection, string Key, string Value, string Version, int Read, int Write, long Now, string IfVersion, bool AsServer);

    private sealed record GuardsRow(string Version, int PermissionWrite);

    private sealed class StorageIdOrder : IComparer<StorageId>
    {
        public static readonly StorageIdOrder Instance = new();

        public int Compare(StorageId x, StorageId y)
        {
            int order = x.UserId.CompareTo(y.UserId);
            order = order != 0 ? order : string.CompareOrdinal(x.Collection, y.Collection);
            return order != 0 ? order : string.CompareOrdinal(x.Key, y.Key);
        }
    }
}
