using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Accounts.Passwords;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Accounts;

/// <summary>The API methods that sign players in: read the request, call the store, word the outcome.</summary>
internal sealed class SignInMethods
{
    private readonly AccountStore _accounts;
    private readonly PasswordSignIn _passwords;
    private readonly ProviderChecks _checks;
    private readonly FriendSync _friends;
    private readonly SessionTokens _tokens;

    public SignInMethods(AccountStore accounts, PasswordSignIn passwords, ProviderChecks checks, FriendSync friends, SessionTokens tokens)
    {
        _accounts = accounts;
        _passwords = passwords;
        _checks = checks;
        _friends = friends;
        _tokens = tokens;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        Method<AuthenticateAppleRequest>(service, "AuthenticateApple", AppleAsync),
        Method<AuthenticateCustomRequest>(service, "AuthenticateCustom", CustomAsync),
        Method<AuthenticateDeviceRequest>(service, "AuthenticateDevice", DeviceAsync),
        Method<AuthenticateEmailRequest>(service, "AuthenticateEmail", EmailAsync),
        Method<AuthenticateFacebookRequest>(service, "AuthenticateFacebook", FacebookAsync),
        Method<AuthenticateFacebookInstantGameRequest>(service, "AuthenticateFacebookInstantGame", FacebookInstantGameAsync),
        Method<AuthenticateGameCenterRequest>(service, "AuthenticateGameCenter", GameCenterAsync),
        Method<AuthenticateGoogleRequest>(service, "AuthenticateGoogle", GoogleAsync),
        Method<AuthenticateSteamRequest>(service, "AuthenticateSteam", SteamAsync),
    ];

    private static ApiMethod Method<TRequest>(ServiceDescriptor service, string name, Func<ApiCall, TRequest, Task<ApiOutcome>> handler)
        where TRequest : class, Google.Protobuf.IMessage<TRequest> =>
        ApiMethod.Of(service.FindMethodByName(name), ApiCredential.ServerKey, handler);

    private Task<ApiOutcome> DeviceAsync(ApiCall call, AuthenticateDeviceRequest request)
    {
        AccountDevice device = request.Account ?? new AccountDevice();
        return AccountRules.RefuseDeviceId(device.Id) is string refusal
            ? Refused(refusal)
            : SignInAsync(call, new DeviceIdentity(device.Id), new Wanted(request.Username, request.Create, device.Vars));
    }

    private Task<ApiOutcome> CustomAsync(ApiCall call, AuthenticateCustomRequest request)
    {
        AccountCustom custom = request.Account ?? new AccountCustom();
        return AccountRules.RefuseCustomId(custom.Id) is string refusal
            ? Refused(refusal)
            : SignInAsync(
                call, new ExternalIdentity(IdentityKind.Custom, custom.Id, ProviderProfile.Nothing), new Wanted(request.Username, request.Create, custom.Vars));
    }

    private Task<ApiOutcome> AppleAsync(ApiCall call, AuthenticateAppleRequest request)
    {
        AccountApple apple = request.Account ?? new AccountApple();
        return ProvenAsync(call, _checks.AppleAsync(apple, call.Cancellation), new Wanted(request.Username, request.Create, apple.Vars));
    }

    private Task<ApiOutcome> FacebookAsync(ApiCall call, AuthenticateFacebookRequest request)
    {
        AccountFacebook facebook = request.Account ?? new AccountFacebook();
        return ProvenAsync(
            call,
            _checks.FacebookAsync(facebook, call.Cancellation),
            new Wanted(request.Username, request.Create, facebook.Vars) { Sync = request.Sync ?? false, Token = facebook.Token });
    }

    private Task<ApiOutcome> FacebookInstantGameAsync(ApiCall call, AuthenticateFacebookInstantGameRequest request)
    {
        AccountFacebookInstantGame game = request.Account ?? new AccountFacebookInstantGame();
        return ProvenAsync(call, _checks.FacebookInstantGameAsync(game, call.Cancellation), new Wanted(request.Username, request.Create, game.Vars));
    }

    private Task<ApiOutcome> GameCenterAsync(ApiCall call, AuthenticateGameCenterRequest request) => ProvenAsync(
        call,
        _checks.GameCenterAsync(request.Account, call.Cancellation),
        new Wanted(request.Username, request.Create, (request.Account ?? new AccountGameCenter()).Vars));

    private Task<ApiOutcome> GoogleAsync(ApiCall call, AuthenticateGoogleRequest request)
    {
        AccountGoogle google = request.Account ?? new AccountGoogle();
        return ProvenAsync(call, _checks.GoogleAsync(google, call.Cancellation), new Wanted(request.Username, request.Create, google.Vars));
    }

