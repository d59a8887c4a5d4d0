using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Storage;

/// <summary>The API methods of storage: read the request, call the store, word the outcome.</summary>
internal sealed class StorageMethods
{
    private readonly StorageStore _storage;
    private readonly StorageIndexes _indexes;

    public StorageMethods(StorageStore storage, StorageIndexes indexes)
    {
        _storage = storage;
        _indexes = indexes;
    }

    /// <param name="service">What Nakama's clients know.</param>
    /// <param name="extensions">What is ours.</param>
    public IEnumerable<ApiMethod> All(ServiceDescriptor service, ServiceDescriptor extensions) =>
    [
        ApiMethod.Of<WriteStorageObjectsRequest>(service.FindMethodByName("WriteStorageObjects"), ApiCredential.Session, WriteAsync),
        ApiMethod.Of<ReadStorageObjectsRequest>(service.FindMethodByName("ReadStorageObjects"), ApiCredential.Session, ReadAsync),
        ApiMethod.Of<ListStorageObjectsRequest>(service.FindMethodByName("ListStorageObjects"), ApiCredential.Session, ListAsync),
        ApiMethod.Of<DeleteStorageObjectsRequest>(service.FindMethodByName("DeleteStorageObjects"), ApiCredential.Session, DeleteAsync),
        ApiMethod.Of<SearchStorageRequest>(extensions.FindMethodByName("SearchStorage"), ApiCredential.Session, SearchAsync),
    ];

