using System.Collections.Concurrent;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Wallets;

/// <summary>A PostgreSQL that is killed among transfers between wallets. Who is not told the outcome sends the same again.</summary>
public sealed class WalletLossTests : IDisposable
{
    private const int Players = 12;
    private const int Start = 50;

    private readonly PostgresServer _server = new(durable: true);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Whatever_the_database_suffers_no_transfer_is_lost_or_counted_twice_and_no_wallet_is_negative()
    {
        using Database database = await Database.OpenAsync(new DatabaseOptions(_server.CreateDatabase(), ""), Catalogue.Migrations, TimeProvider.System);
        WalletStore store = new(database, TimeProvider.System);
        Guid[] players = [.. Enumerable.Range(0, Players).Select(_ => Guid.NewGuid())];
        foreach (Guid player in players)
        {
            await database.WriteAsync(s => s.ExecuteAsync(
                "INSERT INTO users (id, username, create_time, update_time) VALUES (@Id, @Name, 0, 0)", new { Id = player, Name = player.ToString() }));
            await store.UpdateAsync(new WalletUpdate(player, Gold(Start)));
        }
        ConcurrentBag<Guid> made = [];
        ConcurrentBag<Guid> refused = [];
        int again = 0;
        using CancellationTokenSource stop = new();
        Task[] writers = [.. Enumerable.Range(0, 32).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                WalletUpdate[] transfer =
                [
                    new(players[(writer + i * 5 + 1) % Players], Gold(1 + (i % 30))),
                    new(players[(writer * 7 + i) % Players], Gold(-1 - (i % 30))),
                ];
                WalletResult? result = null;
                while (result is null)
                {
                    try
                    {
                        result = (await store.UpdateAsync(transfer)).Result;
                    }
                    catch (Exception exception) when (exception is DatabaseUnavailableException or DatabaseBusyException)
                    {
                        Interlocked.Increment(ref again);
                        await Task.Delay(5);
                    }
                }
                foreach (WalletUpdate update in transfer)
                {
                    (result == WalletResult.NotEnough ? refused : made).Add(update.Id);
                }
            }
        }))];
        for (int kill = 0; kill < 3; kill++)
        {
            int before = made.Count;
            await UntilAsync(() => made.Count >= before + 300);
            _server.Kill();
            await UntilAsync(() => !database.IsAvailable);
            _server.Start();
            await UntilAsync(() => database.IsAvailable);
        }
        await UntilAsync(() => made.Count >= 1500);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.NotEqual(0, again);
        List<Guid> entries = [];
        long total = 0;
        foreach (Guid player in players)
        {
            long running = 0;
            foreach (WalletEntry entry in (await LedgerAsync(store, player)).Reverse<WalletEntry>())
            {
                Assert.True(WalletRules.TryRead(entry.Changeset, out Dictionary<string, long> amounts, out _));
                running += amounts["gold"];
                Assert.True(running >= 0, "an entry of the ledger leads below zero");
                entries.Add(entry.Id);
            }
            Assert.Equal(running, (await store.BalancesAsync(player, default))["gold"]);
            total += running;
        }
        Assert.Equal(Players * Start, total);
        Assert.Equal(entries.Count, entries.Distinct().Count());
        Assert.Empty(made.Except(entries));
        Assert.Empty(refused.Intersect(entries));
        Assert.Equal(made.Count + Players, entries.Count);
    }

    private static async Task<List<WalletEntry>> LedgerAsync(WalletStore store, Guid player)
    {
        List<WalletEntry> all = [];
        string? cursor = null;
        do
        {
            WalletLedgerPage page = (await store.ListLedgerAsync(player, Limits.WalletLedgerListMax, cursor, default))!;
            all.AddRange(page.Entries);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return all;
    }

    private static Dictionary<string, long> Gold(long amount) => new() { ["gold"] = amount };

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (int tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 6000, "waited for a minute");
            await Task.Delay(10);
        }
    }
}
