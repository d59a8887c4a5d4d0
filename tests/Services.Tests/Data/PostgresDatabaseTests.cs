namespace RealtimeServer.Services.Data;

public sealed class PostgresDatabaseTests() : DatabaseTests(Engine.Postgres)
{
    [Fact]
    public async Task Commits_wait_for_the_disk_and_writes_are_as_if_one_by_one()
    {
        Assert.Equal("on", await Database.WriteAsync(s => s.QuerySingleOrDefaultAsync<string>("SHOW synchronous_commit")));
        Assert.Equal("serializable", await Database.WriteAsync(s => s.QuerySingleOrDefaultAsync<string>("SHOW transaction_isolation")));
    }
}
