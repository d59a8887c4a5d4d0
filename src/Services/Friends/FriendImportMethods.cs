using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Accounts.Providers;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Friends;

/// <summary>The API methods that make friends of players who know each other at Facebook or Steam.</summary>
internal sealed class FriendImportMethods(ProviderChecks checks, FriendSync sync)
{
    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<ImportFacebookFriendsRequest>(service.FindMethodByName("ImportFacebookFriends"), ApiCredential.Session, ImportFacebookAsync),
        ApiMethod.Of<ImportSteamFriendsRequest>(service.FindMethodByName("ImportSteamFriends"), ApiCredential.Session, ImportSteamAsync),
    ];

    private async Task<ApiOutcome> ImportFacebookAsync(ApiCall call, ImportFacebookFriendsRequest request)
    {
        AccountFacebook shown = request.Account ?? new AccountFacebook();
        return shown.Token.Length == 0
            ? ApiOutcome.Refuse(ApiCode.InvalidArgument, "Facebook token is required.")
            : await ImportAsync(call, await checks.FacebookAsync(shown, call.Cancellation).ConfigureAwait(false), shown.Token, request.Reset ?? false)
                .ConfigureAwait(false);
    }

    private async Task<ApiOutcome> ImportSteamAsync(ApiCall call, ImportSteamFriendsRequest request)
    {
        AccountSteam shown = request.Account ?? new AccountSteam();
        return shown.Token.Length == 0
            ? ApiOutcome.Refuse(ApiCode.InvalidArgument, "Steam token is required.")
            : await ImportAsync(call, await checks.SteamAsync(shown, call.Cancellation).ConfigureAwait(false), shown.Token, request.Reset ?? false).ConfigureAwait(false);
    }

    private async Task<ApiOutcome> ImportAsync(ApiCall call, ProviderCheck check, string token, bool reset)
    {
        if (check.Identity is not ExternalIdentity identity)
        {
            return check.Refusal;
        }
        try
        {
            await sync.ImportAsync(call.Session.UserId, call.Session.Username, identity, token, reset, call.Cancellation).ConfigureAwait(false);
            return ApiOutcome.Ok(new Empty());
        }
        catch (ProviderUnavailableException)
        {
            return ApiOutcome.Refuse(ApiCode.Unavailable, $"{identity.Kind} does not answer at the moment, try again.");
        }
    }
}
