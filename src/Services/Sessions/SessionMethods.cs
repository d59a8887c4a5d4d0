using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Sessions;

/// <summary>The API methods that carry a session on and that end it.</summary>
internal sealed class SessionMethods
{
    private static readonly ApiOutcome RefreshRefused = ApiOutcome.Refuse(ApiCode.Unauthenticated, "Refresh token invalid or expired.");

    private readonly SessionStore _sessions;
    private readonly SessionTokens _tokens;

    public SessionMethods(SessionStore sessions, SessionTokens tokens)
    {
        _sessions = sessions;
        _tokens = tokens;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<SessionLogoutRequest>(service.FindMethodByName("SessionLogout"), ApiCredential.Session, LogoutAsync),
        ApiMethod.Of<SessionRefreshRequest>(service.FindMethodByName("SessionRefresh"), ApiCredential.ServerKey, RefreshAsync),
    ];

    private async Task<ApiOutcome> RefreshAsync(ApiCall call, SessionRefreshRequest request)
    {
        if (request.Token.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Refresh token is required.");
        }
        if (SessionRules.RefuseVars(request.Vars) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        if (_tokens.VerifyRefresh(request.Token).Claims is not SessionClaims claims)
        {
            return RefreshRefused;
        }
        RefreshOutcome outcome = await _sessions.RefreshAsync(claims, call.Cancellation).ConfigureAwait(false);
        switch (outcome.Result)
        {
            case RefreshResult.NoAccount:
                return ApiOutcome.Refuse(ApiCode.NotFound, "User account not found.");
            case RefreshResult.Banned:
                return ApiOutcome.Refuse(ApiCode.PermissionDenied, "User account banned.");
            case RefreshResult.Refused:
                return RefreshRefused;
            default:
                IReadOnlyDictionary<string, string> vars = request.Vars.Count > 0 ? new Dictionary<string, string>(request.Vars) : claims.Vars;
                SessionPair pair = _tokens.Renew(claims, outcome.Username, vars, outcome.Generation);
                return ApiOutcome.Ok(new Session { Token = pair.Token, RefreshToken = pair.RefreshToken });
        }
    }

    private async Task<ApiOutcome> LogoutAsync(ApiCall call, SessionLogoutRequest request)
    {
        Guid user = call.Session.UserId;
        HashSet<Guid> ids = [];
        if (request.Token.Length > 0 && !TryAdd(ids, _tokens.VerifySession(request.Token), user))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Session token invalid.");
        }
        if (request.RefreshToken.Length > 0 && !TryAdd(ids, _tokens.VerifyRefresh(request.RefreshToken), user))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Refresh token invalid.");
        }
        await (ids.Count == 0 ? _sessions.EndAllAsync(user) : _sessions.EndAsync(user, ids)).ConfigureAwait(false);
        return ApiOutcome.Ok(new Empty());
    }

    private static bool TryAdd(HashSet<Guid> ids, TokenOutcome outcome, Guid user)
    {
        bool own = outcome.Claims?.UserId == user;
        if (own)
        {
            ids.Add(outcome.Claims!.TokenId);
        }
        return own;
    }
}
