using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

/// <summary>The words by which files and operators name orders and operators, as Nakama's server code does.</summary>
internal static class BoardWords
{
    public static LeaderboardOrder? Order(string word) => word switch
    {
        "asc" => LeaderboardOrder.Ascending,
        "desc" => LeaderboardOrder.Descending,
        _ => null,
    };

    public static string Of(LeaderboardOrder order) => order == LeaderboardOrder.Ascending ? "asc" : "desc";

    public static ScoreOperator? Operator(string word) => word switch
    {
        "best" => ScoreOperator.Best,
        "set" => ScoreOperator.Set,
        "incr" => ScoreOperator.Increment,
        "decr" => ScoreOperator.Decrement,
        _ => null,
    };

    public static string Of(ScoreOperator by) => by switch
    {
        ScoreOperator.Set => "set",
        ScoreOperator.Increment => "incr",
        ScoreOperator.Decrement => "decr",
        _ => "best",
    };
}
