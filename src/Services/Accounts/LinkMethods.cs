using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Accounts;

/// <summary>The API methods that link what signs in to an account, and unlink it.</summary>
internal sealed class LinkMethods
{
    private static readonly ApiOutcome Done = ApiOutcome.Ok(new Empty());
    private static readonly ApiOutcome Last = ApiOutcome.Refuse(
        ApiCode.PermissionDenied, "Cannot unlink last account identifier. Check profile exists and is not last link.");

    private readonly AccountLinks _links;

    public LinkMethods(AccountLinks links)
    {
        _links = links;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<AccountCustom>(service.FindMethodByName("LinkCustom"), ApiCredential.Session, LinkCustomAsync),
        ApiMethod.Of<AccountDevice>(service.FindMethodByName("LinkDevice"), ApiCredential.Session, LinkDeviceAsync),
        ApiMethod.Of<AccountCustom>(service.FindMethodByName("UnlinkCustom"), ApiCredential.Session, UnlinkCustomAsync),
        ApiMethod.Of<AccountDevice>(service.FindMethodByName("UnlinkDevice"), ApiCredential.Session, UnlinkDeviceAsync),
    ];

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

    private Task<ApiOutcome> UnlinkCustomAsync(ApiCall call, AccountCustom request) => UnlinkAsync(call, IdentityKind.Custom, request.Id);

    private async Task<ApiOutcome> LinkAsync(ApiCall call, ExternalIdentity identity, string name) =>
        await _links.LinkAsync(call.Session.UserId, identity).ConfigureAwait(false)
            ? Done
            : ApiOutcome.Refuse(ApiCode.AlreadyExists, $"{name} is already in use.");

    private async Task<ApiOutcome> UnlinkAsync(ApiCall call, IdentityKind kind, string value) =>
        await _links.UnlinkAsync(call.Session.UserId, kind, value).ConfigureAwait(false) ? Done : Last;
}
