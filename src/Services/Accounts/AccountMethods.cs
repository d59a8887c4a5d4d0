using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Accounts;

/// <summary>The API methods that show and change accounts.</summary>
internal sealed class AccountMethods
{
    private readonly AccountStore _accounts;
    private readonly UserDirectory _users;

    public AccountMethods(AccountStore accounts, UserDirectory users)
    {
        _accounts = accounts;
        _users = users;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<Empty>(service.FindMethodByName("DeleteAccount"), ApiCredential.Session, DeleteAsync),
        ApiMethod.Of<Empty>(service.FindMethodByName("GetAccount"), ApiCredential.Session, GetAsync),
        ApiMethod.Of<UpdateAccountRequest>(service.FindMethodByName("UpdateAccount"), ApiCredential.Session, UpdateAsync),
        ApiMethod.Of<GetUsersRequest>(service.FindMethodByName("GetUsers"), ApiCredential.Session, GetUsersAsync),
    ];

    private async Task<ApiOutcome> GetAsync(ApiCall call, Empty request)
    {
        if (await _accounts.FindAsync(call.Session.UserId, call.Cancellation).ConfigureAwait(false) is not var (record, devices))
        {
            // The token outlived its account.
            return ApiOutcome.Refuse(ApiCode.Unauthenticated, "Auth token invalid");
        }
        Account account = new()
        {
            User = _users.Shown(record.User),
            Wallet = record.Wallet,
            Email = record.Email ?? "",
            CustomId = record.CustomId ?? "",
            VerifyTime = record.VerifyTime == 0 ? null : UserDirectory.Seconds(record.VerifyTime),
            DisableTime = record.DisableTime == 0 ? null : UserDirectory.Seconds(record.DisableTime),
        };
        account.Devices.AddRange(devices.Select(id => new AccountDevice { Id = id }));
        return ApiOutcome.Ok(account);
    }

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, Empty request) =>
        await _accounts.DeleteAsync(call.Session.UserId).ConfigureAwait(false)
            ? ApiOutcome.Ok(new Empty())
            : ApiOutcome.Refuse(ApiCode.NotFound, "Account not found.");

    private async Task<ApiOutcome> UpdateAsync(ApiCall call, UpdateAccountRequest request)
    {
        AccountChanges changes = new(request.Username, request.DisplayName, request.AvatarUrl, request.LangTag, request.Location, request.Timezone);
        if (AccountRules.RefuseChanges(changes) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        // Clients know this refusal by code 3, where signing in has code 6.
        return await _accounts.UpdateAsync(call.Session.UserId, changes).ConfigureAwait(false)
            ? ApiOutcome.Ok(new Empty())
            : ApiOutcome.Refuse(ApiCode.InvalidArgument, "Username is already in use.");
    }

    private async Task<ApiOutcome> GetUsersAsync(ApiCall call, GetUsersRequest request)
    {
        List<Guid> ids = new(request.Ids.Count);
        foreach (string text in request.Ids)
        {
            if (!Guid.TryParseExact(text, "D", out Guid id))
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"ID '{text}' is not a valid system ID.");
            }
            ids.Add(id);
        }
        if (ids.Count + request.Usernames.Count + request.FacebookIds.Count > Limits.GetUsersMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Too many users - at most {Limits.GetUsersMax} in a request.");
        }
        Users users = new();
        foreach (UserRecord record in await _users.FindAsync(ids, request.Usernames, request.FacebookIds, call.Cancellation).ConfigureAwait(false))
        {
            users.Users_.Add(_users.Shown(record));
        }
        return ApiOutcome.Ok(users);
    }
}
