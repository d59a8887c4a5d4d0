namespace RealtimeServer.Services.Data;

public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>An empty database of either kind, gone with the test. It can be opened again and again, as by restarts.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestDatabase(Engine engine)
    {
        Engine = engine;
        Options = new DatabaseOptions(engine == Engine.Postgres ? PostgresServer.Shared.CreateDatabase() : "", _folder.File("data/server.db"));
    }

    public Engine Engine { get; }

    public DatabaseOptions Options { get; }

    public TemporaryFolder Folder => _folder;

    public Database Open(IReadOnlyList<Migration> migrations, TimeProvider? time = null) =>
        Database.OpenAsync(Options, migrations, time ?? new VirtualTime()).GetAwaiter().GetResult();

    public Task<Database> OpenAsync(IReadOnlyList<Migration> migrations) => Database.OpenAsync(Options, migrations, new VirtualTime());

    public void Dispose() => _folder.Dispose();
}
