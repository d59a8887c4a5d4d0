using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Accounts;

/// <summary>The API methods of accounts: read the request, call the store, word the outcome.</summary>
internal sealed class AccountMethods
{
    private readonly AccountStore _accounts;
    private readonly SessionTokens _tokens;

    public AccountMethods(AccountStore accounts, SessionTokens tokens)
    {
        _accounts = accounts;
        _tokens = tokens;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<AuthenticateDeviceRequest>(service.FindMethodByName("AuthenticateDevice"), ApiCredential.ServerKey, AuthenticateDeviceAsync),
        ApiMethod.Of<Empty>(service.FindMethodByName("GetAccount"), ApiCredential.Session, GetAccountAsync),
    ];

    private async Task<ApiOutcome> AuthenticateDeviceAsync(ApiCall call, AuthenticateDeviceRequest request)
    {
        AccountDevice device = request.Account ?? new AccountDevice();
        string? refusal = AccountRules.RefuseDeviceId(device.Id)
            ?? AccountRules.RefuseUsername(request.Username)
            ?? AccountRules.RefuseVars(device.Vars);
        if (refusal is not null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        SignIn signIn = await _accounts.SignInWithDeviceAsync(device.Id, request.Username, request.Create ?? true, call.Cancellation).ConfigureAwait(false);
        switch (signIn.Result)
        {
            case SignInResult.NoAccount:
                return ApiOutcome.Refuse(ApiCode.NotFound, "User account not found.");
            case SignInResult.UsernameTaken:
                return ApiOutcome.Refuse(ApiCode.AlreadyExists, "Username is already in use.");
            case SignInResult.Banned:
                return ApiOutcome.Refuse(ApiCode.PermissionDenied, "User account banned.");
            default:
                SessionPair pair = _tokens.Issue(signIn.UserId, signIn.Username, new Dictionary<string, string>(device.Vars));
                return ApiOutcome.Ok(new Session { Created = signIn.Created, Token = pair.Token, RefreshToken = pair.RefreshToken });
        }
    }

    private async Task<ApiOutcome> GetAccountAsync(ApiCall call, Empty request)
    {
        AccountRecord? record = await _accounts.FindAsync(call.Session.UserId, call.Cancellation).ConfigureAwait(false);
        if (record is null)
        {
            // The token outlived its account.
            return ApiOutcome.Refuse(ApiCode.Unauthenticated, "Auth token invalid");
        }
        Account account = new()
        {
            User = new User
            {
                Id = record.Id.ToString("D"),
                Username = record.Username,
                LangTag = record.LangTag,
                Metadata = record.Metadata,
                CreateTime = Seconds(record.CreateTime),
                UpdateTime = Seconds(record.UpdateTime),
            },
            Wallet = record.Wallet,
            DisableTime = record.DisableTime == 0 ? null : Seconds(record.DisableTime),
        };
        account.Devices.AddRange(record.Devices.Select(id => new AccountDevice { Id = id }));
        return ApiOutcome.Ok(account);
    }

    // Clients have always been given whole seconds here.
    private static Timestamp Seconds(long microseconds) => new() { Seconds = microseconds / 1_000_000 };
}
