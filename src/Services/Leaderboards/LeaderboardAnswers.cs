using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>Records as the contract shows them, and what its requests say; tournaments show theirs alike.</summary>
internal static class LeaderboardAnswers
{
    /// <summary>The record of a client's request to submit a score; false with a refusal when there is none to be made of it.</summary>
    public static bool TryWrite(
        Guid owner, string username, long score, long subscore, string metadata, Operator by, out ScoreWrite write, out string? refusal)
    {
        write = new ScoreWrite(owner, username, score, subscore, metadata, by == Operator.NoOverride ? null : (ScoreOperator)by);
        refusal = metadata.Length == 0 ? null : LeaderboardRules.RefuseMetadata(metadata);
        refusal ??= LeaderboardRules.RefuseScore(score, subscore);
        refusal ??= write.Operator is ScoreOperator named && !System.Enum.IsDefined(named) ? "Invalid operator supplied." : null;
        return refusal is null;
    }

    public static bool TryOwners(IReadOnlyList<string> texts, out Guid[] owners, out string? refusal)
    {
        owners = new Guid[texts.Count];
        refusal = texts.Count > Limits.LeaderboardOwnersMax ? $"Too many owner IDs - at most {Limits.LeaderboardOwnersMax} in a request." : null;
        for (int i = 0; i < texts.Count && refusal is null; i++)
        {
            refusal = Guid.TryParseExact(texts[i], "D", out owners[i]) ? null : "One or more owner IDs are invalid.";
        }
        return refusal is null;
    }

    public static Protocol.Api.LeaderboardRecord Shown(LeaderboardRecord record) => new()
    {
        LeaderboardId = record.BoardId,
        OwnerId = record.Owner.ToString("D"),
        Username = record.Username,
        Score = record.Score,
        Subscore = record.Subscore,
        NumScore = record.NumScore,
        Metadata = record.Metadata,
        CreateTime = Seconds(record.CreateTime / 1_000_000),
        UpdateTime = Seconds(record.UpdateTime / 1_000_000),
        ExpiryTime = record.Expiry == 0 ? null : Seconds(record.Expiry),
        Rank = record.Rank,
        MaxNumScore = (uint)record.MaxNumScore,
    };

    public static LeaderboardRecordList Shown(RecordPage page)
    {
        LeaderboardRecordList list = new()
        {
            NextCursor = page.NextCursor ?? "",
            PrevCursor = page.PreviousCursor ?? "",
            RankCount = page.RankCount,
        };
        list.Records.AddRange(page.Records.Select(Shown));
        list.OwnerRecords.AddRange(page.OwnerRecords.Select(Shown));
        return list;
    }

    public static Timestamp Seconds(long seconds) => new() { Seconds = seconds };
}
