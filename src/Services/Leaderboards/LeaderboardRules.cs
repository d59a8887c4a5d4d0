using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>What may be submitted, and how scores are counted. Pure: a refusal is a text for the client, null is consent.</summary>
public static class LeaderboardRules
{
    /// <summary>Scores of who has joined and not scored yet: behind everybody, whichever way the board is sorted.</summary>
    internal const long Unscored = long.MaxValue;

    public static string? RefuseScore(long score, long subscore) =>
        score < 0 || subscore < 0 ? "Invalid score - score and subscore must be 0 or more." : null;

    public static string? RefuseMetadata(string metadata)
    {
        const string Refusal = "Metadata value must be JSON, if provided.";
        byte[] utf8 = Encoding.UTF8.GetBytes(metadata);
        if (utf8.Length > Limits.LeaderboardMetadataBytesMax)
        {
            return $"Metadata value must be at most {Limits.LeaderboardMetadataBytesMax} bytes.";
        }
        try
        {
            Utf8JsonReader reader = new(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Refusal;
            }
            while (reader.Read())
            {
            }
            return null;
        }
        catch (JsonException)
        {
            return Refusal;
        }
    }

    /// <summary>1 where less is better, -1 where more is: a score times this is what ranks sort by.</summary>
    internal static long Direction(LeaderboardOrder order) => order == LeaderboardOrder.Ascending ? 1 : -1;

    /// <summary>What an owner's first score on a board becomes.</summary>
    internal static long First(ScoreOperator by, long score) => by == ScoreOperator.Decrement ? 0 : score;
}
