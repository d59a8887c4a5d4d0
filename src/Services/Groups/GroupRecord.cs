using RealtimeServer.Services.Accounts;

namespace RealtimeServer.Services.Groups;

/// <summary>What a user is in a group, with the numbers clients know; below are those who may do more.</summary>
public enum GroupState
{
    Superadmin = 0,
    Admin = 1,
    Member = 2,
    JoinRequest = 3,
    Banned = 4,
}

public enum GroupResult
{
    Done,

    /// <summary>There is no such group.</summary>
    NotFound,

    /// <summary>The caller may not do this in the group.</summary>
    PermissionDenied,
    NameTaken,

    /// <summary>The group would have more members than it may.</summary>
    Full,

    /// <summary>The last superadmin can leave only as the last member.</summary>
    LastSuperadmin,

    /// <summary>One of the users does not exist.</summary>
    UserNotFound,

    /// <summary>The user is in too many groups, or too many ask to join, or too many are banned.</summary>
    TooMany,
}

/// <summary>A group as stored. Times are microseconds since 1970 UTC.</summary>
/// <param name="EdgeCount">Members, admins and superadmins.</param>
public sealed record GroupRecord(
    Guid Id,
    Guid CreatorId,
    string Name,
    string SearchName,
    string Description,
    string AvatarUrl,
    string LangTag,
    string Metadata,
    bool Open,
    int EdgeCount,
    int MaxCount,
    long CreateTime,
    long UpdateTime);

/// <summary>A group to be created; <see cref="GroupRules"/> has passed it.</summary>
/// <param name="MaxCount">1..<see cref="Limits.GroupMembersMax"/>.</param>
public sealed record NewGroup(
    string Name,
    string Description = "",
    string AvatarUrl = "",
    string LangTag = "en",
    string Metadata = "{}",
    bool Open = false,
    int MaxCount = Limits.GroupMembersDefault);

/// <summary>What of a group changes; null stays. <see cref="GroupRules"/> has passed it.</summary>
/// <param name="MaxCount">Not below the number of members.</param>
public sealed record GroupUpdate(
    string? Name = null,
    string? Description = null,
    string? AvatarUrl = null,
    string? LangTag = null,
    string? Metadata = null,
    bool? Open = null,
    int? MaxCount = null);

/// <summary>Which groups are listed: by name, or by everything else.</summary>
/// <param name="Name">A pattern in which "%" stands for anything; empty: any name.</param>
/// <param name="LangTag">Empty: any language.</param>
/// <param name="MembersMax">Only groups of at most so many members; null: any.</param>
/// <param name="Open">Null: both.</param>
public sealed record GroupFilter(string Name = "", string LangTag = "", int? MembersMax = null, bool? Open = null);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record GroupPage(IReadOnlyList<GroupRecord> Groups, string? Cursor);

/// <summary>A user of a group. Times are microseconds since 1970 UTC.</summary>
/// <param name="Position">When they came; lists go by it.</param>
public sealed record GroupUserRecord(UserRecord User, int State, long Position);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record GroupUserPage(IReadOnlyList<GroupUserRecord> Users, string? Cursor);

/// <summary>A group of a user.</summary>
public sealed record UserGroupRecord(GroupRecord Group, int State, long Position);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record UserGroupPage(IReadOnlyList<UserGroupRecord> Groups, string? Cursor);