    private async Task<ApiOutcome> WriteAsync(ApiCall call, WriteStorageObjectsRequest request)
    {
        if (request.Objects.Count == 0)
        {
            return ApiOutcome.Ok(new StorageObjectAcks());
        }
        Guid caller = call.Session.UserId;
        List<StorageWrite> writes = new(request.Objects.Count);
        string? refusal = RefuseCount(request.Objects.Count);
        foreach (WriteStorageObject written in request.Objects)
        {
            refusal ??= StorageRules.RefuseName(written.Collection, written.Key)
                ?? StorageRules.RefusePermissions(written.PermissionRead, written.PermissionWrite)
                ?? StorageRules.RefuseValue(written.Value);
            if (refusal is not null)
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
            }
            writes.Add(new StorageWrite(
                new StorageId(written.Collection, written.Key, caller),
                written.Value,
                written.Version,
                (StorageRead)(written.PermissionRead ?? (int)StorageRead.Owner),
                (StorageWritePermission)(written.PermissionWrite ?? (int)StorageWritePermission.Owner)));
        }
        StorageOutcome outcome = await _storage.WriteAsync(writes, caller).ConfigureAwait(false);
        switch (outcome.Result)
        {
            case StorageResult.VersionCheckFailed:
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Storage write rejected - version check failed.");
            case StorageResult.PermissionDenied:
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Storage write rejected - permission denied.");
            default:
                StorageObjectAcks acks = new();
                foreach (StorageAck ack in outcome.Acks)
                {
                    acks.Acks.Add(new StorageObjectAck
                    {
                        Collection = ack.Id.Collection,
                        Key = ack.Id.Key,
                        Version = ack.Version,
                        UserId = ack.Id.UserId.ToString("D"),
                        CreateTime = Microseconds(ack.CreateTime),
                        UpdateTime = Microseconds(ack.UpdateTime),
                    });
                }
                return ApiOutcome.Ok(acks);
        }
    }

    private async Task<ApiOutcome> ReadAsync(ApiCall call, ReadStorageObjectsRequest request)
    {
        List<StorageId> ids = new(request.ObjectIds.Count);
        string? refusal = RefuseCount(request.ObjectIds.Count);
        foreach (ReadStorageObjectId id in request.ObjectIds)
        {
            refusal ??= StorageRules.RefuseName(id.Collection, id.Key);
            if (!TryUser(id.UserId, out Guid? user))
            {
                refusal ??= "Invalid user ID - make sure user ID is a valid UUID.";
            }
            if (refusal is not null)
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
            }
            ids.Add(new StorageId(id.Collection, id.Key, user ?? Guid.Empty));
        }
        StorageObjects objects = new();
        foreach (StorageRecord record in await _storage.ReadAsync(ids, call.Session.UserId, call.Cancellation).ConfigureAwait(false))
        {
            objects.Objects.Add(Shown(record));
        }
        return ApiOutcome.Ok(objects);
    }

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListStorageObjectsRequest request)
    {
        if (request.Limit is < 1 or > Limits.StorageListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.StorageListMax}.");
        }
        if (!TryUser(request.UserId, out Guid? owner))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid user ID - make sure user ID is a valid UUID.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        StoragePage? page = await _storage.ListAsync(
            request.Collection, owner, call.Session.UserId, request.Limit ?? 1, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Malformed cursor was used.");
        }
        StorageObjectList list = new() { Cursor = page.Cursor ?? "" };
        foreach (StorageRecord record in page.Objects)
        {
            list.Objects.Add(Shown(record));
        }
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, DeleteStorageObjectsRequest request)
    {
        if (request.ObjectIds.Count == 0)
        {
            return ApiOutcome.Ok(new Empty());
        }
        Guid caller = call.Session.UserId;
        List<StorageDelete> deletes = new(request.ObjectIds.Count);
        string? refusal = RefuseCount(request.ObjectIds.Count);
        foreach (DeleteStorageObjectId id in request.ObjectIds)
        {
            refusal ??= StorageRules.RefuseName(id.Collection, id.Key);
            if (refusal is not null)
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
            }
            deletes.Add(new StorageDelete(new StorageId(id.Collection, id.Key, caller), id.Version));
        }
        return await _storage.DeleteAsync(deletes, caller).ConfigureAwait(false)
            ? ApiOutcome.Ok(new Empty())
            : ApiOutcome.Refuse(
                ApiCode.InvalidArgument, "Storage delete rejected - not found, version check failed, or permission denied.");
    }

    private async Task<ApiOutcome> SearchAsync(ApiCall call, SearchStorageRequest request)
    {
        if (request.Limit is < 1 or > Limits.StorageSearchMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.StorageSearchMax}.");
        }
        if (!SearchQuery.TryParse(request.Query, out SearchQuery? query, out string? error))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid query - {error}.");
        }
        if (!SearchOrder.TryParse(request.Order, out SearchOrder? order))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid order - 1 to {Limits.SearchOrdersMax} fields, each with or without a minus before it.");
        }
        if (_indexes.CountOf(request.Index) is null)
        {
            return ApiOutcome.Refuse(ApiCode.NotFound, "Storage index not found.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        StorageSearchPage? page = await _indexes.SearchAsync(
            request.Index, query, order, call.Session.UserId, request.Limit ?? Limits.StorageSearchDefault, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Malformed cursor was used.");
        }
        StorageObjectList list = new() { Cursor = page.Cursor ?? "" };
        list.Objects.AddRange(page.Objects.Select(Shown));
        return ApiOutcome.Ok(list);
    }

    private static StorageObject Shown(StorageRecord record) => new()
    {
        Collection = record.Collection,
        Key = record.Key,
        UserId = record.UserId.ToString("D"),
        Value = record.Value,
        Version = record.Version,
        PermissionRead = record.PermissionRead,
        PermissionWrite = record.PermissionWrite,
        CreateTime = Seconds(record.CreateTime),
        UpdateTime = Seconds(record.UpdateTime),
    };

    private static string? RefuseCount(int count) =>
        count > Limits.StorageObjectsMax ? $"Too many objects - at most {Limits.StorageObjectsMax} in a request." : null;

    private static bool TryUser(string text, out Guid? user)
    {
        user = null;
        if (text.Length == 0)
        {
            return true;
        }
        bool valid = Guid.TryParseExact(text, "D", out Guid id);
        user = id;
        return valid;
    }

    // Acks carry microseconds, objects whole seconds: so clients have always been given them.
    private static Timestamp Microseconds(long microseconds) =>
        new() { Seconds = microseconds / 1_000_000, Nanos = (int)(microseconds % 1_000_000) * 1000 };

    private static Timestamp Seconds(long microseconds) => new() { Seconds = microseconds / 1_000_000 };
}
