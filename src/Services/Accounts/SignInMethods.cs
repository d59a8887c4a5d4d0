using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Accounts;

/// <summary>The API methods that sign players in: read the request, call the store, word the outcome.</summary>
internal sealed class SignInMethods
{
    private readonly AccountStore _accounts;
    private readonly SessionTokens _tokens;

    public SignInMethods(AccountStore accounts, SessionTokens tokens)
    {
        _accounts = accounts;
        _tokens = tokens;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<AuthenticateCustomRequest>(service.FindMethodByName("AuthenticateCustom"), ApiCredential.ServerKey, CustomAsync),
        ApiMethod.Of<AuthenticateDeviceRequest>(service.FindMethodByName("AuthenticateDevice"), ApiCredential.ServerKey, DeviceAsync),
    ];

    private Task<ApiOutcome> DeviceAsync(ApiCall call, AuthenticateDeviceRequest request)
    {
        AccountDevice device = request.Account ?? new AccountDevice();
        return AccountRules.RefuseDeviceId(device.Id) is string refusal
            ? Refused(refusal)
            : SignInAsync(call, new DeviceIdentity(device.Id), request.Username, request.Create, device.Vars);
    }

    private Task<ApiOutcome> CustomAsync(ApiCall call, AuthenticateCustomRequest request)
    {
        AccountCustom custom = request.Account ?? new AccountCustom();
        return AccountRules.RefuseCustomId(custom.Id) is string refusal
            ? Refused(refusal)
            : SignInAsync(
                call, new ExternalIdentity(IdentityKind.Custom, custom.Id, ProviderProfile.Nothing), request.Username, request.Create, custom.Vars);
    }

    private async Task<ApiOutcome> SignInAsync(ApiCall call, Identity identity, string username, bool? create, MapField<string, string> vars)
    {
        string? refusal = AccountRules.RefuseUsername(username) ?? AccountRules.RefuseVars(vars);
        if (refusal is not null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        SignIn signIn = await _accounts.SignInAsync(identity, username, create ?? true, call.Cancellation).ConfigureAwait(false);
        switch (signIn.Result)
        {
            case SignInResult.NoAccount:
                return ApiOutcome.Refuse(ApiCode.NotFound, "User account not found.");
            case SignInResult.UsernameTaken:
                return ApiOutcome.Refuse(ApiCode.AlreadyExists, "Username is already in use.");
            case SignInResult.Banned:
                return ApiOutcome.Refuse(ApiCode.PermissionDenied, "User account banned.");
            default:
                SessionPair pair = _tokens.Issue(signIn.UserId, signIn.Username, new Dictionary<string, string>(vars));
                return ApiOutcome.Ok(new Session { Created = signIn.Created, Token = pair.Token, RefreshToken = pair.RefreshToken });
        }
    }

    private static Task<ApiOutcome> Refused(string text) => Task.FromResult(ApiOutcome.Refuse(ApiCode.InvalidArgument, text));
}
