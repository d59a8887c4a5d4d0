using System.Collections.Concurrent;

namespace RealtimeServer.Services.Data;

/// <summary>A PostgreSQL of the test's own that is killed under load, with commits that wait for the disk.</summary>
public sealed class PostgresLossTests : IDisposable
{
    private static readonly Migration Schema = Migration.Of(1, "rows", """
        CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY);
        CREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY)
        """);

    private readonly PostgresServer _server = new(durable: true);
    private readonly ConcurrentQueue<string> _told = new();

    public void Dispose() => _server.Dispose();

    /// <summary>Each write is of two rows. After each kill: what was acknowledged is there, and of no write there is half.</summary>
    [Fact]
    public async Task A_killed_database_is_waited_for_and_nothing_acknowledged_is_lost()
    {
        using Database database = await OpenAsync();
        ConcurrentBag<long> acknowledged = [];
        ConcurrentBag<long> unknown = [];
        int refused = 0;
        long next = 0;
        using CancellationTokenSource stop = new();
        Task[] writers = [.. Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                long id = Interlocked.Increment(ref next);
                try
                {
                    await WriteAsync(database, id, batch: writer % 2 == 0);
                    acknowledged.Add(id);
                }
                catch (DatabaseUnavailableException exception)
                {
                    if (exception.OutcomeUnknown)
                    {
                        unknown.Add(id);
                    }
                    Interlocked.Increment(ref refused);
                    await Task.Delay(5);
                }
            }
        }))];
        for (int kill = 0; kill < 3; kill++)
        {
            int before = acknowledged.Count;
            await UntilAsync(() => acknowledged.Count >= before + 300);
            int refusedBefore = refused;
            _server.Kill();
            await UntilAsync(() => refused > refusedBefore && !database.IsAvailable);
            await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await RowsAsync(database, "a"));
            _server.Start();
            await UntilAsync(() => database.IsAvailable);
        }
        await UntilAsync(() => acknowledged.Count >= 1500);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await UntilAsync(() => database.IsAvailable);

        HashSet<long> first = [.. await RowsAsync(database, "a")];
        HashSet<long> second = [.. await RowsAsync(database, "b")];
        Assert.Equal(first.Order(), second.Order());
        Assert.DoesNotContain(acknowledged, id => !first.Contains(id));
        // What was refused is not there either, unless it was said that nobody knows.
        Assert.Empty(first.Except(acknowledged).Except(unknown));
        // Once a kill, and again when a busy machine takes longer to open a connection than it may.
        Assert.True(_told.Count(t => t == "lost") >= 3);
        Assert.Equal(_told.Count(t => t == "lost"), _told.Count(t => t == "back"));
    }

    [Fact]
    public async Task Connections_that_broke_while_they_lay_idle_cost_nobody_an_error()
    {
        using Database database = await OpenAsync();
        for (long id = 1; id <= 40; id++)
        {
            await WriteAsync(database, id, batch: id % 2 == 0);
            await RowsAsync(database, "a");
        }
        _server.Kill();
        _server.Start();
        for (long id = 41; id <= 80; id++)
        {
            await WriteAsync(database, id, batch: id % 2 == 0);
            await RowsAsync(database, "a");
        }
        Assert.Equal(80, (await RowsAsync(database, "a")).Count);
    }

    [Fact]
    public async Task A_start_waits_for_a_database_that_is_not_there_yet()
    {
        string address = _server.CreateDatabase();
        _server.Kill();
        ConcurrentQueue<Exception?> told = new();
        Task<Database> opening = Database.OpenAsync(new DatabaseOptions(address, "") { Availability = told.Enqueue }, [Schema], TimeProvider.System);
        await UntilAsync(() => !told.IsEmpty);
        Assert.False(opening.IsCompleted);
        _server.Start();
        using Database database = await opening;
        Assert.Equal([true, false], told.Select(static why => why is not null));
        Assert.Empty(await RowsAsync(database, "a"));
    }

    [Fact]
    public async Task A_start_does_not_wait_for_ever()
    {
        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(() => Database.OpenAsync(
            new DatabaseOptions("postgres://tests@127.0.0.1:1/nothing", "") { StartWait = TimeSpan.Zero }, [Schema], TimeProvider.System));
        Assert.Contains("127.0.0.1:1", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The connection is cut when the transaction has committed and before the answer comes: the database then knows, and is asked.</summary>
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_asked_for()
    {
        using CuttingProxy proxy = new(_server.Port);
        string address = _server.CreateDatabase().Replace($":{_server.Port}/", $":{proxy.Port}/", StringComparison.Ordinal);
        using Database database = await Database.OpenAsync(new DatabaseOptions(address, ""), [Schema], TimeProvider.System);
        for (int i = 0; i < 6; i++)
        {
            bool batch = i % 2 == 0;
            await WriteAsync(database, i * 10, batch);
            proxy.CutAfterNextCommit();
            await WriteAsync(database, (i * 10) + 1, batch);
            Assert.Equal(i + 1, proxy.Cuts);
        }
        Assert.Equal(await RowsAsync(database, "a"), await RowsAsync(database, "b"));
        Assert.Equal(12, (await RowsAsync(database, "a")).Count);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        DateTimeOffset limit = DateTimeOffset.UtcNow.AddMinutes(4);
        while (!condition())
        {
            Assert.True(DateTimeOffset.UtcNow < limit, "waited for four minutes");
            await Task.Delay(10);
        }
    }

    private static async Task WriteAsync(Database database, long id, bool batch)
    {
        if (batch)
        {
            SqlBatch both = new();
            both.Execute("INSERT INTO a (id) VALUES (@Id)", new { Id = id }, 1);
            both.Execute("INSERT INTO b (id) VALUES (@Id)", new { Id = id }, 1);
            Assert.True((await database.WriteAsync(both)).Written);
            return;
        }
        await database.WriteAsync(async s =>
        {
            await s.ExecuteAsync("INSERT INTO a (id) VALUES (@Id)", new { Id = id });
            return await s.ExecuteAsync("INSERT INTO b (id) VALUES (@Id)", new { Id = id });
        });
    }

    private static async Task<IReadOnlyList<long>> RowsAsync(Database database, string table) => table == "a"
        ? await database.ReadAsync(s => s.QueryAsync<long>("SELECT id FROM a ORDER BY id"), default)
        : await database.ReadAsync(s => s.QueryAsync<long>("SELECT id FROM b ORDER BY id"), default);

    private Task<Database> OpenAsync() => Database.OpenAsync(
        new DatabaseOptions(_server.CreateDatabase(), "") { Availability = lost => _told.Enqueue(lost is null ? "back" : "lost") }, [Schema], TimeProvider.System);
}
