namespace RealtimeServer.Services.Tournaments;

/// <summary>Every SQL text of the feature.</summary>
internal static class TournamentSql
{
    public const string All =
        "SELECT l.id, t.title, t.description, t.category FROM tournaments t JOIN leaderboards l ON l.number = t.board";

    public const string Put = """
        INSERT INTO tournaments (board, title, description, category) VALUES (@Board, @Title, @Description, @Category)
        ON CONFLICT (board) DO UPDATE SET title = excluded.title, description = excluded.description, category = excluded.category
        """;
}
