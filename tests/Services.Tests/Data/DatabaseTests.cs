namespace RealtimeServer.Services.Data;

/// <summary>What features rely on, the same on both databases.</summary>
public abstract class DatabaseTests : IDisposable
{
    private protected static readonly Migration Schema = Migration.Of(1, "rows", """
        CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, name TEXT UNIQUE, owner UUID, data BYTES, open BOOLEAN, amount DOUBLE PRECISION);
        CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)
        """);

    protected DatabaseTests(Engine engine)
    {
        Place = new TestDatabase(engine);
        Database = Place.Open([Schema]);
    }

    private protected TestDatabase Place { get; }

    private protected Database Database { get; }

    public void Dispose()
    {
        Database.Dispose();
        Place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_type_of_column_comes_back_as_it_went()
    {
        Row[] rows =
        [
            new(1, "with 'quotes' and \u00e9\ud83d\ude00", Guid.Parse("12345678-9abc-4def-8123-456789abcdef"), [0, 1, 255], true, 0.1),
            new(long.MaxValue, null, null, null, null, null),
            new(long.MinValue, "", Guid.Empty, [], false, double.MaxValue),
        ];
        foreach (Row row in rows)
        {
            await Database.WriteAsync(s => s.ExecuteAsync(
                "INSERT INTO a (id, name, owner, data, open, amount) VALUES (@Id, @Name, @Owner, @Data, @Open, @Amount)", row));
        }
        foreach (Row row in rows)
        {
            Row? read = await Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<Row>("SELECT * FROM a WHERE id = @Id", new { row.Id }), default);
            Assert.Equivalent(row, read, strict: true);
        }
        Assert.Null(await Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<Row>("SELECT * FROM a WHERE id = 5"), default));
        Assert.Null(await Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long?>("SELECT id FROM a WHERE id = 5"), default));
    }

    [Fact]
    public async Task A_list_of_values_is_one_parameter()
    {
        Guid owner = Guid.NewGuid();
        for (long id = 1; id <= 3; id++)
        {
            await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id, name, owner) VALUES (@id, @name, @owner)", new { id, name = "n" + id, owner = id == 2 ? owner : Guid.Empty }));
        }
        Assert.Equal([1L, 3L], await ListAsync("SELECT id FROM a WHERE id IN (@Ids) ORDER BY id", new { Ids = new long[] { 3, 1, 9 } }));
        Assert.Equal([2L, 3L], await ListAsync("SELECT id FROM a WHERE name IN (@Names) ORDER BY id", new { Names = new[] { "n2", "n3", "it's" } }));
        Assert.Equal([2L], await ListAsync("SELECT id FROM a WHERE owner IN (@Owners) AND id > @Least", new { Owners = new[] { owner }, Least = 0L }));
        Assert.Empty(await ListAsync("SELECT id FROM a WHERE id IN (@Ids)", new { Ids = Array.Empty<long>() }));

        ValueTask<IReadOnlyList<long>> ListAsync(string sql, object parameters) => Database.ReadAsync(s => s.QueryAsync<long>(sql, parameters), default);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xd800)]
    [InlineData(0xdc00)]
    public async Task A_text_no_column_can_hold_is_told_apart(int character)
    {
        string name = "a" + (char)character + "b";
        await Assert.ThrowsAsync<DatabaseTextException>(() => Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id, name) VALUES (1, @name)", new { name })));
        await Assert.ThrowsAsync<DatabaseTextException>(
            async () => await Database.ReadAsync(s => s.QueryAsync<long>("SELECT id FROM a WHERE name = @name", new { name }), default));
    }

    [Fact]
    public async Task What_work_throws_undoes_its_writes()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(async s =>
        {
            await s.ExecuteAsync("INSERT INTO a (id) VALUES (1)");
            throw new InvalidOperationException("changed my mind");
        }));
        Assert.Empty(await RowsAsync(Database));
    }

    [Fact]
    public async Task A_statement_that_fails_ends_its_work_even_when_the_work_hides_it()
    {
        await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (1)"));
        await Assert.ThrowsAnyAsync<Exception>(() => Database.WriteAsync(async s =>
        {
            await s.ExecuteAsync("INSERT INTO a (id) VALUES (2)");
            try
            {
                await s.ExecuteAsync("INSERT INTO a (id) VALUES (1)");
            }
            catch (Exception)
            {
            }
            return 1;
        }));
        Assert.Equal([1L], await RowsAsync(Database));
    }

    [Fact]
    public async Task A_key_taken_twice_is_told_as_such()
    {
        await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (1)"));
        await Assert.ThrowsAsync<DatabaseConstraintException>(() => Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (1)")));
        Assert.Equal(1, await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (2)")));
    }

    [Fact]
    public async Task A_batch_is_written_whole_or_not_at_all()
    {
        SqlBatch good = new();
        good.Execute("INSERT INTO a (id) VALUES (1)", null, 1);
        SqlBatchRows<long> returned = good.Query<long>("INSERT INTO a (id) VALUES (@Id) RETURNING id", new { Id = 2L }, 1);
        Assert.Equal(new SqlBatchOutcome(true, -1), await Database.WriteAsync(good));
        Assert.Equal([2L], returned.Rows);

        SqlBatch refused = new();
        refused.Execute("INSERT INTO a (id) VALUES (3)", null, 1);
        refused.Execute("INSERT INTO a (id) VALUES (1) ON CONFLICT (id) DO NOTHING", null, 1);
        refused.Execute("INSERT INTO a (id) VALUES (4)", null, null);
        Assert.Equal(new SqlBatchOutcome(false, 1), await Database.WriteAsync(refused));

        SqlBatch broken = new();
        broken.Execute("INSERT INTO a (id) VALUES (5)", null, 1);
        broken.Execute("INSERT INTO a (id) VALUES (1)", null, 1);
        await Assert.ThrowsAsync<DatabaseConstraintException>(() => Database.WriteAsync(broken));
        Assert.Equal([1L, 2L], await RowsAsync(Database));
    }

    [Fact]
    public async Task Batches_that_travel_together_are_judged_each_by_itself()
    {
        Task<SqlBatchOutcome>[] writes = [.. Enumerable.Range(0, 500).Select(i =>
        {
            SqlBatch batch = new();
            batch.Execute("INSERT INTO a (id) VALUES (@Id) ON CONFLICT (id) DO NOTHING", new { Id = (long)i }, 1);
            // Every seventh says the same as another; every eleventh breaks a rule of the schema.
            batch.Execute("INSERT INTO a (id) VALUES (@Id) ON CONFLICT (id) DO NOTHING", new { Id = i % 7 == 3 ? -1L : i + 1000L }, 1);
            if (i % 11 == 5)
            {
                batch.Execute("INSERT INTO a (id) VALUES (@Id)", new { Id = (long)i }, 1);
            }
            return Database.WriteAsync(batch);
        })];
        HashSet<long> expected = [];
        int clashed = 0;
        for (int i = 0; i < writes.Length; i++)
        {
            if (i % 11 == 5 && (i % 7 != 3 || await Record.ExceptionAsync(() => writes[i]) is not null))
            {
                await Assert.ThrowsAsync<DatabaseConstraintException>(() => writes[i]);
                continue;
            }
            SqlBatchOutcome outcome = await writes[i];
            Assert.True(outcome.Written || (i % 7 == 3 && outcome.FailedStatement == 1));
            clashed += i % 7 == 3 && outcome.Written ? 1 : 0;
            if (outcome.Written)
            {
                expected.UnionWith([i, i % 7 == 3 ? -1 : i + 1000]);
            }
        }
        Assert.Equal(1, clashed);
        Assert.Equal(expected.Order(), await RowsAsync(Database));
    }

    [Fact]
    public async Task Writes_that_meet_lose_nothing()
    {
        await Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO counters (name, value) VALUES ('c', 0)"));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => CountUntilTakenAsync()));
        Assert.Equal([40L], await Database.ReadAsync(s => s.QueryAsync<long>("SELECT value FROM counters"), default));

        // Reads, then writes what it has read: right only if nobody wrote in between.
        async Task CountUntilTakenAsync()
        {
            while (true)
            {
                try
                {
                    await Database.WriteAsync(async s =>
                    {
                        long value = await s.QuerySingleOrDefaultAsync<long>("SELECT value FROM counters WHERE name = 'c'");
                        return await s.ExecuteAsync("UPDATE counters SET value = @value WHERE name = 'c'", new { value = value + 1 });
                    });
                    return;
                }
                catch (DatabaseBusyException)
                {
                    // Met others too often: said, not lost.
                }
            }
        }
    }

    [Fact]
    public async Task Of_two_that_look_and_then_insert_the_second_finds_the_row_of_the_first()
    {
        string[] found = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Database.WriteAsync(async s =>
        {
            if (await s.QuerySingleOrDefaultAsync<string>("SELECT name FROM a WHERE id = 1") is string there)
            {
                return there;
            }
            await s.ExecuteAsync("INSERT INTO a (id, name) VALUES (1, @name)", new { name = "n" + i });
            return "n" + i;
        })));
        Assert.Single(found.Distinct());
    }

    [Fact]
    public async Task Readers_do_not_wait_for_a_write_and_do_not_see_it_before_its_commit()
    {
        using ManualResetEventSlim go = new();
        using ManualResetEventSlim written = new();
        Task<bool> write = Database.WriteAsync(async s =>
        {
            await s.ExecuteAsync("INSERT INTO a (id) VALUES (1)");
            written.Set();
            go.Wait();
            return true;
        });
        written.Wait();
        Assert.Empty(await RowsAsync(Database));
        go.Set();
        await write;
        Assert.Single(await RowsAsync(Database));
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () => await Database.ReadAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (1)"), default));
        await Assert.ThrowsAnyAsync<Exception>(async () => await Database.ReadAsync(s => s.QueryAsync<long>("INSERT INTO a (id) VALUES (1) RETURNING id"), default));
        Assert.Empty(await RowsAsync(Database));
    }

    [Fact]
    public async Task A_read_that_fails_fails_alone()
    {
        Task[] reads = [.. Enumerable.Range(0, 200).Select(i => i % 10 == 4
            ? Assert.ThrowsAnyAsync<Exception>(async () => await Database.ReadAsync(s => s.QueryAsync<long>("SELECT nothing FROM nowhere"), default))
            : ReadAsync(i))];
        await Task.WhenAll(reads);

        async Task ReadAsync(long i) => Assert.Equal([i], await Database.ReadAsync(s => s.QueryAsync<long>("SELECT CAST(@i AS BIGINT)", new { i }), default));
    }

    [Fact]
    public async Task Reads_started_together_may_be_awaited_later()
    {
        (long first, long second) = await Database.ReadAsync(
            async s =>
            {
                ValueTask<long> a = s.QuerySingleOrDefaultAsync<long>("SELECT CAST(1 AS BIGINT)");
                ValueTask<long> b = s.QuerySingleOrDefaultAsync<long>("SELECT CAST(2 AS BIGINT)");
                return (await a, await b);
            },
            default);
        Assert.Equal((1L, 2L), (first, second));
    }

    [Fact]
    public async Task Work_that_waits_for_something_else_is_refused()
    {
        TaskCompletionSource<int> never = new();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync(s => new ValueTask<int>(never.Task)));
    }

    [Fact]
    public async Task A_closed_database_says_so_and_has_finished_what_waited()
    {
        Task<int>[] writes = [.. Enumerable.Range(0, 500).Select(i => Database.WriteAsync(s => s.ExecuteAsync("INSERT INTO a (id) VALUES (@i)", new { i })))];
        Database.Dispose();
        Assert.All(writes, w => Assert.True(w.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Database.WriteAsync(_ => new ValueTask<int>(1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => RowsAsync(Database));
        using Database again = Place.Open([Schema]);
        Assert.Equal(500, (await RowsAsync(again)).Count);
    }

    private protected static async Task<IReadOnlyList<long>> RowsAsync(Database database) =>
        await database.ReadAsync(s => s.QueryAsync<long>("SELECT id FROM a ORDER BY id"), CancellationToken.None);

    private sealed record Row(long Id, string? Name, Guid? Owner, byte[]? Data, bool? Open, double? Amount);
}
