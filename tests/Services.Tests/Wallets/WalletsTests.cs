using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Wallets;

public sealed class SqliteWalletsTests() : WalletsTests(Engine.Sqlite);

public sealed class PostgresWalletsTests() : WalletsTests(Engine.Postgres);

public abstract class WalletsTests(Engine engine) : IAsyncLifetime
{
    private readonly TestServices _services = new(engine);
    private TestPlayer _alice = null!;
    private TestPlayer _bob = null!;

    private WalletStore Store => _services.Catalogue.Wallets;

    public async Task InitializeAsync()
    {
        _alice = await TestPlayer.SignUpAsync(_services, "alice");
        _bob = await TestPlayer.SignUpAsync(_services, "bob");
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_wallet_is_filled_spent_and_shown_to_its_owner()
    {
        Assert.Equal("{}", await ShownAsync(_alice));
        WalletOutcome outcome = await Store.UpdateAsync(Update(_alice, ("gold", 10), ("gems", 3)), Update(_alice, ("gold", -4)));
        Assert.Equal(WalletResult.Done, outcome.Result);
        Assert.Equal([10L, 3L], outcome.Balances[0].OrderByDescending(b => b.Value).Select(b => b.Value));
        Assert.Equal(6, outcome.Balances[1]["gold"]);
        Assert.Equal("""{"gems":3,"gold":6}""", await ShownAsync(_alice));
        Assert.Equal("{}", await ShownAsync(_bob));
    }

    [Fact]
    public async Task Nothing_changes_when_one_of_many_has_too_little()
    {
        await Store.UpdateAsync(Update(_alice, ("gold", 10)));
        WalletOutcome outcome = await Store.UpdateAsync(Update(_bob, ("gold", 5)), Update(_alice, ("gold", -11)));
        Assert.Equal((WalletResult.NotEnough, _alice.Id, "gold"), (outcome.Result, outcome.UserId, outcome.Currency));
        Assert.Equal((WalletResult.NotEnough, "gems"), await ResultAsync(Update(_alice, ("gems", -1))));
        Assert.Equal((WalletResult.NotEnough, "gold"), await ResultAsync(Update(_alice, ("gold", -6)), Update(_alice, ("gold", -6))));
        Assert.Equal((WalletResult.UserNotFound, ""), await ResultAsync(Update(_alice, ("gold", 1)), new WalletUpdate(Guid.NewGuid(), new Dictionary<string, long> { ["gold"] = 1 })));
        Assert.Equal(("""{"gold":10}""", "{}"), (await ShownAsync(_alice), await ShownAsync(_bob)));
        Assert.Single((await Store.ListLedgerAsync(_alice.Id, 100, null, default))!.Entries);
    }

    [Fact]
    public async Task A_balance_does_not_wrap_around()
    {
        Assert.Equal((WalletResult.Done, ""), await ResultAsync(Update(_alice, ("gold", long.MaxValue))));
        Assert.Equal((WalletResult.TooMuch, "gold"), await ResultAsync(Update(_alice, ("gold", 1))));
        Assert.Equal((WalletResult.Done, ""), await ResultAsync(Update(_alice, ("gold", -long.MaxValue))));
        Assert.Equal("""{"gold":0}""", await ShownAsync(_alice));
    }

    [Fact]
    public async Task A_wallet_has_a_bounded_number_of_currencies()
    {
        (string, long)[] many = [.. Enumerable.Range(0, Limits.WalletCurrenciesMax).Select(i => ($"c{i}", 1L))];
        Assert.Equal((WalletResult.Done, ""), await ResultAsync(Update(_alice, many)));
        Assert.Equal((WalletResult.TooManyCurrencies, ""), await ResultAsync(Update(_alice, ("more", 1))));
        Assert.Equal((WalletResult.Done, ""), await ResultAsync(Update(_alice, ("c0", 1))));
    }

    [Fact]
    public async Task An_update_sent_again_counts_once()
    {
        WalletUpdate update = Update(_alice, ("gold", 10));
        Assert.Equal(WalletResult.Done, (await Store.UpdateAsync(update)).Result);
        Assert.Equal(WalletResult.MadeBefore, (await Store.UpdateAsync(update)).Result);
        Assert.Equal(WalletResult.MadeBefore, (await Store.UpdateAsync(Update(_bob, ("gold", 1)), update with { Changeset = new Dictionary<string, long> { ["gold"] = 99 } })).Result);
        Assert.Equal(("""{"gold":10}""", "{}"), (await ShownAsync(_alice), await ShownAsync(_bob)));
    }

    [Fact]
    public async Task The_ledger_tells_what_changed_a_wallet_the_newest_first_and_in_pages()
    {
        for (int i = 1; i <= 5; i++)
        {
            await Store.UpdateAsync(new WalletUpdate(_alice.Id, new Dictionary<string, long> { ["gold"] = i }, $$"""{"why":{{i}}}"""));
        }
        List<WalletEntry> entries = [];
        string? cursor = null;
        do
        {
            WalletLedgerPage page = (await Store.ListLedgerAsync(_alice.Id, 2, cursor, default))!;
            entries.AddRange(page.Entries);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        Assert.Equal(["""{"gold":5}""", """{"gold":4}""", """{"gold":3}""", """{"gold":2}""", """{"gold":1}"""], entries.Select(e => e.Changeset));
        Assert.Equal("""{"why":5}""", entries[0].Metadata);
        _services.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await Store.SetMetadataAsync(entries[0].Id, """{"why":"refund"}"""));
        Assert.False(await Store.SetMetadataAsync(Guid.NewGuid(), "{}"));
        IReadOnlyList<WalletEntry> ledger = (await Store.ListLedgerAsync(_alice.Id, 100, null, default))!.Entries;
        Assert.Equal((15, 5, """{"why":"refund"}"""), ((await Store.BalancesAsync(_alice.Id, default))["gold"], ledger.Count, ledger[0].Metadata));
        Assert.Null(await Store.ListLedgerAsync(_alice.Id, 2, "zzz", default));
    }

    [Fact]
    public async Task What_is_no_update_is_not_made() => await Assert.ThrowsAsync<ArgumentException>(() => Store.UpdateAsync());

    [Fact]
    public async Task An_account_that_is_deleted_takes_its_wallet_along()
    {
        await Store.UpdateAsync(Update(_alice, ("gold", 10)));
        await _alice.CallAsync("DELETE", "/v2/account");
        Assert.Empty(await Store.BalancesAsync(_alice.Id, default));
        Assert.Empty((await Store.ListLedgerAsync(_alice.Id, 1, null, default))!.Entries);
    }

    [Fact]
    public async Task Many_who_give_and_take_at_once_lose_nothing_and_take_no_more_than_there_is()
    {
        TestPlayer[] players = [_alice, _bob, .. await Task.WhenAll(Enumerable.Range(0, 4).Select(i => TestPlayer.SignUpAsync(_services, $"player{i}")))];
        foreach (TestPlayer player in players)
        {
            await Store.UpdateAsync(Update(player, ("gold", 20)));
        }
        int refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
            {
                TestPlayer from = players[(writer + i) % players.Length];
                TestPlayer to = players[(writer + i * 3 + 1) % players.Length];
                long amount = 1 + ((writer * 7 + i * 5) % 15);
                WalletOutcome outcome = from == to
                    ? await Store.UpdateAsync(Update(from, ("gold", -amount)), Update(from, ("gold", amount)))
                    : await Store.UpdateAsync(Update(to, ("gold", amount)), Update(from, ("gold", -amount)));
                Assert.True(outcome.Result is WalletResult.Done or WalletResult.NotEnough, $"{outcome.Result}");
                Interlocked.Add(ref refused, outcome.Result == WalletResult.NotEnough ? 1 : 0);
            }
        })));
        Assert.NotEqual(0, refused);
        long total = 0;
        foreach (TestPlayer player in players)
        {
            List<WalletEntry> ledger = [];
            string? cursor = null;
            do
            {
                WalletLedgerPage page = (await Store.ListLedgerAsync(player.Id, 100, cursor, default))!;
                ledger.AddRange(page.Entries);
                cursor = page.Cursor;
            }
            while (cursor is not null);
            long running = 0;
            foreach (WalletEntry entry in ledger.Reverse<WalletEntry>())
            {
                Assert.True(WalletRules.TryRead(entry.Changeset, out Dictionary<string, long> amounts, out _));
                running += amounts["gold"];
                Assert.True(running >= 0, "an entry of the ledger leads below zero");
            }
            Assert.Equal((await Store.BalancesAsync(player.Id, default))["gold"], running);
            total += running;
        }
        Assert.Equal(20 * players.Length, total);
    }

    private async Task<string> ShownAsync(TestPlayer player) => (await player.CallAsync("GET", "/v2/account")).GetProperty("wallet").GetString()!;

    private async Task<(WalletResult, string)> ResultAsync(params WalletUpdate[] updates)
    {
        WalletOutcome outcome = await Store.UpdateAsync(updates);
        return (outcome.Result, outcome.Currency);
    }

    private static WalletUpdate Update(TestPlayer player, params (string Currency, long Amount)[] changes) =>
        new(player.Id, changes.ToDictionary(c => c.Currency, c => c.Amount));
}
