using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Notifications;

namespace RealtimeServer.Services.Groups;

/// <summary>
/// The front door of who is in which group. A caller is a user, whom ranks bind, or null: the server itself, which they do not. Whatever
/// many do at once, no group has more members than it may, and none is without a superadmin.
/// </summary>
public sealed class GroupMembers
{
    private readonly Database _database;
    private readonly NotificationStore _notifications;
    private readonly TimeProvider _time;

    public GroupMembers(Database database, NotificationStore notifications, TimeProvider time)
    {
        _database = database;
        _notifications = notifications;
        _time = time;
    }

    /// <summary>What is kept of a user here. It is not taken in again: the groups have moved on.</summary>
    internal static AccountPart Part { get; } = new("group_members", "user_id") { Imports = false };

    /// <summary>Joins an open group, or asks to join a closed one, of which its admins are told.</summary>
    public async Task<GroupResult> JoinAsync(Guid groupId, Guid userId, string username)
    {
        (GroupResult result, List<NewNotification> told) = await _database.DecideAsync(
            session => GroupView.ReadAsync(session, groupId, userId, [userId], withAdmins: true),
            seen => DecideJoin(groupId, userId, username, seen)).ConfigureAwait(false);
        _notifications.Deliver(told);
        return result;
    }

    /// <summary>Leaves a group, or takes back a request to join. With the last member goes the group.</summary>
    public Task<GroupResult> LeaveAsync(Guid groupId, Guid userId) => _database.DecideAsync(
        session => GroupView.ReadAsync(session, groupId, userId, [userId], withAdmins: false), seen => DecideLeave(groupId, userId, seen));

    /// <summary>Accepts requests to join and takes users in, who are told of it. Those with whom the caller shares a block are passed over.</summary>
    /// <param name="users">At most <see cref="Limits.GroupUsersPerRequestMax"/>. All or none are taken in.</param>
    public async Task<GroupResult> AddAsync(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller)
    {
        (GroupResult result, List<NewNotification> told) = await _database.DecideAsync(
            session => GroupView.ReadAsync(session, groupId, caller, users, withAdmins: false),
            seen => DecideAdd(groupId, users, caller, seen)).ConfigureAwait(false);
        _notifications.Deliver(told);
        return result;
    }

    /// <summary>Puts users out, refuses their requests, lifts their bans. Those above the caller, and the last superadmin, stay.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<GroupResult> KickAsync(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller) => ChangeAsync(groupId, users, caller, GroupRules.Kick);

    /// <summary>Puts users out, or keeps them from coming, for good. Those above the caller, and the last superadmin, stay.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<GroupResult> BanAsync(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller) => ChangeAsync(groupId, users, caller, GroupRules.Ban);

    /// <summary>Moves users one rank up, to at most the caller's.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<GroupResult> PromoteAsync(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller) => ChangeAsync(groupId, users, caller, GroupRules.Promote);

    /// <summary>Moves users one rank down; those above the caller, and the last superadmin, stay.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public Task<GroupResult> DemoteAsync(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller) => ChangeAsync(groupId, users, caller, GroupRules.Demote);

    /// <summary>A page of a group's users, by state and age; without a state all but the banned.</summary>
    /// <param name="limit">1..<see cref="Limits.GroupsListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <returns>Null when the cursor is none of ours, or of another state.</returns>
    public async ValueTask<GroupUserPage?> ListUsersAsync(Guid groupId, GroupState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        if (!TryFrom(cursor, state, out PageCursor from))
        {
            return null;
        }
        // One more than asked for tells whether there is another page.
        IReadOnlyList<GroupUserRecord> found = await _database.ReadAsync(
            s => s.QueryAsync<GroupUserRecord>(GroupSql.ListUsers, new ListParameters(groupId, Guid.Empty, state, from, limit + 1)), cancellation)
            .ConfigureAwait(false);
        if (found.Count <= limit)
        {
            return new GroupUserPage(found, null);
        }
        GroupUserRecord last = found[limit - 1];
        return new GroupUserPage([.. found.Take(limit)], new PageCursor(last.State, last.Position, last.User.Id).ToString());
    }

