using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Friends;

/// <summary>The API methods of friends: read the request, call the store, word the outcome.</summary>
internal sealed class FriendMethods(FriendStore friends, UserDirectory users)
{
    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<AddFriendsRequest>(service.FindMethodByName("AddFriends"), ApiCredential.Session, AddAsync),
        ApiMethod.Of<DeleteFriendsRequest>(service.FindMethodByName("DeleteFriends"), ApiCredential.Session, DeleteAsync),
        ApiMethod.Of<BlockFriendsRequest>(service.FindMethodByName("BlockFriends"), ApiCredential.Session, BlockAsync),
        ApiMethod.Of<ListFriendsRequest>(service.FindMethodByName("ListFriends"), ApiCredential.Session, ListAsync),
        ApiMethod.Of<ListFriendsOfFriendsRequest>(service.FindMethodByName("ListFriendsOfFriends"), ApiCredential.Session, ListFriendsOfFriendsAsync),
    ];

    private Task<ApiOutcome> AddAsync(ApiCall call, AddFriendsRequest request)
    {
        string? refusal = FriendRules.RefuseMetadata(request.Metadata);
        return refusal is null
            ? ChangeAsync(call, request.Ids, request.Usernames, "Cannot add self as friend.", (caller, others) =>
                friends.AddAsync(caller.UserId, caller.Username, others, request.Metadata))
            : Task.FromResult(ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal));
    }

    private Task<ApiOutcome> DeleteAsync(ApiCall call, DeleteFriendsRequest request) =>
        ChangeAsync(call, request.Ids, request.Usernames, "Cannot delete self.", (caller, others) => friends.DeleteAsync(caller.UserId, caller.Username, others));

    private Task<ApiOutcome> BlockAsync(ApiCall call, BlockFriendsRequest request) =>
        ChangeAsync(call, request.Ids, request.Usernames, "Cannot block self.", (caller, others) => friends.BlockAsync(caller.UserId, caller.Username, others));

    private async Task<ApiOutcome> ChangeAsync(
        ApiCall call, IReadOnlyCollection<string> ids, IReadOnlyCollection<string> usernames, string self, Func<ApiCaller, List<Guid>, Task<FriendResult>> changeAsync)
    {
        if (ids.Count + usernames.Count == 0)
        {
            return ApiOutcome.Ok(new Empty());
        }
        if (ids.Count + usernames.Count > Limits.FriendsPerRequestMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Too many users - at most {Limits.FriendsPerRequestMax} in a request.");
        }
        List<Guid> others = [];
        foreach (string text in ids)
        {
            if (!Guid.TryParseExact(text, "D", out Guid id) || id == Guid.Empty)
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid user ID '{text}'.");
            }
            others.Add(id);
        }
        if (usernames.Any(u => u.Length == 0))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Username must not be empty.");
        }
        if (usernames.Count > 0)
        {
            others.AddRange((await users.IdsOfAsync([.. usernames], call.Cancellation).ConfigureAwait(false)).Values);
        }
        if (others.Count == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "No valid ID or username was provided.");
        }
        if (others.Contains(call.Session.UserId))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, self);
        }
        return await changeAsync(call.Session, others).ConfigureAwait(false) switch
        {
            FriendResult.TooMany => ApiOutcome.Refuse(ApiCode.FailedPrecondition, $"Too many friends, invites and blocks - at most {Limits.FriendsMax} are possible."),
            FriendResult.OtherHasTooMany => ApiOutcome.Refuse(ApiCode.FailedPrecondition, "One of the users has too many friends and invites."),
            _ => ApiOutcome.Ok(new Empty()),
        };
    }

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListFriendsRequest request)
    {
        if (request.Limit is < 1 or > Limits.FriendsListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.FriendsListMax}.");
        }
        if (request.State is < (int)FriendState.Friend or > (int)FriendState.Blocked)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid state - state must be between 0 and 3.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        FriendPage? page = await friends.ListAsync(
            call.Session.UserId, (FriendState?)request.State, request.Limit ?? Limits.FriendsListMax, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Cursor is invalid.");
        }
        FriendList list = new() { Cursor = page.Cursor ?? "" };
        foreach (FriendRecord record in page.Friends)
        {
            User user = users.Shown(record.User);
            // Clients have never been given it here.
            user.EdgeCount = 0;
            list.Friends.Add(new Friend { User = user, State = record.State, UpdateTime = ApiTime.WholeSeconds(record.EdgeTime), Metadata = record.EdgeMetadata });
        }
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> ListFriendsOfFriendsAsync(ApiCall call, ListFriendsOfFriendsRequest request)
    {
        if (request.Limit is < 1 or > Limits.FriendsOfFriendsListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.FriendsOfFriendsListMax}.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        FriendOfFriendPage? page = await friends.ListFriendsOfFriendsAsync(
            call.Session.UserId, request.Limit ?? Limits.FriendsOfFriendsListDefault, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Cursor is invalid.");
        }
        FriendsOfFriendsList list = new() { Cursor = page.Cursor ?? "" };
        list.FriendsOfFriends.AddRange(page.Friends.Select(f =>
            new FriendsOfFriendsList.Types.FriendOfFriend { Referrer = f.Referrer.ToString("D"), User = users.Shown(f.User) }));
        return ApiOutcome.Ok(list);
    }
}
