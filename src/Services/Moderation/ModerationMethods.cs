using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Moderation;

/// <summary>The admin methods of moderation: read the request, call the list, word the outcome.</summary>
internal sealed class ModerationMethods(BanList bans)
{
    public IEnumerable<ApiMethod> All(ServiceDescriptor admin) =>
    [
        Of(admin, "BanUser", bans.BanAsync),
        Of(admin, "UnbanUser", bans.UnbanAsync),
        Of(admin, "ShadowBanUser", bans.ShadowBanAsync),
        Of(admin, "LiftShadowBan", bans.LiftShadowBanAsync),
    ];

    private static ApiMethod Of(ServiceDescriptor admin, string name, Func<Guid, Task<bool>> change) =>
        ApiMethod.Of<AdminUserRequest>(admin.FindMethodByName(name), ApiCredential.AdminKey, async (_, request) =>
        {
            if (!Guid.TryParseExact(request.UserId, "D", out Guid user))
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid user ID - make sure user ID is a valid UUID.");
            }
            return await change(user).ConfigureAwait(false)
                ? ApiOutcome.Ok(new Empty())
                : ApiOutcome.Refuse(ApiCode.NotFound, "User account not found.");
        });
}
