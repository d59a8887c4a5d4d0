namespace RealtimeServer.Services.Wallets;

/// <summary>A change of one wallet.</summary>
/// <param name="Changeset">Amounts to give (above zero) or take (below), by currency.</param>
/// <param name="Metadata">JSON object for the ledger.</param>
public sealed record WalletUpdate(Guid UserId, IReadOnlyDictionary<string, long> Changeset, string Metadata = "{}")
{
    /// <summary>
    /// The entry's id in the ledger. Who sends an update again under the same id, not knowing what became of the first, is told so,
    /// and it counts once.
    /// </summary>
    public Guid Id { get; init; } = Guid.NewGuid();
}

public enum WalletResult
{
    Done,

    /// <summary>An update under one of these ids was made before; nothing changed now.</summary>
    MadeBefore,

    /// <summary>A balance would be below zero.</summary>
    NotEnough,

    /// <summary>A balance would be above <see cref="long.MaxValue"/>.</summary>
    TooMuch,

    /// <summary>A wallet would hold more than <see cref="Limits.WalletCurrenciesMax"/> currencies.</summary>
    TooManyCurrencies,
    UserNotFound,
}

/// <summary>What updates did: all of them, or nothing.</summary>
/// <param name="Balances">When done: for each update, in their order, the balances of the currencies it names.</param>
/// <param name="UserId">Otherwise: whose wallet it failed at.</param>
/// <param name="Currency">And at which currency; empty when at none.</param>
public sealed record WalletOutcome(
    WalletResult Result, IReadOnlyList<IReadOnlyDictionary<string, long>> Balances, Guid UserId = default, string Currency = "");

/// <summary>An entry of the ledger. Times are microseconds since 1970 UTC.</summary>
/// <param name="Number">Its place in the user's ledger, from 1.</param>
/// <param name="Changeset">JSON object of amounts.</param>
/// <param name="Metadata">JSON object.</param>
public sealed record WalletEntry(long Number, Guid Id, Guid UserId, string Changeset, string Metadata, long CreateTime, long UpdateTime);

/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record WalletLedgerPage(IReadOnlyList<WalletEntry> Entries, string? Cursor);