    /// <summary>A page of a user's groups, by state and age; without a state all but those they are banned from.</summary>
    /// <inheritdoc cref="ListUsersAsync"/>
    public async ValueTask<UserGroupPage?> ListGroupsAsync(Guid userId, GroupState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        if (!TryFrom(cursor, state, out PageCursor from))
        {
            return null;
        }
        (IReadOnlyList<EdgeRow> edges, Dictionary<Guid, GroupRecord> groups) = await _database.ReadAsync(
            async session =>
            {
                IReadOnlyList<EdgeRow> rows = await session.QueryAsync<EdgeRow>(
                    GroupSql.ListGroups, new ListParameters(Guid.Empty, userId, state, from, limit + 1)).ConfigureAwait(false);
                IReadOnlyList<GroupRecord> read = rows.Count == 0
                    ? []
                    : await session.QueryAsync<GroupRecord>(GroupSql.ByIds, new { GroupIds = rows.Take(limit).Select(r => r.GroupId).ToArray() }).ConfigureAwait(false);
                return (rows, read.ToDictionary(g => g.Id));
            },
            cancellation).ConfigureAwait(false);
        // A group may have gone between the two statements.
        List<UserGroupRecord> found =
            [.. edges.Take(limit).Where(e => groups.ContainsKey(e.GroupId)).Select(e => new UserGroupRecord(groups[e.GroupId], e.State, e.Position))];
        return new UserGroupPage(
            found, edges.Count <= limit ? null : new PageCursor(edges[limit - 1].State, edges[limit - 1].Position, edges[limit - 1].GroupId).ToString());
    }

    /// <summary>What a user is in a group; null: nothing.</summary>
    public async ValueTask<GroupState?> StateOfAsync(Guid groupId, Guid userId, CancellationToken cancellation)
    {
        int? state = await _database.ReadAsync(
            s => s.QuerySingleOrDefaultAsync<int?>(GroupSql.StateOf, new { GroupId = groupId, UserId = userId }), cancellation).ConfigureAwait(false);
        return (GroupState?)state;
    }

    private Decision<(GroupResult, List<NewNotification>)> DecideJoin(Guid groupId, Guid userId, string username, GroupView seen)
    {
        if (seen.Group is not GroupRecord group)
        {
            return new((GroupResult.NotFound, []), null);
        }
        GroupState? before = seen.StateOf(userId);
        GroupState? after = GroupRules.Join(before, group.Open);
        if (before == after || !seen.IsKnown(userId))
        {
            return new((GroupResult.Done, []), null);
        }
        if (group.EdgeCount >= group.MaxCount)
        {
            return new((GroupResult.Full, []), null);
        }
        if ((before is null && seen.GroupsOf(userId) >= Limits.GroupsPerUserMax)
            || (after == GroupState.JoinRequest && seen.JoinRequests >= Limits.GroupJoinRequestsMax))
        {
            return new((GroupResult.TooMany, []), null);
        }
        GroupWrite write = new(groupId, seen, _time.Microseconds()) { Open = group.Open };
        write.Change(userId, before, after);
        List<NewNotification> told = [];
        Guid[] admins = [.. seen.Admins.Except(seen.Blocked)];
        if (after == GroupState.JoinRequest && admins.Length > 0)
        {
            told.Add(new NewNotification(
                admins,
                $"User {username} wants to join your group",
                NotificationContent.Of(("group_id", groupId.ToString("D")), ("username", username)),
                NotificationCodes.GroupJoinRequest,
                userId));
        }
        return new((GroupResult.Done, told), write.Batch(_notifications, told));
    }

    private Decision<GroupResult> DecideLeave(Guid groupId, Guid userId, GroupView seen)
    {
        GroupState? before = seen.StateOf(userId);
        if (seen.Group is not GroupRecord group || before is null or GroupState.Banned)
        {
            return new(GroupResult.Done, null);
        }
        if (before == GroupState.Superadmin && seen.Superadmins == 1)
        {
            if (group.EdgeCount > 1)
            {
                return new(GroupResult.LastSuperadmin, null);
            }
            SqlBatch batch = new();
            batch.Execute(GroupSql.DeleteLastMembers, new { GroupId = groupId }, rows: 1);
            return new(GroupResult.Done, batch);
        }
        GroupWrite write = new(groupId, seen, _time.Microseconds());
        write.Change(userId, before, null);
        return new(GroupResult.Done, write.Batch());
    }

