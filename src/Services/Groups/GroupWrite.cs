using RealtimeServer.Services.Data;
using RealtimeServer.Services.Notifications;

namespace RealtimeServer.Services.Groups;

/// <summary>What one write does to the users of a group.</summary>
internal sealed class GroupWrite(Guid groupId, GroupView seen, long now)
{
    private readonly List<(Guid User, GroupState? From, GroupState? To)> _changes = [];
    private int _superadmins = seen.Superadmins;
    private int _delta;

    /// <summary>Whose rank the write stands on: it is refused when that is another by then.</summary>
    public Guid? Caller { get; init; }

    /// <summary>What the group must still be; null: either.</summary>
    public bool? Open { get; init; }

    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Users who were not banned before.</summary>
    public int Banned => _changes.Count(c => c.To == GroupState.Banned);

    /// <summary>Changes a user. False: there is nothing to change, or the group would be left without a superadmin.</summary>
    public bool Change(Guid user, GroupState? from, GroupState? to)
    {
        int superadmins = _superadmins - (from == GroupState.Superadmin ? 1 : 0) + (to == GroupState.Superadmin ? 1 : 0);
        if (from == to || superadmins == 0)
        {
            return false;
        }
        _superadmins = superadmins;
        _delta += (GroupRules.IsMember(to) ? 1 : 0) - (GroupRules.IsMember(from) ? 1 : 0);
        _changes.Add((user, from, to));
        return true;
    }

    /// <summary>The write, and what others are told by it.</summary>
    public SqlBatch Batch(NotificationStore notifications, IReadOnlyList<NewNotification> told)
    {
        SqlBatch batch = Batch();
        notifications.AddTo(batch, told);
        return batch;
    }

    public SqlBatch Batch()
    {
        SqlBatch batch = new();
        batch.Execute(GroupSql.Count, new { GroupId = groupId, Delta = _delta, Open, Now = now }, rows: 1);
        if (Caller is Guid caller)
        {
            batch.Query<int>(GroupSql.RequireState, new { GroupId = groupId, UserId = caller, State = (int)seen.StateOf(caller)! }, rows: 1);
        }
        foreach ((Guid user, GroupState? from, GroupState? to) in _changes)
        {
            if (from is null)
            {
                batch.Execute(GroupSql.Insert, new { GroupId = groupId, UserId = user, State = (int)to!, Now = now }, rows: 1);
                batch.Query<long>(GroupSql.RequireFewGroups, new { UserId = user, Max = (long)Limits.GroupsPerUserMax }, rows: to == GroupState.Banned ? null : 1);
            }
            else if (to is null)
            {
                batch.Execute(GroupSql.Delete, new { GroupId = groupId, UserId = user, From = (int)from }, rows: 1);
            }
            else
            {
                batch.Execute(GroupSql.SetState, new { GroupId = groupId, UserId = user, From = (int)from, State = (int)to, Now = now }, rows: 1);
            }
        }
        if (_changes.Any(c => c.From == GroupState.Superadmin))
        {
            batch.Query<Guid>(GroupSql.RequireSuperadmin, new { GroupId = groupId }, rows: 1);
        }
        RequireFew(batch, GroupState.JoinRequest, Limits.GroupJoinRequestsMax);
        RequireFew(batch, GroupState.Banned, Limits.GroupBansMax);
        return batch;
    }

    private void RequireFew(SqlBatch batch, GroupState state, int max)
    {
        if (_changes.Any(c => c.To == state))
        {
            batch.Query<long>(GroupSql.RequireFew, new { GroupId = groupId, State = (int)state, Max = (long)max }, rows: 1);
        }
    }
}
