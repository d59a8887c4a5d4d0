using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Wallets;

/// <summary>What a statement of a wallet's change does.</summary>
internal enum WalletStepKind
{
    Number,
    Enter,
    Change,
    Limit,
    Show,
}

/// <param name="Amount">What is given or, below zero, taken.</param>
/// <param name="Later">Whether a statement of the same write has changed the same balance before, so that the database alone does not say what it was.</param>
internal sealed record WalletStep(WalletStepKind Kind, WalletUpdate Update, string Currency = "", long Amount = 0, bool Later = false);

/// <summary>Updates of wallets as one batch, with what each statement is for.</summary>
internal sealed class WalletWrite
{
    private readonly List<WalletStep> _steps = [];
    private readonly Dictionary<WalletUpdate, List<(string Currency, SqlBatchRows<long> Amount)>> _amounts = [];
    private readonly IReadOnlyList<WalletUpdate> _updates;

    public WalletWrite(IReadOnlyList<WalletUpdate> updates, long now)
    {
        _updates = updates;
        HashSet<(Guid, string)> changed = [];
        // In one order everywhere, so that two who change the same wallets wait for each other instead of blocking each other.
        foreach (WalletUpdate update in updates.OrderBy(u => u.UserId))
        {
            _steps.Add(new WalletStep(WalletStepKind.Number, update));
            Batch.Query<long>(WalletSql.TakeNumber, new { update.UserId }, rows: 1);
            _steps.Add(new WalletStep(WalletStepKind.Enter, update));
            Batch.Execute(
                WalletSql.InsertEntry, new { update.UserId, update.Id, Changeset = WalletRules.Json(update.Changeset), update.Metadata, Now = now }, rows: 1);
            List<(string, SqlBatchRows<long>)> amounts = [];
            foreach ((string currency, long amount) in update.Changeset.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                _steps.Add(new WalletStep(WalletStepKind.Change, update, currency, amount, Later: !changed.Add((update.UserId, currency))));
                amounts.Add((currency, amount < 0
                    ? Batch.Query<long>(WalletSql.Take, new { update.UserId, Currency = currency, Amount = -amount }, rows: 1)
                    : Batch.Query<long>(WalletSql.Give, new { update.UserId, Currency = currency, Amount = amount, AmountMax = long.MaxValue }, rows: 1)));
            }
            _amounts.Add(update, amounts);
            _steps.Add(new WalletStep(WalletStepKind.Limit, update));
            Batch.Query<long>(WalletSql.RequireFew, new { update.UserId, Max = (long)Limits.WalletCurrenciesMax }, rows: 1);
            _steps.Add(new WalletStep(WalletStepKind.Show, update));
            Batch.Execute(WalletSql.Show, new { update.UserId, Now = now }, rows: 1);
        }
    }

    public SqlBatch Batch { get; } = new();

    /// <summary>What each statement of the batch is for.</summary>
    public IReadOnlyList<WalletStep> Steps => _steps;

    /// <summary>After the write: for each update the balances it led to.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, long>> Balances() =>
        [.. _updates.Select(u => _amounts[u].ToDictionary(a => a.Currency, a => a.Amount.Rows[0]))];
}
