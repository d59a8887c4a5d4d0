using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Accounts.Passwords;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Accounts;

/// <summary>The API methods that link what signs in to an account, and unlink it.</summary>
internal sealed class LinkMethods
{
    private static readonly ApiOutcome Done = ApiOutcome.Ok(new Empty());
    private static readonly ApiOutcome Last = ApiOutcome.Refuse(
        ApiCode.PermissionDenied, "Cannot unlink last account identifier. Check profile exists and is not last link.");

    private readonly AccountLinks _links;
    private readonly PasswordHasher _hasher;
    private readonly ProviderChecks _checks;
    private readonly FriendSync _friends;

    public LinkMethods(AccountLinks links, PasswordHasher hasher, ProviderChecks checks, FriendSync friends)
    {
        _links = links;
        _hasher = hasher;
        _checks = checks;
        _friends = friends;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        Method<AccountApple>(service, "LinkApple", (call, a) => LinkAsync(call, _checks.AppleAsync(a, call.Cancellation), "Apple ID")),
        Method<AccountCustom>(service, "LinkCustom", LinkCustomAsync),
        Method<AccountDevice>(service, "LinkDevice", LinkDeviceAsync),
        Method<AccountEmail>(service, "LinkEmail", LinkEmailAsync),
        Method<LinkFacebookRequest>(service, "LinkFacebook", LinkFacebookAsync),
        Method<AccountFacebookInstantGame>(
            service, "LinkFacebookInstantGame", (call, a) => LinkAsync(call, _checks.FacebookInstantGameAsync(a, call.Cancellation), "Facebook Instant Game ID")),
        Method<AccountGameCenter>(service, "LinkGameCenter", (call, a) => LinkAsync(call, _checks.GameCenterAsync(a, call.Cancellation), "GameCenter ID")),
        Method<AccountGoogle>(service, "LinkGoogle", (call, a) => LinkAsync(call, _checks.GoogleAsync(a, call.Cancellation), "Google ID")),
        Method<LinkSteamRequest>(service, "LinkSteam", LinkSteamAsync),
        Method<AccountApple>(service, "UnlinkApple", (call, a) => UnlinkAsync(call, IdentityKind.Apple, a.Token.Length > 0 ? _checks.AppleAsync(a, call.Cancellation) : null)),
        Method<AccountCustom>(service, "UnlinkCustom", (call, a) => UnlinkAsync(call, IdentityKind.Custom, a.Id)),
        Method<AccountDevice>(service, "UnlinkDevice", UnlinkDeviceAsync),
        Method<AccountEmail>(service, "UnlinkEmail", UnlinkEmailAsync),
        Method<AccountFacebook>(
            service, "UnlinkFacebook", (call, a) => UnlinkAsync(call, IdentityKind.Facebook, a.Token.Length > 0 ? _checks.FacebookAsync(a, call.Cancellation) : null)),
        Method<AccountFacebookInstantGame>(
            service,
            "UnlinkFacebookInstantGame",
            (call, a) => UnlinkAsync(
                call, IdentityKind.FacebookInstantGame, a.SignedPlayerInfo.Length > 0 ? _checks.FacebookInstantGameAsync(a, call.Cancellation) : null)),
        Method<AccountGameCenter>(
            service, "UnlinkGameCenter", (call, a) => UnlinkAsync(call, IdentityKind.GameCenter, a.PlayerId.Length > 0 ? _checks.GameCenterAsync(a, call.Cancellation) : null)),
        Method<AccountGoogle>(
            service, "UnlinkGoogle", (call, a) => UnlinkAsync(call, IdentityKind.Google, a.Token.Length > 0 ? _checks.GoogleAsync(a, call.Cancellation) : null)),
        Method<AccountSteam>(service, "UnlinkSteam", (call, a) => UnlinkAsync(call, IdentityKind.Steam, a.Token.Length > 0 ? _checks.SteamAsync(a, call.Cancellation) : null)),
    ];

    private static ApiMethod Method<TRequest>(ServiceDescriptor service, string name, Func<ApiCall, TRequest, Task<ApiOutcome>> handler)
        where TRequest : class, Google.Protobuf.IMessage<TRequest> =>
        ApiMethod.Of(service.FindMethodByName(name), ApiCredential.Session, handler);

    private async Task<ApiOutcome> LinkDeviceAsync(ApiCall call, AccountDevice request)
    {
        if (AccountRules.RefuseDeviceId(request.Id) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        return await _links.LinkDeviceAsync(call.Session.UserId, request.Id, call.Cancellation).ConfigureAwait(false) switch
        {
            LinkResult.Linked => Done,
            LinkResult.InUse => ApiOutcome.Refuse(ApiCode.AlreadyExists, "Device ID already in use."),
            _ => ApiOutcome.Refuse(ApiCode.ResourceExhausted, $"Too many devices, at most {Limits.DevicesMax}: unlink one first."),
        };
    }

    private async Task<ApiOutcome> UnlinkDeviceAsync(ApiCall call, AccountDevice request)
    {
        if (request.Id.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "A device ID must be supplied.");
        }
        return await _links.UnlinkDeviceAsync(call.Session.UserId, request.Id).ConfigureAwait(false) ? Done : Last;
    }

