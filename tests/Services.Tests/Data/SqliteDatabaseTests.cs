namespace RealtimeServer.Services.Data;

public sealed class SqliteDatabaseTests() : DatabaseTests(Engine.Sqlite)
{
    [Fact]
    public async Task Settings_that_keep_data_are_on()
    {
        Assert.Equal("wal", await Database.WriteAsync(s => s.QuerySingleOrDefaultAsync<string>("PRAGMA journal_mode")));
        Assert.Equal(2L, await Database.WriteAsync(s => s.QuerySingleOrDefaultAsync<long>("PRAGMA synchronous")));
        Assert.Equal(1L, await Database.WriteAsync(s => s.QuerySingleOrDefaultAsync<long>("PRAGMA foreign_keys")));
    }

    /// <summary>What is on disk when the answer comes is all a killed server leaves behind: copied then, it must hold the row.</summary>
    [Fact]
    public async Task A_write_is_on_disk_before_it_is_answered()
    {
        for (int i = 0; i < 20; i++)
        {
            int id = i;
            await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (@id)", new { id }));
            string copy = Place.Folder.File($"copy{i}.db");
            File.Copy(Place.Options.File, copy);
            File.Copy(Place.Options.File + "-wal", copy + "-wal");
            using Database after = await Database.OpenAsync(new DatabaseOptions("", copy), [Schema], new VirtualTime());
            Assert.Equal(i + 1, (await RowsAsync(after)).Count);
        }
    }

    /// <summary>The log is brought into the file beside the writes, and they begin it anew: else it would grow with all that is ever written.</summary>
    [Fact]
    public async Task The_log_stays_small_whatever_is_written()
    {
        await Database.WriteAsync(s => s.ExecuteAsync("CREATE TABLE b (id BIGINT PRIMARY KEY, text TEXT)"));
        for (int i = 0; i < 400; i++)
        {
            int id = i % 8;
            string text = new((char)('a' + (i % 25)), 1 << 20);
            await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO b (id, text) VALUES (@id, @text) ON CONFLICT (id) DO UPDATE SET text = @text", new { id, text }));
        }
        const long Page = 4096;
        Assert.InRange(new FileInfo(Place.Options.File + "-wal").Length, 0, (Limits.LogPagesAtMost + Limits.LogPagesMax) * Page);
        Assert.InRange(new FileInfo(Place.Options.File).Length, 8 << 20, 32 << 20);
    }

    [Fact]
    public async Task Writes_that_wait_share_a_commit_and_one_that_fails_is_undone_alone()
    {
        using HeldWriter held = new(Database);
        Task<int>[] writes = [.. Enumerable.Range(0, 100).Select(i => Database.WriteAsync(async s =>
        {
            await s.ExecuteAsync("INSERT INTO a (id) VALUES (@i)", new { i });
            return i % 10 == 3 ? throw new InvalidOperationException("refused") : i;
        }))];
        long before = Database.Commits;
        await held.ReleaseAsync();
        for (int i = 0; i < writes.Length; i++)
        {
            if (i % 10 == 3)
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => writes[i]);
            }
            else
            {
                Assert.Equal(i, await writes[i]);
            }
        }
        Assert.Equal(2, Database.Commits - before);
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 10 != 3).Select(i => (long)i), await RowsAsync(Database));
    }

    [Fact]
    public async Task When_the_database_ends_the_transaction_every_write_in_it_fails_and_the_writer_lives_on()
    {
        using HeldWriter held = new(Database);
        Task<int> before = Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (1)"));
        Task<int> fatal = Database.WriteAsync<int>(async s =>
        {
            await s.ExecuteAsync("ROLLBACK");
            throw new InvalidOperationException("disk full");
        });
        Task<int> after = Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (2)"));
        await held.ReleaseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => fatal);
        await Assert.ThrowsAsync<DatabaseException>(() => before);
        await Assert.ThrowsAsync<DatabaseException>(() => after);
        Assert.Empty(await RowsAsync(Database));
        Assert.Equal(1, await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (3)")));
    }

    [Fact]
    public async Task More_writes_than_may_wait_are_refused_at_once()
    {
        using HeldWriter held = new(Database);
        Task<int>[] writes = [.. Enumerable.Range(0, Limits.WriteQueueMax).Select(i => Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (@i)", new { i })))];
        await Assert.ThrowsAsync<DatabaseBusyException>(() => Database.WriteAsync(s => new ValueTask<int>(1)));
        await held.ReleaseAsync();
        await Task.WhenAll(writes);
        Assert.Equal(Limits.WriteQueueMax, (await RowsAsync(Database)).Count);
    }

    /// <summary>Keeps the writer busy, so that what is written meanwhile waits and then shares one commit.</summary>
    private sealed class HeldWriter : IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly Task<bool> _held;

        public HeldWriter(Database database)
        {
            using ManualResetEventSlim started = new();
            _held = database.WriteAsync(_ =>
            {
                started.Set();
                _go.Wait();
                return new ValueTask<bool>(true);
            });
            started.Wait();
        }

        public Task ReleaseAsync()
        {
            _go.Set();
            return _held;
        }

        public void Dispose() => _go.Dispose();
    }
}
