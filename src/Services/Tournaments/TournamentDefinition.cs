using System.Text;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

/// <summary>A tournament as it is declared.</summary>
/// <param name="Board">Its board, with entry rules. A start time of 0 is the moment of its creation.</param>
public sealed record TournamentDefinition(LeaderboardDefinition Board)
{
    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>0 to <see cref="Limits.TournamentCategoryMax"/>; what it means is the game's.</summary>
    public int Category { get; init; }

    /// <summary>Why this cannot be a tournament, for who declared it; null when it can.</summary>
    public string? Problem()
    {
        if (Board.Problem() is string problem)
        {
            return problem;
        }
        if (Board.Entry is null)
        {
            return $"tournament '{Board.Id}' has no duration";
        }
        if (Encoding.UTF8.GetByteCount(Title) > Limits.TournamentTextBytesMax || Encoding.UTF8.GetByteCount(Description) > Limits.TournamentTextBytesMax)
        {
            return $"title and description of tournament '{Board.Id}' have at most {Limits.TournamentTextBytesMax} bytes each";
        }
        return Category is < 0 or > Limits.TournamentCategoryMax
            ? $"the category of tournament '{Board.Id}' must be 0 to {Limits.TournamentCategoryMax}"
            : null;
    }
}
