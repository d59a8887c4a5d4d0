using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>Services with two players, and the calls tests of leaderboards make.</summary>
public abstract class LeaderboardFixture : IAsyncLifetime
{
    protected LeaderboardFixture(Engine engine)
    {
        Services = new TestServices(engine);
        Services.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private protected TestServices Services { get; }

    protected Guid Alice { get; } = Guid.Parse("26df2f9f-5da2-4e96-80e1-8414bfe7b7ea");

    protected Guid Bob { get; } = Guid.Parse("0b6fbd03-9d4d-4bb1-9a5e-1d7c0e6b2a11");

    protected LeaderboardStore Boards => Services.Catalogue.Leaderboards;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Services.DisposeAsync().AsTask();

    protected static string Stand(LeaderboardRecord record) => $"{record.Score}/{record.Subscore}/{record.NumScore}";

    protected async Task MakeAsync(LeaderboardDefinition definition) => Assert.Equal(BoardResult.Created, (await Boards.CreateAsync(definition)).Result);

    protected Task<string> WriteAsync(Guid user, string record) => Services.SendAsAsync(user, "POST", "/v2/leaderboard/b", record);

    protected async Task<LeaderboardRecord> SubmitAsync(Guid owner, string write, ScoreOperator? by = null, string board = "b")
    {
        long[] scores = [.. write.Split('/').Select(long.Parse)];
        RecordOutcome outcome = await Boards.WriteAsync(board, new ScoreWrite(owner, "user", scores[0], scores[1], Operator: by), null);
        Assert.Equal(RecordResult.Done, outcome.Result);
        return outcome.Record!;
    }

    protected Task<string> ListAsync(string target) => Services.SendAsAsync(Alice, "GET", "/v2/leaderboard/" + target);

    protected async Task<long> CountAsync() => await Services.Database.ReadAsync(
        s => s.QuerySingleOrDefaultAsync<long>("SELECT count(*) FROM leaderboard_records"), CancellationToken.None);

    protected static string Field(string answer, string name) => JsonDocument.Parse(answer[4..]).RootElement.GetProperty(name).GetString()!;
}