    private Decision<(GroupResult, List<NewNotification>)> DecideAdd(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller, GroupView seen)
    {
        if (seen.Group is not GroupRecord group)
        {
            return new((GroupResult.NotFound, []), null);
        }
        if (caller is not null && !GroupRules.IsAdmin(seen.StateOf(caller.Value)))
        {
            return new((GroupResult.PermissionDenied, []), null);
        }
        if (!users.All(seen.IsKnown))
        {
            return new((GroupResult.UserNotFound, []), null);
        }
        GroupWrite write = new(groupId, seen, _time.Microseconds()) { Caller = caller };
        List<Guid> added = [];
        foreach (Guid user in users.Distinct().Where(u => u != caller).Except(seen.Blocked))
        {
            GroupState? before = seen.StateOf(user);
            if (write.Change(user, before, GroupRules.Add(before)))
            {
                added.Add(user);
            }
        }
        if (added.Count == 0)
        {
            return new((GroupResult.Done, []), null);
        }
        if (group.EdgeCount + added.Count > group.MaxCount)
        {
            return new((GroupResult.Full, []), null);
        }
        if (added.Any(u => seen.StateOf(u) is null && seen.GroupsOf(u) >= Limits.GroupsPerUserMax))
        {
            return new((GroupResult.TooMany, []), null);
        }
        NewNotification told = new(
            added,
            $"You've been added to group {group.Name}",
            NotificationContent.Of(("group_id", groupId.ToString("D")), ("name", group.Name)),
            NotificationCodes.GroupAdded,
            caller ?? Guid.Empty);
        return new((GroupResult.Done, [told]), write.Batch(_notifications, [told]));
    }

    private Task<GroupResult> ChangeAsync(Guid groupId, IReadOnlyCollection<Guid> users, Guid? caller, Func<GroupState, GroupState?, GroupState?> rule) =>
        _database.DecideAsync(
            session => GroupView.ReadAsync(session, groupId, caller, users, withAdmins: false),
            seen =>
            {
                if (seen.Group is null)
                {
                    return new(GroupResult.NotFound, null);
                }
                GroupState? rank = caller is Guid user ? seen.StateOf(user) : GroupState.Superadmin;
                if (rank is not GroupState power || !GroupRules.IsAdmin(power))
                {
                    return new(GroupResult.PermissionDenied, null);
                }
                GroupWrite write = new(groupId, seen, _time.Microseconds()) { Caller = caller };
                foreach (Guid other in users.Distinct().Where(u => u != caller && seen.IsKnown(u)))
                {
                    GroupState? before = seen.StateOf(other);
                    write.Change(other, before, rule(power, before));
                }
                return write.Banned > 0 && seen.Bans + write.Banned > Limits.GroupBansMax
                    ? new(GroupResult.TooMany, null)
                    : new Decision<GroupResult>(GroupResult.Done, write.IsEmpty ? null : write.Batch());
            });

    private static bool TryFrom(string? cursor, GroupState? state, out PageCursor from)
    {
        from = new PageCursor((int)(state ?? GroupState.Superadmin), long.MinValue, Guid.Empty);
        if (cursor is null)
        {
            return true;
        }
        if (!PageCursor.TryParse(cursor, out PageCursor? read) || (state is not null && read.Value.Kind != (int)state))
        {
            return false;
        }
        from = read.Value;
        return true;
    }

    private sealed record ListParameters(Guid GroupId, Guid UserId, int StateMin, int StateMax, int State, long Position, Guid After, int Limit)
    {
        public ListParameters(Guid groupId, Guid userId, GroupState? state, PageCursor from, int limit)
            : this(groupId, userId, (int)(state ?? GroupState.Superadmin), (int)(state ?? GroupState.JoinRequest), from.Kind, from.Position, from.Id, limit)
        {
        }
    }

    private sealed record EdgeRow(Guid GroupId, int State, long Position);
}
