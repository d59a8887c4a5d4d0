using System.Text;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.AccountFiles;

/// <summary>The admin methods of account files.</summary>
internal sealed class AccountFileMethods(AccountFileStore files)
{
    public IEnumerable<ApiMethod> All(ServiceDescriptor admin) =>
    [
        ApiMethod.Of<AdminUserRequest>(admin.FindMethodByName("ExportAccount"), ApiCredential.AdminKey, ExportAsync),
        ApiMethod.Of<ImportAccountRequest>(admin.FindMethodByName("ImportAccount"), ApiCredential.AdminKey, ImportAsync),
    ];

    private async Task<ApiOutcome> ExportAsync(ApiCall call, AdminUserRequest request)
    {
        if (!Guid.TryParseExact(request.UserId, "D", out Guid user))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid user ID - make sure user ID is a valid UUID.");
        }
        byte[]? file = await files.ExportAsync(user).ConfigureAwait(false);
        return file is null
            ? ApiOutcome.Refuse(ApiCode.NotFound, "User account not found.")
            : ApiOutcome.Ok(new ExportedAccount { Json = Encoding.UTF8.GetString(file) });
    }

    private async Task<ApiOutcome> ImportAsync(ApiCall call, ImportAccountRequest request)
    {
        string? wrong = await files.ImportAsync(Encoding.UTF8.GetBytes(request.Json)).ConfigureAwait(false);
        return wrong is null ? ApiOutcome.Ok(new Empty()) : ApiOutcome.Refuse(ApiCode.InvalidArgument, wrong);
    }
}
