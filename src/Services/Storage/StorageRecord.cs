namespace RealtimeServer.Services.Storage;

/// <summary>Who may read an object.</summary>
public enum StorageRead
{
    Server = 0,
    Owner = 1,
    Everybody = 2,
}

/// <summary>Who may write an object.</summary>
public enum StorageWritePermission
{
    Server = 0,
    Owner = 1,
}

/// <summary>The name of an object. The nil uuid owns what belongs to the server itself.</summary>
public readonly record struct StorageId(string Collection, string Key, Guid UserId);

/// <summary>An object as stored. Times are microseconds since 1970 UTC.</summary>
/// <param name="Value">JSON text, as it was written.</param>
public sealed record StorageRecord(
    string Collection,
    string Key,
    Guid UserId,
    string Value,
    string Version,
    int PermissionRead,
    int PermissionWrite,
    long CreateTime,
    long UpdateTime)
{
    public StorageId Id => new(Collection, Key, UserId);
}

/// <summary>An object to write.</summary>
/// <param name="Value">The text of a JSON object; <see cref="StorageRules.RefuseValue"/> has passed it.</param>
/// <param name="IfVersion">Empty: overwrite. "*": only if there is none. Else: only this version.</param>
public sealed record StorageWrite(
    StorageId Id,
    string Value,
    string IfVersion = "",
    StorageRead Read = StorageRead.Owner,
    StorageWritePermission Write = StorageWritePermission.Owner);

/// <summary>An object to delete.</summary>
/// <param name="IfVersion">Empty: whatever it is. Else: only this version.</param>
public readonly record struct StorageDelete(StorageId Id, string IfVersion = "");

/// <summary>What an object became by a write.</summary>
public readonly record struct StorageAck(StorageId Id, string Version, long CreateTime, long UpdateTime);

public enum StorageResult
{
    Done,
    VersionCheckFailed,
    PermissionDenied,
}

/// <param name="Acks">In the order of the writes; empty unless done.</param>
public readonly record struct StorageOutcome(StorageResult Result, IReadOnlyList<StorageAck> Acks);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record StoragePage(IReadOnlyList<StorageRecord> Objects, string? Cursor);
