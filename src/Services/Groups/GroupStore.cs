using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Groups;

/// <summary>
/// The front door of groups themselves; <see cref="GroupMembers"/> is that of who is in them. A caller is a user, whom ranks bind, or
/// null: the server itself, which they do not.
/// </summary>
public sealed class GroupStore
{
    private static readonly Guid LastId = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    private readonly Database _database;
    private readonly TimeProvider _time;

    public GroupStore(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>
    /// Deletes what a user who is deleted leaves here, in the transaction that deletes them. A group that loses its only superadmin gets
    /// the one who is next in rank and has been there longest; one that loses its last member goes.
    /// </summary>
    internal static async ValueTask DeleteOwnedAsync(SqlSession session, Guid userId)
    {
        foreach (string sql in (string[])[GroupSql.PromoteHeirs, GroupSql.DeleteEmptied, GroupSql.UncountUser, GroupSql.DeleteUser])
        {
            await session.ExecuteAsync(sql, new { UserId = userId }).ConfigureAwait(false);
        }
    }

    /// <summary>Creates a group whose superadmin is its creator.</summary>
    public async Task<(GroupResult Result, GroupRecord? Group)> CreateAsync(Guid creator, NewGroup group)
    {
        long now = _time.Microseconds();
        GroupRecord record = new(
            Guid.NewGuid(), creator, group.Name, GroupRules.SearchName(group.Name), group.Description, group.AvatarUrl, group.LangTag, group.Metadata,
            group.Open, 1, group.MaxCount, now, now);
        SqlBatch batch = new();
        batch.Execute(
            GroupSql.Create,
            new
            {
                record.Id,
                record.CreatorId,
                record.Name,
                record.SearchName,
                record.Description,
                record.AvatarUrl,
                record.LangTag,
                record.Metadata,
                record.Open,
                record.MaxCount,
                Now = now,
            },
            rows: 1);
        batch.Execute(GroupSql.Insert, new { GroupId = record.Id, UserId = creator, State = (int)GroupState.Superadmin, Now = now }, rows: 1);
        batch.Query<long>(GroupSql.RequireFewGroups, new { UserId = creator, Max = (long)Limits.GroupsPerUserMax }, rows: 1);
        SqlBatchOutcome outcome = await _database.WriteAsync(batch).ConfigureAwait(false);
        if (outcome.Written)
        {
            return (GroupResult.Done, record);
        }
        if (outcome.FailedStatement > 0)
        {
            return (GroupResult.TooMany, null);
        }
        return (await IsTakenAsync(group.Name).ConfigureAwait(false) ? GroupResult.NameTaken : GroupResult.UserNotFound, null);
    }

    /// <summary>Changes a group, if the caller is one of its admins.</summary>
    public async Task<GroupResult> UpdateAsync(Guid groupId, GroupUpdate update, Guid? caller)
    {
        SqlBatch batch = new();
        if (caller is Guid user)
        {
            batch.Query<int>(GroupSql.RequireAdmin, new { GroupId = groupId, UserId = user }, rows: 1);
        }
        batch.Execute(
            GroupSql.Update,
            new
            {
                GroupId = groupId,
                update.Name,
                SearchName = update.Name is null ? null : GroupRules.SearchName(update.Name),
                update.Description,
                update.AvatarUrl,
                update.LangTag,
                update.Metadata,
                update.Open,
                update.MaxCount,
                Now = _time.Microseconds(),
            },
            rows: 1);
        try
        {
            SqlBatchOutcome outcome = await _database.WriteAsync(batch).ConfigureAwait(false);
            if (outcome.Written)
            {
                return GroupResult.Done;
            }
            if (caller is not null && outcome.FailedStatement == 0)
            {
                return GroupResult.PermissionDenied;
            }
        }
        catch (DatabaseConstraintException)
        {
            // Another group took the name at the same moment.
            return GroupResult.NameTaken;
        }
        if (update.Name is not null && await IsTakenAsync(update.Name).ConfigureAwait(false))
        {
            return GroupResult.NameTaken;
        }
        return await FindAsync([groupId], CancellationToken.None).ConfigureAwait(false) is [] ? GroupResult.NotFound : GroupResult.Full;
    }

    /// <summary>Deletes a group, if the caller is one of its superadmins.</summary>
    public async Task<GroupResult> DeleteAsync(Guid groupId, Guid? caller)
    {
        SqlBatch batch = new();
        if (caller is Guid user)
        {
            batch.Query<int>(GroupSql.RequireState, new { GroupId = groupId, UserId = user, State = (int)GroupState.Superadmin }, rows: 1);
        }
        batch.Execute(GroupSql.DeleteGroup, new { GroupId = groupId }, rows: 1);
        SqlBatchOutcome outcome = await _database.WriteAsync(batch).ConfigureAwait(false);
        if (outcome.Written)
        {
            return GroupResult.Done;
        }
        return caller is null ? GroupResult.NotFound : GroupResult.PermissionDenied;
    }

    /// <summary>Groups by their ids; those that are not there are left out.</summary>
    public ValueTask<IReadOnlyList<GroupRecord>> FindAsync(IReadOnlyCollection<Guid> groupIds, CancellationToken cancellation) =>
        _database.ReadAsync(s => s.QueryAsync<GroupRecord>(GroupSql.ByIds, new { GroupIds = groupIds.ToArray() }), cancellation);

    /// <summary>A page of groups: by name in its order, otherwise the newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">1..<see cref="Limits.GroupsListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours, or of another filter.</returns>
    public async ValueTask<GroupPage?> ListAsync(GroupFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        (string From, string To, string Pattern)? search = GroupRules.Search(filter.Name);
        int kind = search is null ? 0 : 1;
        PageCursor? from = null;
        if (cursor is not null && (!PageCursor.TryParse(cursor, out from) || from.Value.Kind != kind))
        {
            return null;
        }
        // One more than asked for tells whether there is another page.
        IReadOnlyList<GroupRecord> found = await _database.ReadAsync(
            s => search is var (first, last, pattern)
                ? s.QueryAsync<GroupRecord>(
                    GroupSql.ListName,
                    new { From = first, To = last, Pattern = pattern, Name = from?.Text ?? "", After = from?.Id ?? Guid.Empty, Limit = limit + 1 })
                : s.QueryAsync<GroupRecord>(
                    filter.LangTag.Length > 0 ? GroupSql.ListLang : GroupSql.List,
                    new { filter.LangTag, filter.MembersMax, filter.Open, Time = from?.Position ?? long.MaxValue, After = from?.Id ?? LastId, Limit = limit + 1 }),
            cancellation).ConfigureAwait(false);
        if (found.Count <= limit)
        {
            return new GroupPage(found, null);
        }
        GroupRecord end = found[limit - 1];
        return new GroupPage([.. found.Take(limit)], new PageCursor(kind, end.CreateTime, end.Id, kind == 1 ? end.SearchName : "").ToString());
    }

    private async Task<bool> IsTakenAsync(string name) => (await _database.ReadAsync(
        s => s.QueryAsync<Guid>(GroupSql.IdOfName, new { Name = name }), CancellationToken.None).ConfigureAwait(false)).Count > 0;
}
