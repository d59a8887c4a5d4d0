using System.Collections.Concurrent;
using System.Text.Json;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>What happens to all records of a user at once: when the account goes, comes in as a file, or is hidden.</summary>
internal sealed class OwnedRecords
{
    private readonly ConcurrentDictionary<string, Leaderboard> _boards;
    private readonly LeaderboardRanks _ranks;
    private readonly Database _database;

    public OwnedRecords(ConcurrentDictionary<string, Leaderboard> boards, LeaderboardRanks ranks, Database database)
    {
        _boards = boards;
        _ranks = ranks;
        _database = database;
    }

    /// <summary>A user's records, those of boards that are here. A tournament may thereby come to have more participants than it takes.</summary>
    public AccountPart Part => new("leaderboard_records", "owner_id")
    {
        Refuse = RefuseRow,
        Takes = row => BoardOf(row) is not null,
        Deleting = static async (session, user) => await session.ExecuteAsync(LeaderboardSql.LeaveOwned, new { UserId = user }).ConfigureAwait(false),
        Inserted = static async (session, user) =>
        {
            await session.ExecuteAsync(LeaderboardSql.OpenOwned, new { UserId = user }).ConfigureAwait(false);
            await session.ExecuteAsync(LeaderboardSql.EnterOwned, new { UserId = user }).ConfigureAwait(false);
        },
        Imported = ChangedAsync,
    };

    /// <summary>Deletes what a user has here; to be run in the transaction that deletes them.</summary>
    public static async ValueTask DeleteAsync(SqlSession session, Guid userId)
    {
        await session.ExecuteAsync(LeaderboardSql.LeaveOwned, new { UserId = userId }).ConfigureAwait(false);
        await session.ExecuteAsync(LeaderboardSql.DeleteOwned, new { UserId = userId }).ConfigureAwait(false);
    }

    /// <summary>
    /// Brings ranks in line with what the database has of a user: to be called after the transaction that deleted them, and when others
    /// are to see their records no longer, or again.
    /// </summary>
    public async Task ChangedAsync(Guid userId)
    {
        SqlBatch batch = new();
        SqlBatchRows<OwnedRow> rows = batch.Query<OwnedRow>(LeaderboardSql.RecordsOfOwner, new { OwnerId = userId }, rows: null);
        batch.Committed = () =>
        {
            ILookup<(long, long), OwnedRow> there = rows.Rows.ToLookup(r => (r.Board, r.ExpiryTime));
            foreach (Leaderboard board in _boards.Values)
            {
                foreach (long expiry in board.Ranks.Keys)
                {
                    _ranks.Changed(board, expiry, userId, there[(board.Number, expiry)].FirstOrDefault()?.Record);
                }
            }
        };
        await _database.WriteAsync(batch).ConfigureAwait(false);
    }

    private Leaderboard? BoardOf(JsonElement row)
    {
        long number = LongOf(row, "board");
        return _boards.Values.FirstOrDefault(b => b.Number == number);
    }

    private string? RefuseRow(JsonElement row)
    {
        if (BoardOf(row) is not Leaderboard board)
        {
            return null;
        }
        bool isScored = LongOf(row, "num_score") != 0;
        if (isScored && (LongOf(row, "rank_score") * board.Direction < 0 || LongOf(row, "rank_subscore") * board.Direction < 0))
        {
            return $"has a score that leaderboard '{board.Id}' cannot have";
        }
        string metadata = row.TryGetProperty("metadata", out JsonElement given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "{}";
        return LeaderboardRules.RefuseMetadata(metadata) is string refusal ? $"has a metadata that is refused: {refusal}" : null;
    }

    private static long LongOf(JsonElement row, string column) =>
        row.TryGetProperty(column, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private sealed record OwnedRow(
        long Board,
        long ExpiryTime,
        Guid OwnerId,
        string? Username,
        long RankScore,
        long RankSubscore,
        long Sequence,
        int NumScore,
        int MaxNumScore,
        string Metadata,
        long CreateTime,
        long UpdateTime)
    {
        public RecordRow Record => new(OwnerId, Username, RankScore, RankSubscore, Sequence, NumScore, MaxNumScore, Metadata, CreateTime, UpdateTime);
    }
}
