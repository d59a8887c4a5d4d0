using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

/// <summary>What a feature has of each user, and how it goes with them. What the schema deletes by itself needs none of this.</summary>
/// <param name="DeleteAsync">Deletes it, in the transaction that deletes the user; like all such work it may run twice.</param>
public sealed record OwnedData(Func<SqlSession, Guid, ValueTask> DeleteAsync)
{
    /// <summary>Told once the user is gone.</summary>
    public Func<Guid, Task> DeletedAsync { get; init; } = static _ => Task.CompletedTask;
}
