using Google.Protobuf.Reflection;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Connect;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Connecting;

/// <summary>The method that gives signed-in players a connect token.</summary>
internal sealed class ConnectMethods(IConnectTokenSealer sealer, MatchHost matches, UserDirectory users)
{
    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
        [ApiMethod.Of<CreateConnectTokenRequest>(service.FindMethodByName("CreateConnectToken"), ApiCredential.Session, CreateAsync)];

    private async Task<ApiOutcome> CreateAsync(ApiCall call, CreateConnectTokenRequest request)
    {
        bool isWelcome = await users.IsWelcomeAsync(call.Session.UserId, call.Cancellation).ConfigureAwait(false);
        return isWelcome ? Create(call, request) : ApiOutcome.Refuse(ApiCode.PermissionDenied, "User account banned.");
    }

    private ApiOutcome Create(ApiCall call, CreateConnectTokenRequest request)
    {
        if (!Enum.IsDefined(request.Cipher))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Unknown cipher, must be SERVER_CHOICE, AES_256_GCM or CHACHA20_POLY1305.");
        }
        if (request.MatchId.Length > 0)
        {
            if (!MatchId.TryParse(request.MatchId, out MatchId match))
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid match ID");
            }
            if (!matches.TryGet(match, out _))
            {
                return ApiOutcome.Refuse(ApiCode.NotFound, "Match not found");
            }
        }
        byte[] grant = ConnectGrants.Write(call.Session.Claims, request.MatchId);
        if (grant.Length > sealer.GrantBytesMax)
        {
            return ApiOutcome.Refuse(
                ApiCode.InvalidArgument,
                $"The session's variables and names take {grant.Length} bytes and a connect token has room for {sealer.GrantBytesMax}: sign in with fewer, or connect by WebSocket.");
        }
        return ApiOutcome.Ok(sealer.Seal(grant, request.Cipher, request.BindAddress ? call.Origin.Address : null));
    }
}
