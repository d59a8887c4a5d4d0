using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Moderation;

namespace RealtimeServer.Services.Groups;

/// <summary>The API methods of groups: read the request, call the stores, word the outcome.</summary>
internal sealed class GroupMethods(GroupStore groups, GroupMembers members, UserDirectory users, BanList bans)
{
    private const string DeniedOrNotFound = "Group not found or permission denied.";

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        Of<CreateGroupRequest>(service, "CreateGroup", CreateAsync),
        Of<UpdateGroupRequest>(service, "UpdateGroup", UpdateAsync),
        Of<DeleteGroupRequest>(service, "DeleteGroup", (call, request) => WithGroupAsync(request.GroupId, group => DeleteAsync(call, group))),
        Of<JoinGroupRequest>(service, "JoinGroup", (call, request) => WithGroupAsync(request.GroupId, group => JoinAsync(call, group))),
        Of<LeaveGroupRequest>(service, "LeaveGroup", (call, request) => WithGroupAsync(request.GroupId, group => LeaveAsync(call, group))),
        Of<AddGroupUsersRequest>(service, "AddGroupUsers", (call, request) => ChangeAsync(call, request.GroupId, request.UserIds, members.AddAsync)),
        Of<KickGroupUsersRequest>(service, "KickGroupUsers", (call, request) => ChangeAsync(call, request.GroupId, request.UserIds, members.KickAsync)),
        Of<BanGroupUsersRequest>(service, "BanGroupUsers", (call, request) => ChangeAsync(call, request.GroupId, request.UserIds, members.BanAsync)),
        Of<PromoteGroupUsersRequest>(service, "PromoteGroupUsers", (call, request) => ChangeAsync(call, request.GroupId, request.UserIds, members.PromoteAsync)),
        Of<DemoteGroupUsersRequest>(service, "DemoteGroupUsers", (call, request) => ChangeAsync(call, request.GroupId, request.UserIds, members.DemoteAsync)),
        Of<ListGroupsRequest>(service, "ListGroups", ListAsync),
        Of<ListGroupUsersRequest>(service, "ListGroupUsers", (call, request) => WithGroupAsync(request.GroupId, group => ListUsersAsync(call, request, group))),
        Of<ListUserGroupsRequest>(service, "ListUserGroups", ListUserGroupsAsync),
    ];

    private static ApiMethod Of<TRequest>(ServiceDescriptor service, string name, Func<ApiCall, TRequest, Task<ApiOutcome>> handler)
        where TRequest : class, IMessage<TRequest> => ApiMethod.Of(service.FindMethodByName(name), ApiCredential.Session, handler);

    private async Task<ApiOutcome> CreateAsync(ApiCall call, CreateGroupRequest request)
    {
        string? refusal = GroupRules.RefuseName(request.Name)
            ?? GroupRules.RefuseTexts(request.Description, request.AvatarUrl, request.LangTag)
            ?? (request.MaxCount == 0 ? null : GroupRules.RefuseMaxCount(request.MaxCount));
        if (refusal is not null)
        {
            return Refuse(refusal);
        }
        NewGroup wanted = new(
            request.Name,
            request.Description,
            request.AvatarUrl,
            request.LangTag.Length == 0 ? "en" : request.LangTag,
            Open: request.Open,
            MaxCount: request.MaxCount == 0 ? Limits.GroupMembersDefault : request.MaxCount);
        (GroupResult result, GroupRecord? group) = await groups.CreateAsync(call.Session.UserId, wanted).ConfigureAwait(false);
        return result switch
        {
            GroupResult.Done => ApiOutcome.Ok(Shown(group!)),
            GroupResult.NameTaken => ApiOutcome.Refuse(ApiCode.AlreadyExists, "Group name is in use."),
            GroupResult.TooMany => TooManyGroups,
            // The token outlived its account.
            _ => ApiOutcome.Refuse(ApiCode.Unauthenticated, "Auth token invalid"),
        };
    }

    private Task<ApiOutcome> UpdateAsync(ApiCall call, UpdateGroupRequest request) => WithGroupAsync(request.GroupId, async group =>
    {
        GroupUpdate update = new(request.Name, request.Description, request.AvatarUrl, request.LangTag, Open: request.Open);
        if (update == new GroupUpdate())
        {
            return Refuse("Specify at least one field to update.");
        }
        string? refusal = request.Name is "" ? "Group name cannot be empty." : request.LangTag is "" ? "Group language cannot be empty." : null;
        refusal ??= (request.Name is null ? null : GroupRules.RefuseName(request.Name))
            ?? GroupRules.RefuseTexts(request.Description, request.AvatarUrl, request.LangTag);
        if (refusal is not null)
        {
            return Refuse(refusal);
        }
        return await groups.UpdateAsync(group, update, call.Session.UserId).ConfigureAwait(false) switch
        {
            GroupResult.Done => ApiOutcome.Ok(new Empty()),
            GroupResult.NameTaken => Refuse("Group name is in use."),
            _ => ApiOutcome.Refuse(ApiCode.NotFound, "Group not found or you're not allowed to update."),
        };
    });

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, Guid group) =>
        await groups.DeleteAsync(group, call.Session.UserId).ConfigureAwait(false) == GroupResult.Done
            ? ApiOutcome.Ok(new Empty())
            : Refuse("Group not found or you're not allowed to delete.");

    private async Task<ApiOutcome> JoinAsync(ApiCall call, Guid group) =>
        await members.JoinAsync(group, call.Session.UserId, call.Session.Username).ConfigureAwait(false) switch
        {
            GroupResult.Done => ApiOutcome.Ok(new Empty()),
            GroupResult.Full => Refuse("Group is full."),
            GroupResult.TooMany => TooManyGroups,
            _ => ApiOutcome.Refuse(ApiCode.NotFound, "Group not found."),
        };

    private async Task<ApiOutcome> LeaveAsync(ApiCall call, Guid group) =>
        await members.LeaveAsync(group, call.Session.UserId).ConfigureAwait(false) == GroupResult.LastSuperadmin
            ? Refuse("Cannot leave group when you are the last superadmin.")
            : ApiOutcome.Ok(new Empty());

    private static Task<ApiOutcome> ChangeAsync(
        ApiCall call, string groupId, IReadOnlyCollection<string> userIds, Func<Guid, IReadOnlyCollection<Guid>, Guid?, Task<GroupResult>> changeAsync) =>
        WithGroupAsync(groupId, async group =>
        {
            if (userIds.Count == 0)
            {
                return ApiOutcome.Ok(new Empty());
            }
            if (userIds.Count > Limits.GroupUsersPerRequestMax)
            {
                return Refuse($"Too many users - at most {Limits.GroupUsersPerRequestMax} in a request.");
            }
            List<Guid> others = [];
            foreach (string text in userIds)
            {
                if (!Guid.TryParseExact(text, "D", out Guid id) || id == Guid.Empty)
                {
                    return Refuse("User ID must be a valid ID.");
                }
                others.Add(id);
            }
            return await changeAsync(group, others, call.Session.UserId).ConfigureAwait(false) switch
            {
                GroupResult.Done => ApiOutcome.Ok(new Empty()),
                GroupResult.Full => Refuse("Group is full."),
                GroupResult.UserNotFound => Refuse("One or more users not found."),
                GroupResult.TooMany => ApiOutcome.Refuse(
                    ApiCode.FailedPrecondition, $"A user is in {Limits.GroupsPerUserMax} groups already, or {Limits.GroupBansMax} users are banned from this one."),
                _ => ApiOutcome.Refuse(ApiCode.NotFound, DeniedOrNotFound),
            };
        });

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListGroupsRequest request)
    {
        if (request.Limit is < 1 or > Limits.GroupsListMax)
        {
            return Refuse($"Invalid limit - limit must be between 1 and {Limits.GroupsListMax}.");
        }
        if (request.Name.Length > 0 && (request.LangTag.Length > 0 || request.Open is not null || request.Members is not null))
        {
            return Refuse("name filter cannot be combined with any other filter");
        }
        if (!RequestTexts.Fits(request.Name, Limits.GroupNameBytesMax))
        {
            return Refuse($"Invalid name - name must be at most {Limits.GroupNameBytesMax} bytes.");
        }
        GroupFilter filter = new(request.Name, request.LangTag, request.Members is < 0 ? null : request.Members, request.Open);
        GroupPage? page = await groups.ListAsync(filter, request.Limit ?? 1, OrNull(request.Cursor), call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return Refuse("Malformed cursor was used.");
        }
        GroupList list = new() { Cursor = page.Cursor ?? "" };
        list.Groups.AddRange(page.Groups.Where(g => bans.MaySee(call.Session.UserId, g.CreatorId)).Select(Shown));
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> ListUsersAsync(ApiCall call, ListGroupUsersRequest request, Guid group)
    {
        if (RefuseListing(request.Limit, request.State) is ApiOutcome refused)
        {
            return refused;
        }
        GroupUserPage? page = await members.ListUsersAsync(
            group, (GroupState?)request.State, request.Limit ?? Limits.GroupsListMax, OrNull(request.Cursor), call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return Refuse("Cursor is invalid.");
        }
        GroupUserList list = new() { Cursor = page.Cursor ?? "" };
        // To ask to join is to say something to the admins.
        IEnumerable<GroupUserRecord> seen = page.Users.Where(u => u.State != (int)GroupState.JoinRequest || bans.MaySee(call.Session.UserId, u.User.Id));
        list.GroupUsers.AddRange(seen.Select(u => new GroupUserList.Types.GroupUser { User = users.Shown(u.User), State = u.State }));
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> ListUserGroupsAsync(ApiCall call, ListUserGroupsRequest request)
    {
        if (RefuseListing(request.Limit, request.State) is ApiOutcome refused)
        {
            return refused;
        }
        if (request.UserId.Length == 0)
        {
            return Refuse("User ID must be set.");
        }
        if (!Guid.TryParseExact(request.UserId, "D", out Guid user))
        {
            return Refuse("User ID must be a valid ID.");
        }
        UserGroupPage? page = await members.ListGroupsAsync(
            user, (GroupState?)request.State, request.Limit ?? Limits.GroupsListMax, OrNull(request.Cursor), call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return Refuse("Cursor is invalid.");
        }
        UserGroupList list = new() { Cursor = page.Cursor ?? "" };
        list.UserGroups.AddRange(page.Groups.Select(g => new UserGroupList.Types.UserGroup { Group = Shown(g.Group), State = g.State }));
        return ApiOutcome.Ok(list);
    }

    private static ApiOutcome TooManyGroups => ApiOutcome.Refuse(
        ApiCode.FailedPrecondition, $"Too many groups or requests to join - a user may be in {Limits.GroupsPerUserMax}, and {Limits.GroupJoinRequestsMax} may wait in one.");

    private static Task<ApiOutcome> WithGroupAsync(string text, Func<Guid, Task<ApiOutcome>> thenAsync)
    {
        if (text.Length == 0)
        {
            return Task.FromResult(Refuse("Group ID must be set."));
        }
        return Guid.TryParseExact(text, "D", out Guid group) ? thenAsync(group) : Task.FromResult(Refuse("Group ID must be a valid ID."));
    }

    private static ApiOutcome? RefuseListing(int? limit, int? state)
    {
        if (limit is < 1 or > Limits.GroupsListMax)
        {
            return Refuse($"Invalid limit - limit must be between 1 and {Limits.GroupsListMax}.");
        }
        return state is < (int)GroupState.Superadmin or > (int)GroupState.Banned ? Refuse("Invalid state - state must be between 0 and 4.") : null;
    }

    private static string? OrNull(string cursor) => cursor.Length == 0 ? null : cursor;

    private static ApiOutcome Refuse(string message) => ApiOutcome.Refuse(ApiCode.InvalidArgument, message);

    private static Group Shown(GroupRecord record) => new()
    {
        Id = record.Id.ToString("D"),
        CreatorId = record.CreatorId.ToString("D"),
        Name = record.Name,
        Description = record.Description,
        LangTag = record.LangTag,
        Metadata = record.Metadata,
        AvatarUrl = record.AvatarUrl,
        Open = record.Open,
        EdgeCount = record.EdgeCount,
        MaxCount = record.MaxCount,
        CreateTime = ApiTime.WholeSeconds(record.CreateTime),
        UpdateTime = ApiTime.WholeSeconds(record.UpdateTime),
    };
}
