using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Wallets;

/// <summary>Every SQL text of the feature.</summary>
internal static class WalletSql
{
    /// <summary>Takes the next number of a user's ledger, and locks the wallet. Refuses a user who is not there.</summary>
    public const string TakeNumber = """
        INSERT INTO wallets (user_id, newest)
        SELECT id, 1 FROM users WHERE id = @UserId
        ON CONFLICT (user_id) DO UPDATE SET newest = wallets.newest + 1
        RETURNING newest
        """;

    /// <summary>Under the number just taken. Refuses an id that was used.</summary>
    public const string InsertEntry = """
        INSERT INTO wallet_ledger (user_id, number, id, changeset, metadata, create_time, update_time)
        SELECT user_id, newest, @Id, @Changeset, @Metadata, @Now, @Now FROM wallets WHERE user_id = @UserId
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>Refuses a sum above @AmountMax.</summary>
    public const string Give = """
        INSERT INTO wallet_balances (user_id, currency, amount)
        SELECT user_id, @Currency, @Amount FROM wallets WHERE user_id = @UserId
        ON CONFLICT (user_id, currency) DO UPDATE SET amount = wallet_balances.amount + @Amount WHERE wallet_balances.amount <= @AmountMax - @Amount
        RETURNING amount
        """;

    /// <summary>Refuses to take more than there is.</summary>
    public const string Take = """
        UPDATE wallet_balances SET amount = amount - @Amount
        WHERE user_id = @UserId AND currency = @Currency AND amount >= @Amount
        RETURNING amount
        """;

    /// <summary>Puts the balances as a JSON object where the account shows them, so that looking at an account costs no second statement.</summary>
    public static readonly SqlText Show = new(
        """
        UPDATE users
        SET update_time = @Now, wallet = (
            SELECT '{' || COALESCE(group_concat(json_quote(currency) || ':' || amount, ','), '') || '}'
            FROM (SELECT currency, amount FROM wallet_balances WHERE user_id = @UserId ORDER BY currency))
        WHERE id = @UserId
        """,
        """
        UPDATE users
        SET update_time = @Now, wallet = (
            SELECT '{' || COALESCE(string_agg(to_json(currency)::text || ':' || amount::text, ',' ORDER BY currency), '') || '}'
            FROM wallet_balances WHERE user_id = @UserId)
        WHERE id = @UserId
        """);

    /// <summary>One row while a wallet has few currencies.</summary>
    public const string RequireFew = """
        SELECT n FROM (SELECT count(*) AS n FROM wallet_balances WHERE user_id = @UserId) AS counted WHERE n <= @Max
        """;

    public const string Balances = "SELECT currency, amount FROM wallet_balances WHERE user_id = @UserId ORDER BY currency";

    public const string BalanceOf = "SELECT amount FROM wallet_balances WHERE user_id = @UserId AND currency = @Currency";

    public const string UserExists = "SELECT id FROM users WHERE id = @UserId";

    public const string EntryExists = "SELECT id FROM wallet_ledger WHERE id = @Id";

    public const string SetMetadata = "UPDATE wallet_ledger SET metadata = @Metadata, update_time = @Now WHERE id = @Id";

    public const string List = """
        SELECT number, id, user_id, changeset, metadata, create_time, update_time
        FROM wallet_ledger
        WHERE user_id = @UserId AND number < @Before
        ORDER BY number DESC
        LIMIT @Limit
        """;
}