    private Task<ApiOutcome> LinkCustomAsync(ApiCall call, AccountCustom request) => AccountRules.RefuseCustomId(request.Id) is string refusal
        ? Task.FromResult(ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal))
        : LinkAsync(call, new ExternalIdentity(IdentityKind.Custom, request.Id, ProviderProfile.Nothing), "Custom ID");

    private async Task<ApiOutcome> LinkEmailAsync(ApiCall call, AccountEmail request)
    {
        string? refusal = request.Email.Length == 0 || request.Password.Length == 0
            ? "Email address and password is required."
            : AccountRules.RefuseEmail(request.Email) ?? AccountRules.RefusePassword(request.Password);
        if (refusal is not null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        if (await _hasher.HashAsync(request.Password, call.Origin.Address, call.Cancellation).ConfigureAwait(false) is not string hash)
        {
            return AccountAnswers.Busy;
        }
        return await _links.LinkEmailAsync(call.Session.UserId, request.Email.ToLowerInvariant(), hash).ConfigureAwait(false)
            ? Done
            : ApiOutcome.Refuse(ApiCode.AlreadyExists, "Email is already in use.");
    }

    private async Task<ApiOutcome> UnlinkEmailAsync(ApiCall call, AccountEmail request) =>
        await _links.UnlinkEmailAsync(call.Session.UserId, request.Email.ToLowerInvariant()).ConfigureAwait(false) ? Done : Last;

    private async Task<ApiOutcome> LinkFacebookAsync(ApiCall call, LinkFacebookRequest request)
    {
        AccountFacebook facebook = request.Account ?? new AccountFacebook();
        ProviderCheck check = await _checks.FacebookAsync(facebook, call.Cancellation).ConfigureAwait(false);
        return await LinkAndSyncAsync(call, check, "Facebook ID", request.Sync ?? true, facebook.Token).ConfigureAwait(false);
    }

    private async Task<ApiOutcome> LinkSteamAsync(ApiCall call, LinkSteamRequest request)
    {
        ProviderCheck check = await _checks.SteamAsync(request.Account ?? new AccountSteam(), call.Cancellation).ConfigureAwait(false);
        return await LinkAndSyncAsync(call, check, "Steam ID", request.Sync ?? true, "").ConfigureAwait(false);
    }

    private async Task<ApiOutcome> LinkAndSyncAsync(ApiCall call, ProviderCheck check, string name, bool sync, string token)
    {
        if (check.Identity is not ExternalIdentity identity)
        {
            return check.Refusal;
        }
        ApiOutcome linked = await LinkAsync(call, identity, name).ConfigureAwait(false);
        if (linked.Status.IsOk && sync)
        {
            await _friends.SyncAsync(call.Session.UserId, call.Session.Username, identity, token, reset: false, call.Cancellation).ConfigureAwait(false);
        }
        return linked;
    }

    private async Task<ApiOutcome> LinkAsync(ApiCall call, Task<ProviderCheck> checking, string name)
    {
        ProviderCheck check = await checking.ConfigureAwait(false);
        return check.Identity is ExternalIdentity identity ? await LinkAsync(call, identity, name).ConfigureAwait(false) : check.Refusal;
    }

    private async Task<ApiOutcome> LinkAsync(ApiCall call, ExternalIdentity identity, string name) =>
        await _links.LinkAsync(call.Session.UserId, identity).ConfigureAwait(false)
            ? Done
            : ApiOutcome.Refuse(ApiCode.AlreadyExists, $"{name} is already in use.");

    /// <param name="checking">Of what was shown; null when nothing was: then whichever is linked goes.</param>
    private async Task<ApiOutcome> UnlinkAsync(ApiCall call, IdentityKind kind, Task<ProviderCheck>? checking)
    {
        if (checking is null)
        {
            return await UnlinkAsync(call, kind, "").ConfigureAwait(false);
        }
        ProviderCheck check = await checking.ConfigureAwait(false);
        return check.Identity is ExternalIdentity identity ? await UnlinkAsync(call, kind, identity.Value).ConfigureAwait(false) : check.Refusal;
    }

    private async Task<ApiOutcome> UnlinkAsync(ApiCall call, IdentityKind kind, string value) =>
        await _links.UnlinkAsync(call.Session.UserId, kind, value).ConfigureAwait(false) ? Done : Last;
}
