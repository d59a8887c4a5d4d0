using RealtimeServer.Services.Data;
using RealtimeServer.Services.Friends;

namespace RealtimeServer.Services.Groups;

/// <summary>What is looked at before the users of a group change.</summary>
/// <param name="Group">Null: there is none.</param>
/// <param name="Admins">Superadmins and admins who are told of requests, if asked for.</param>
/// <param name="Blocked">Of the users and admins, those with whom the caller shares a block.</param>
internal sealed record GroupView(
    GroupRecord? Group,
    IReadOnlyDictionary<Guid, GroupState> States,
    IReadOnlyDictionary<Guid, long> Groups,
    IReadOnlyCollection<Guid> Known,
    IReadOnlyList<Guid> Admins,
    IReadOnlyList<Guid> Blocked,
    int Superadmins,
    int JoinRequests,
    int Bans)
{
    public GroupState? StateOf(Guid userId) => States.TryGetValue(userId, out GroupState state) ? state : null;

    /// <summary>Groups the user is in or asks to be in.</summary>
    public long GroupsOf(Guid userId) => Groups.GetValueOrDefault(userId);

    /// <summary>Whether there is such a user.</summary>
    public bool IsKnown(Guid userId) => Known.Contains(userId);

    /// <param name="caller">Null: the server.</param>
    public static async ValueTask<GroupView> ReadAsync(SqlSession session, Guid groupId, Guid? caller, IReadOnlyCollection<Guid> users, bool withAdmins)
    {
        Guid[] looked = caller is Guid user ? [.. users.Append(user).Distinct()] : [.. users.Distinct()];
        // Asked together, so that they share a round trip.
        ValueTask<GroupRecord?> group = session.QuerySingleOrDefaultAsync<GroupRecord>(GroupSql.ById, new { GroupId = groupId });
        ValueTask<IReadOnlyList<StateRow>> states = session.QueryAsync<StateRow>(GroupSql.States, new { GroupId = groupId, UserIds = looked });
        ValueTask<IReadOnlyList<Guid>> known = session.QueryAsync<Guid>(GroupSql.KnownUsers, new { UserIds = looked });
        ValueTask<IReadOnlyList<CountRow>> groups = session.QueryAsync<CountRow>(GroupSql.CountGroups, new { UserIds = looked });
        ValueTask<IReadOnlyList<StateCountRow>> counts = session.QueryAsync<StateCountRow>(GroupSql.CountStates, new { GroupId = groupId });
        ValueTask<IReadOnlyList<Guid>> admins = withAdmins
            ? session.QueryAsync<Guid>(GroupSql.Admins, new { GroupId = groupId, Limit = Limits.GroupAdminsToldMax })
            : ValueTask.FromResult<IReadOnlyList<Guid>>([]);
        IReadOnlyList<Guid> told = await admins.ConfigureAwait(false);
        IReadOnlyList<Guid> blocked = caller is Guid by ? await FriendStore.BlocksAsync(session, by, [.. looked, .. told]).ConfigureAwait(false) : [];
        Dictionary<int, long> byState = (await counts.ConfigureAwait(false)).ToDictionary(c => c.State, c => c.N);
        return new GroupView(
            await group.ConfigureAwait(false),
            (await states.ConfigureAwait(false)).ToDictionary(s => s.UserId, s => (GroupState)s.State),
            (await groups.ConfigureAwait(false)).ToDictionary(c => c.UserId, c => c.N),
            [.. await known.ConfigureAwait(false)],
            told,
            blocked,
            Of(GroupState.Superadmin),
            Of(GroupState.JoinRequest),
            Of(GroupState.Banned));

        int Of(GroupState state) => (int)byState.GetValueOrDefault((int)state);
    }

    private sealed record StateRow(Guid UserId, int State);

    private sealed record CountRow(Guid UserId, long N);

    private sealed record StateCountRow(int State, long N);
}