    private Task<ApiOutcome> SteamAsync(ApiCall call, AuthenticateSteamRequest request)
    {
        AccountSteam steam = request.Account ?? new AccountSteam();
        return ProvenAsync(
            call, _checks.SteamAsync(steam, call.Cancellation), new Wanted(request.Username, request.Create, steam.Vars) { Sync = request.Sync ?? false });
    }

    private async Task<ApiOutcome> EmailAsync(ApiCall call, AuthenticateEmailRequest request)
    {
        if (request.Account is not AccountEmail account)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Email address and password is required.");
        }
        // Without an address the username is what the password is of.
        bool byUsername = account.Email.Length == 0;
        string? refusal = (byUsername ? null : AccountRules.RefuseEmail(account.Email))
            ?? AccountRules.RefusePassword(account.Password)
            ?? (byUsername && request.Username.Length == 0 ? "Username is required when email address is not supplied." : null)
            ?? AccountRules.RefuseUsername(request.Username)
            ?? SessionRules.RefuseVars(account.Vars);
        if (refusal is not null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        PasswordSignInOutcome outcome = byUsername
            ? await _passwords.ByUsernameAsync(request.Username, account.Password, call.Origin.Address, call.Cancellation).ConfigureAwait(false)
            : await _passwords.ByEmailAsync(
                account.Email.ToLowerInvariant(), account.Password, request.Username, request.Create ?? true, call.Origin.Address, call.Cancellation)
                .ConfigureAwait(false);
        return outcome.Result switch
        {
            PasswordSignInResult.SignedIn => Opened(outcome.SignIn!, account.Vars),
            PasswordSignInResult.NoAccount => AccountAnswers.NoAccount,
            PasswordSignInResult.UsernameTaken => AccountAnswers.UsernameTaken,
            PasswordSignInResult.Banned => AccountAnswers.Banned,
            PasswordSignInResult.WrongPassword => ApiOutcome.Refuse(ApiCode.Unauthenticated, "Invalid credentials."),
            PasswordSignInResult.TooManyGuesses => ApiOutcome.Refuse(
                ApiCode.ResourceExhausted, $"Too many failed attempts, try again in {Math.Ceiling(outcome.Wait.TotalSeconds)} s."),
            _ => AccountAnswers.Busy,
        };
    }

    private async Task<ApiOutcome> ProvenAsync(ApiCall call, Task<ProviderCheck> checking, Wanted wanted)
    {
        ProviderCheck check = await checking.ConfigureAwait(false);
        return check.Identity is ExternalIdentity identity ? await SignInAsync(call, identity, wanted).ConfigureAwait(false) : check.Refusal;
    }

    private async Task<ApiOutcome> SignInAsync(ApiCall call, Identity identity, Wanted wanted)
    {
        string? refusal = AccountRules.RefuseUsername(wanted.Username) ?? SessionRules.RefuseVars(wanted.Vars);
        if (refusal is not null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        SignIn signIn = await _accounts.SignInAsync(identity, wanted.Username, wanted.Create ?? true, call.Cancellation).ConfigureAwait(false);
        switch (signIn.Result)
        {
            case SignInResult.NoAccount:
                return AccountAnswers.NoAccount;
            case SignInResult.UsernameTaken:
                return AccountAnswers.UsernameTaken;
            case SignInResult.Banned:
                return AccountAnswers.Banned;
            default:
                if (wanted.Sync && identity is ExternalIdentity external)
                {
                    await _friends.SyncAsync(signIn.UserId, signIn.Username, external, wanted.Token, reset: false, call.Cancellation).ConfigureAwait(false);
                }
                return Opened(signIn, wanted.Vars);
        }
    }

    private ApiOutcome Opened(SignIn signIn, MapField<string, string> vars)
    {
        SessionPair pair = _tokens.Issue(signIn.UserId, signIn.Username, new Dictionary<string, string>(vars), signIn.IssuedUntil);
        return ApiOutcome.Ok(new Session { Created = signIn.Created, Token = pair.Token, RefreshToken = pair.RefreshToken });
    }

    private static Task<ApiOutcome> Refused(string text) => Task.FromResult(ApiOutcome.Refuse(ApiCode.InvalidArgument, text));

    /// <summary>What a sign-in asks for beside being let in.</summary>
    private sealed record Wanted(string Username, bool? Create, MapField<string, string> Vars)
    {
        /// <summary>Whether to make friends of the player's friends at the provider.</summary>
        public bool Sync { get; init; }

        /// <summary>What the provider is asked with for friends.</summary>
        public string Token { get; init; } = "";
    }
}
