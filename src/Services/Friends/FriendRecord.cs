using RealtimeServer.Services.Accounts;

namespace RealtimeServer.Services.Friends;

/// <summary>What one user is to another, with the numbers clients know.</summary>
public enum FriendState
{
    Friend = 0,
    InviteSent = 1,
    InviteReceived = 2,
    Blocked = 3,
}

public enum FriendResult
{
    Done,

    /// <summary>The user would have more than <see cref="Limits.FriendsMax"/> friends, invitations and blocks.</summary>
    TooMany,

    /// <summary>One of the others would.</summary>
    OtherHasTooMany,
}

/// <summary>A friend, an invitation or a block, with the player it is about. Times are microseconds since 1970 UTC.</summary>
/// <param name="Position">When it began; lists go by it.</param>
/// <param name="EdgeTime">When its state last changed.</param>
/// <param name="EdgeMetadata">JSON text.</param>
public sealed record FriendRecord(UserRecord User, int State, long Position, long EdgeTime, string EdgeMetadata);

/// <summary>A friend's friend.</summary>
/// <param name="Referrer">The friend whose friend the player is.</param>
public sealed record FriendOfFriendRecord(Guid Referrer, UserRecord User);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record FriendPage(IReadOnlyList<FriendRecord> Friends, string? Cursor);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record FriendOfFriendPage(IReadOnlyList<FriendOfFriendRecord> Friends, string? Cursor);
