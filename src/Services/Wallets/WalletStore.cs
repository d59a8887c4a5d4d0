using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Wallets;

/// <summary>
/// The front door of wallets: balances by currency, never below zero, and a ledger of what changed them. Only server code changes them.
/// </summary>
public sealed class WalletStore
{
    private readonly Database _database;
    private readonly TimeProvider _time;

    public WalletStore(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>What is kept of a user here.</summary>
    internal static IReadOnlyList<AccountPart> Parts { get; } =
        [new("wallets", "user_id"), new("wallet_balances", "user_id"), new("wallet_ledger", "user_id") { IdColumns = ["id"] }];

    /// <summary>Changes wallets, all or none; on disk when this returns. Several updates may name the same user.</summary>
    /// <exception cref="ArgumentException">An update is none (<see cref="WalletRules"/>).</exception>
    public async Task<WalletOutcome> UpdateAsync(params IReadOnlyList<WalletUpdate> updates)
    {
        if (WalletRules.Refuse(updates) is string refusal)
        {
            throw new ArgumentException(refusal, nameof(updates));
        }
        for (int tries = 1; tries <= Limits.DecisionTriesMax; tries++)
        {
            WalletWrite write = new(updates, _time.Microseconds());
            try
            {
                SqlBatchOutcome outcome = await _database.WriteAsync(write.Batch).ConfigureAwait(false);
                if (outcome.Written)
                {
                    return new WalletOutcome(WalletResult.Done, write.Balances());
                }
                // Null: it would pass now, as another has given meanwhile.
                if (await WhyAsync(write.Steps[outcome.FailedStatement]).ConfigureAwait(false) is WalletOutcome why)
                {
                    return why;
                }
            }
            catch (DatabaseConstraintException)
            {
                // The account was deleted between two statements; the next try finds it gone.
            }
        }
        throw new DatabaseBusyException();
    }

    /// <summary>A user's balances by currency.</summary>
    public async ValueTask<IReadOnlyDictionary<string, long>> BalancesAsync(Guid userId, CancellationToken cancellation) =>
        await _database.ReadAsync(s => BalancesAsync(s, userId), cancellation).ConfigureAwait(false);

    /// <summary>The same inside of a feature's own work.</summary>
    internal static async ValueTask<IReadOnlyDictionary<string, long>> BalancesAsync(SqlSession session, Guid userId) =>
        (await session.QueryAsync<BalanceRow>(WalletSql.Balances, new { UserId = userId }).ConfigureAwait(false)).ToDictionary(b => b.Currency, b => b.Amount);

    /// <summary>A page of a user's ledger, the newest first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="limit">1..<see cref="Limits.WalletLedgerListMax"/>.</param>
    /// <param name="cursor">As the page before gave it; null for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when the cursor is none of ours.</returns>
    public async ValueTask<WalletLedgerPage?> ListLedgerAsync(Guid userId, int limit, string? cursor, CancellationToken cancellation)
    {
        PageCursor? from = null;
        if (cursor is not null && !PageCursor.TryParse(cursor, out from))
        {
            return null;
        }
        // One more than asked for tells whether there is another page.
        IReadOnlyList<WalletEntry> found = await _database.ReadAsync(
            s => s.QueryAsync<WalletEntry>(WalletSql.List, new { UserId = userId, Before = from?.Position ?? long.MaxValue, Limit = limit + 1 }), cancellation)
            .ConfigureAwait(false);
        return found.Count <= limit
            ? new WalletLedgerPage(found, null)
            : new WalletLedgerPage([.. found.Take(limit)], new PageCursor(0, found[limit - 1].Number, Guid.Empty).ToString());
    }

    /// <summary>Sets the metadata of an entry. False: there is none of this id.</summary>
    /// <exception cref="ArgumentException">It is no JSON object, or too long.</exception>
    public async Task<bool> SetMetadataAsync(Guid entryId, string metadata)
    {
        if (!RequestTexts.Fits(metadata, Limits.MetadataBytesMax) || !RequestTexts.IsJsonObject(metadata))
        {
            throw new ArgumentException($"Metadata must be a JSON object of at most {Limits.MetadataBytesMax} bytes.", nameof(metadata));
        }
        SqlBatch batch = new();
        batch.Execute(WalletSql.SetMetadata, new { Id = entryId, Metadata = metadata, Now = _time.Microseconds() }, rows: 1);
        return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
    }

    /// <summary>Puts a wallet that was taken in from a file where the account shows it.</summary>
    internal Task ShowAsync(Guid userId)
    {
        SqlBatch batch = new();
        batch.Execute(WalletSql.Show, new { UserId = userId, Now = _time.Microseconds() }, rows: null);
        return _database.WriteAsync(batch);
    }

    private ValueTask<WalletOutcome?> WhyAsync(WalletStep step) => _database.ReadAsync(
        async session =>
        {
            WalletUpdate update = step.Update;
            if ((await session.QueryAsync<Guid>(WalletSql.UserExists, new { update.UserId }).ConfigureAwait(false)).Count == 0)
            {
                return Refused(WalletResult.UserNotFound, step);
            }
            switch (step.Kind)
            {
                case WalletStepKind.Enter:
                    bool made = (await session.QueryAsync<Guid>(WalletSql.EntryExists, new { update.Id }).ConfigureAwait(false)).Count > 0;
                    return made ? Refused(WalletResult.MadeBefore, step) : null;
                case WalletStepKind.Limit:
                    return Refused(WalletResult.TooManyCurrencies, step);
                case WalletStepKind.Change:
                    long? there = await session.QuerySingleOrDefaultAsync<long?>(WalletSql.BalanceOf, new { update.UserId, step.Currency }).ConfigureAwait(false);
                    return step.Amount < 0
                        ? (there ?? 0) + step.Amount < 0 || step.Later ? Refused(WalletResult.NotEnough, step) : null
                        : (there ?? 0) > long.MaxValue - step.Amount || step.Later ? Refused(WalletResult.TooMuch, step) : null;
                default:
                    return null;
            }
        },
        CancellationToken.None);

    private static WalletOutcome? Refused(WalletResult result, WalletStep step) => new(result, [], step.Update.UserId, step.Currency);

    private sealed record BalanceRow(string Currency, long Amount);
}
