using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Wallets;

/// <summary>The admin methods of wallets: read the request, call the store, word the outcome.</summary>
internal sealed class WalletMethods(WalletStore wallets)
{
    public IEnumerable<ApiMethod> All(ServiceDescriptor admin) =>
    [
        ApiMethod.Of<UpdateWalletsRequest>(admin.FindMethodByName("UpdateWallets"), ApiCredential.AdminKey, UpdateAsync),
        ApiMethod.Of<ListWalletLedgerRequest>(admin.FindMethodByName("ListWalletLedger"), ApiCredential.AdminKey, ListAsync),
    ];

    private async Task<ApiOutcome> UpdateAsync(ApiCall call, UpdateWalletsRequest request)
    {
        List<WalletUpdate> updates = [];
        foreach (WalletChange change in request.Updates)
        {
            Guid id = Guid.NewGuid();
            if (!Guid.TryParseExact(change.UserId, "D", out Guid user) || (change.Id.Length > 0 && !Guid.TryParseExact(change.Id, "D", out id)))
            {
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid user ID or id - they must be UUIDs.");
            }
            updates.Add(new WalletUpdate(user, change.Changeset, change.Metadata.Length == 0 ? "{}" : change.Metadata) { Id = id });
        }
        if (WalletRules.Refuse(updates) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        WalletOutcome outcome = await wallets.UpdateAsync(updates).ConfigureAwait(false);
        switch (outcome.Result)
        {
            case WalletResult.MadeBefore:
                return ApiOutcome.Refuse(ApiCode.AlreadyExists, $"An update of the wallet of {outcome.UserId:D} was made before under this id.");
            case WalletResult.NotEnough:
                return ApiOutcome.Refuse(ApiCode.FailedPrecondition, $"Not enough {outcome.Currency} in the wallet of {outcome.UserId:D}.");
            case WalletResult.TooMuch:
                return ApiOutcome.Refuse(ApiCode.FailedPrecondition, $"Too much {outcome.Currency} for the wallet of {outcome.UserId:D}.");
            case WalletResult.TooManyCurrencies:
                return ApiOutcome.Refuse(
                    ApiCode.FailedPrecondition, $"Too many currencies in the wallet of {outcome.UserId:D} - at most {Limits.WalletCurrenciesMax} are possible.");
            case WalletResult.UserNotFound:
                return ApiOutcome.Refuse(ApiCode.NotFound, $"User account {outcome.UserId:D} not found.");
        }
        Protocol.Api.Wallets answer = new();
        for (int i = 0; i < updates.Count; i++)
        {
            WalletBalances balances = new() { UserId = updates[i].UserId.ToString("D") };
            balances.Balances.Add(outcome.Balances[i].ToDictionary());
            answer.Wallets_.Add(balances);
        }
        return ApiOutcome.Ok(answer);
    }

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListWalletLedgerRequest request)
    {
        if (request.Limit is < 1 or > Limits.WalletLedgerListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.WalletLedgerListMax}.");
        }
        if (!Guid.TryParseExact(request.UserId, "D", out Guid user))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid user ID - make sure user ID is a valid UUID.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        WalletLedgerPage? page = await wallets.ListLedgerAsync(user, request.Limit ?? Limits.WalletLedgerListMax, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Malformed cursor was used.");
        }
        WalletLedger ledger = new() { Cursor = page.Cursor ?? "" };
        foreach (WalletEntry entry in page.Entries)
        {
            WalletLedgerEntry shown = new()
            {
                Id = entry.Id.ToString("D"),
                Metadata = entry.Metadata,
                CreateTime = ApiTime.WholeSeconds(entry.CreateTime),
                UpdateTime = ApiTime.WholeSeconds(entry.UpdateTime),
            };
            WalletRules.TryRead(entry.Changeset, out Dictionary<string, long> changes, out _);
            shown.Changeset.Add(changes);
            ledger.Entries.Add(shown);
        }
        return ApiOutcome.Ok(ledger);
    }
}
