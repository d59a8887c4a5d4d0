using System.Globalization;
using System.Text.Json;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Storage;

namespace RealtimeServer.Runtime.Samples;

/// <summary>A hundred coins a day for who asks, kept where players can read them and not write.</summary>
public sealed class DailyReward : IServerModule
{
    private const string Collection = "rewards";

    private ServerAccess _server = null!;

    public void Configure(ModuleBuilder module)
    {
        _server = module.Server;
        module.Function("daily_reward", ClaimAsync)
            .Before<WriteStorageObjectsRequest>("WriteStorageObjects", KeepOutAsync)
            .After<AuthenticateDeviceRequest, Session>("AuthenticateDevice", WelcomeAsync)
            .BeforeMessage<MatchCreate>(NameMatchAsync);
    }

    private async ValueTask<string> ClaimAsync(HookContext context, string payload)
    {
        Guid player = context.UserId ?? throw new ServerCodeException(ApiCode.Unauthenticated, "Sign in to be given coins.");
        StorageId id = new(Collection, "coins", player);
        StorageRecord? kept = (await _server.Storage.ReadAsync([id], caller: null, context.Cancellation)).FirstOrDefault();
        Purse purse = kept is null ? new Purse(0, "") : JsonSerializer.Deserialize<Purse>(kept.Value)!;
        string today = context.Time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        // Of two claims at the same time one finds that the other has changed the object.
        string ifVersion = kept?.Version ?? "*";
        string paid = JsonSerializer.Serialize(new Purse(purse.Coins + 100, today));
        StorageWrite payment = new(id, paid, ifVersion, StorageRead.Owner, StorageWritePermission.Server);
        bool claimed = purse.Day != today && (await WriteAsync(payment)).Result == StorageResult.Done;
        return claimed ? paid : throw new ServerCodeException(ApiCode.FailedPrecondition, "Come back tomorrow.");
    }

    // Before a method: change the request, refuse it, or let it pass.
    private static ValueTask<ApiStatus> KeepOutAsync(HookContext context, WriteStorageObjectsRequest request) => new(
        request.Objects.Any(o => o.Collection == Collection)
            ? new ApiStatus(ApiCode.PermissionDenied, "Rewards are not yours to write.")
            : ApiStatus.Ok);

    // After a method: the request, and what was answered.
    private async ValueTask WelcomeAsync(HookContext context, AuthenticateDeviceRequest request, Session session)
    {
        if (session.Created)
        {
            StorageId letter = new("mail", "welcome", context.UserId!.Value);
            string value = JsonSerializer.Serialize(new { text = $"Welcome, {context.Username}!" });
            await WriteAsync(new StorageWrite(letter, value, "*", StorageRead.Owner, StorageWritePermission.Owner));
        }
    }

    // The socket's messages have hooks too.
    private static ValueTask<ApiStatus> NameMatchAsync(HookContext context, MatchCreate create)
    {
        create.Name = create.Name.Trim();
        return new(create.Name.Length > 100 ? new ApiStatus(ApiCode.InvalidArgument, "A match's name has at most 100 letters.") : ApiStatus.Ok);
    }

    private Task<StorageOutcome> WriteAsync(StorageWrite write) => _server.Storage.WriteAsync([write], caller: null);

    private sealed record Purse(int Coins, string Day);
}
