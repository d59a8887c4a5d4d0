namespace RealtimeServer.Services.Data;

public sealed class DatabaseTests : IDisposable
{
    private static readonly Migration Schema = Migration.Of(1, "rows", "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY)");

    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;

    public DatabaseTests() => _database = Open("test.db");

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Settings_that_keep_data_are_on()
    {
        Assert.Equal("wal", await _database.WriteAsync(s => s.First<string>("PRAGMA journal_mode")));
        Assert.Equal([2L], await _database.WriteAsync(s => s.List<long>("PRAGMA synchronous")));
        Assert.Equal([1L], await _database.WriteAsync(s => s.List<long>("PRAGMA foreign_keys")));
    }

    /// <summary>What is on disk when the answer comes is all a killed server leaves behind: copied then, it must hold the row.</summary>
    [Fact]
    public async Task A_write_is_on_disk_before_it_is_answered()
    {
        for (int i = 0; i < 20; i++)
        {
            int id = i;
            await _database.WriteAsync(s => s.Execute("INSERT INTO a VALUES (@id)", new { id }));
            string copy = $"copy{i}.db";
            File.Copy(_folder.File("test.db"), _folder.File(copy));
            File.Copy(_folder.File("test.db-wal"), _folder.File(copy + "-wal"));
            using Database after = Open(copy);
            Assert.Equal(i + 1, (await RowsAsync(after)).Count);
        }
    }

    [Fact]
    public async Task Writes_that_wait_share_a_commit_and_one_that_fails_is_undone_alone()
    {
        using HeldWriter held = new(_database);
        Task<int>[] writes = [.. Enumerable.Range(0, 100).Select(i => _database.WriteAsync(s =>
        {
            s.Execute("INSERT INTO a VALUES (@i)", new { i });
            return i % 10 == 3 ? throw new InvalidOperationException("refused") : i;
        }))];
        long before = _database.Commits;
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
        Assert.Equal(2, _database.Commits - before);
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 10 != 3).Select(i => (long)i), await RowsAsync(_database));
    }

    [Fact]
    public async Task When_the_database_ends_the_transaction_every_write_in_it_fails_and_the_writer_lives_on()
    {
        using HeldWriter held = new(_database);
        Task<int> before = _database.WriteAsync(s => s.Execute("INSERT INTO a VALUES (1)"));
        Task<int> fatal = _database.WriteAsync<int>(s =>
        {
            s.Execute("ROLLBACK");
            throw new InvalidOperationException("disk full");
        });
        Task<int> after = _database.WriteAsync(s => s.Execute("INSERT INTO a VALUES (2)"));
        await held.ReleaseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => fatal);
        await Assert.ThrowsAsync<DatabaseException>(() => before);
        await Assert.ThrowsAsync<DatabaseException>(() => after);
        Assert.Empty(await RowsAsync(_database));
        Assert.Equal(1, await _database.WriteAsync(s => s.Execute("INSERT INTO a VALUES (3)")));
    }

    [Fact]
    public async Task More_writes_than_may_wait_are_refused_at_once()
    {
        using HeldWriter held = new(_database);
        Task<int>[] writes = [.. Enumerable.Range(0, Limits.WriteQueueMax).Select(i => _database.WriteAsync(s => s.Execute("INSERT INTO a VALUES (@i)", new { i })))];
        await Assert.ThrowsAsync<DatabaseBusyException>(() => _database.WriteAsync(s => 1));
        await held.ReleaseAsync();
        await Task.WhenAll(writes);
        Assert.Equal(Limits.WriteQueueMax, (await RowsAsync(_database)).Count);
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_write_and_do_not_see_it_before_its_commit()
    {
        using ManualResetEventSlim go = new();
        using ManualResetEventSlim written = new();
        Task<bool> write = _database.WriteAsync(s =>
        {
            s.Execute("INSERT INTO a VALUES (1)");
            written.Set();
            go.Wait();
            return true;
        });
        written.Wait();
        Assert.Empty(await RowsAsync(_database));
        go.Set();
        await write;
        Assert.Single(await RowsAsync(_database));
    }

    [Fact]
    public async Task A_reader_cannot_write() =>
        await Assert.ThrowsAnyAsync<Exception>(() => _database.ReadAsync(s => s.Execute("INSERT INTO a VALUES (1)"), CancellationToken.None));

    [Fact]
    public async Task A_closed_database_says_so_and_has_finished_what_waited()
    {
        Task<int>[] writes = [.. Enumerable.Range(0, 500).Select(i => _database.WriteAsync(s => s.Execute("INSERT INTO a VALUES (@i)", new { i })))];
        _database.Dispose();
        Assert.All(writes, w => Assert.True(w.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _database.WriteAsync(_ => 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => RowsAsync(_database));
        using Database again = Open("test.db");
        Assert.Equal(500, (await RowsAsync(again)).Count);
    }

    private Database Open(string name) => Database.Open(_folder.File(name), [Schema], new VirtualTime());

    private static Task<IReadOnlyList<long>> RowsAsync(Database database) =>
        database.ReadAsync(s => s.List<long>("SELECT id FROM a ORDER BY id"), CancellationToken.None);

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
                return true;
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
