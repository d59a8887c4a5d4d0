using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

/// <summary>What operators do with leaderboards and tournaments, by their own key.</summary>
internal sealed class BoardAdminMethods
{
    private static readonly ApiOutcome NotFound = ApiOutcome.Refuse(ApiCode.NotFound, "Leaderboard not found.");

    private readonly LeaderboardStore _boards;
    private readonly TournamentStore _tournaments;

    public BoardAdminMethods(LeaderboardStore boards, TournamentStore tournaments)
    {
        _boards = boards;
        _tournaments = tournaments;
    }

    public IEnumerable<ApiMethod> All(ServiceDescriptor admin) =>
    [
        ApiMethod.Of<LeaderboardDeclaration>(admin.FindMethodByName("DeclareLeaderboard"), ApiCredential.AdminKey, DeclareAsync),
        ApiMethod.Of<AdminLeaderboardRequest>(admin.FindMethodByName("DeleteLeaderboard"), ApiCredential.AdminKey, DeleteAsync),
        ApiMethod.Of<AdminListLeaderboardsRequest>(admin.FindMethodByName("ListLeaderboards"), ApiCredential.AdminKey, ListAsync),
        ApiMethod.Of<AdminWriteRecordRequest>(admin.FindMethodByName("WriteRecordOf"), ApiCredential.AdminKey, WriteRecordAsync),
        ApiMethod.Of<AdminDeleteRecordRequest>(admin.FindMethodByName("DeleteRecordOf"), ApiCredential.AdminKey, DeleteRecordAsync),
    ];

    private async Task<ApiOutcome> DeclareAsync(ApiCall call, LeaderboardDeclaration request)
    {
        LeaderboardOrder? order = BoardWords.Order(request.SortOrder.Length == 0 ? "desc" : request.SortOrder);
        ScoreOperator? by = BoardWords.Operator(request.Operator.Length == 0 ? "best" : request.Operator);
        if (order is null || by is null)
        {
            return ApiOutcome.Refuse(
                ApiCode.InvalidArgument, order is null ? "Invalid sort order - must be asc or desc." : "Invalid operator - must be best, set, incr or decr.");
        }
        LeaderboardDefinition board = new(request.Id)
        {
            SortOrder = order.Value,
            Operator = by.Value,
            BestPair = request.BestPair,
            ResetSchedule = request.ResetSchedule,
            Metadata = request.Metadata.Length == 0 ? "{}" : request.Metadata,
            Authoritative = request.Authoritative,
            EnableRanks = request.EnableRanks ?? true,
            KeepPeriods = request.KeepPeriods,
        };
        BoardOutcome outcome = request.Tournament is TournamentDeclaration tournament
            ? await _tournaments.DeclareAsync(TournamentOf(board, tournament)).ConfigureAwait(false)
            : await _boards.DeclareAsync(board).ConfigureAwait(false);
        return outcome.Problem is string problem
            ? ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid leaderboard - {problem}.")
            : ApiOutcome.Ok(await ShownAsync(outcome.Board!, call.Cancellation).ConfigureAwait(false));
    }

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, AdminLeaderboardRequest request)
    {
        bool deleted = await _tournaments.DeleteAsync(request.Id).ConfigureAwait(false) || await _boards.DeleteAsync(request.Id).ConfigureAwait(false);
        return deleted ? ApiOutcome.Ok(new Empty()) : NotFound;
    }

    private async Task<ApiOutcome> ListAsync(ApiCall call, AdminListLeaderboardsRequest request)
    {
        if (request.Limit is < 1 or > Limits.TournamentListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.TournamentListMax}.");
        }
        int limit = request.Limit ?? Limits.TournamentListMax;
        Leaderboard[] found = [.. _boards.All.SkipWhile(b => string.CompareOrdinal(b.Id, request.Cursor) <= 0).Take(limit + 1)];
        // Ids are in order, so the last one is cursor enough.
        LeaderboardDeclarationList list = new() { Cursor = found.Length > limit ? found[limit - 1].Id : "" };
        foreach (Leaderboard board in found.Take(limit))
        {
            list.Leaderboards.Add(await ShownAsync(board, call.Cancellation).ConfigureAwait(false));
        }
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> WriteRecordAsync(ApiCall call, AdminWriteRecordRequest request)
    {
        if (!Guid.TryParseExact(request.OwnerId, "D", out Guid owner))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid owner ID provided.");
        }
        if (System.Text.Encoding.UTF8.GetByteCount(request.Username) > Limits.UsernameBytesMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Username invalid, must be at most {Limits.UsernameBytesMax} bytes.");
        }
        if (!LeaderboardAnswers.TryWrite(
            owner, request.Username, request.Score, request.Subscore, request.Metadata, request.Operator, out ScoreWrite write, out string? refusal))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal!);
        }
        RecordOutcome outcome = await _boards.WriteAsync(request.Id, write, caller: null).ConfigureAwait(false);
        return outcome.Result switch
        {
            RecordResult.Done => ApiOutcome.Ok(LeaderboardAnswers.Shown(outcome.Record!)),
            RecordResult.NoBoard => NotFound,
            _ => ApiOutcome.Refuse(ApiCode.FailedPrecondition, $"Tournament does not take this score: {outcome.Result}."),
        };
    }

    private async Task<ApiOutcome> DeleteRecordAsync(ApiCall call, AdminDeleteRecordRequest request)
    {
        if (!Guid.TryParseExact(request.OwnerId, "D", out Guid owner))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid owner ID provided.");
        }
        RecordResult result = await _boards.DeleteRecordAsync(request.Id, owner, caller: null).ConfigureAwait(false);
        return result == RecordResult.NoBoard ? NotFound : ApiOutcome.Ok(new Empty());
    }

    private static TournamentDefinition TournamentOf(LeaderboardDefinition board, TournamentDeclaration declared) => new(board with
    {
        Entry = new EntryRules(
            declared.Duration,
            declared.StartTime?.Seconds ?? 0,
            declared.EndTime?.Seconds ?? 0,
            declared.MaxSize,
            declared.MaxNumScore == 0 ? Limits.LeaderboardScoresDefault : declared.MaxNumScore,
            declared.JoinRequired),
    })
    {
        Title = declared.Title,
        Description = declared.Description,
        Category = declared.Category,
    };

    private async ValueTask<LeaderboardDeclaration> ShownAsync(Leaderboard board, CancellationToken cancellation)
    {
        LeaderboardDefinition definition = board.Definition;
        LeaderboardDeclaration shown = new()
        {
            Id = board.Id,
            SortOrder = BoardWords.Of(definition.SortOrder),
            Operator = BoardWords.Of(definition.Operator),
            ResetSchedule = definition.ResetSchedule,
            Metadata = definition.Metadata,
            Authoritative = definition.Authoritative,
            EnableRanks = definition.EnableRanks,
            KeepPeriods = definition.KeepPeriods,
            BestPair = definition.BestPair,
        };
        if (await _tournaments.FindAsync(board.Id, cancellation).ConfigureAwait(false) is Tournament tournament)
        {
            EntryRules entry = definition.Entry!;
            shown.Tournament = new TournamentDeclaration
            {
                Title = tournament.Title,
                Description = tournament.Description,
                Category = tournament.Category,
                Duration = (uint)entry.Duration,
                StartTime = LeaderboardAnswers.Seconds(entry.StartTime),
                EndTime = entry.EndTime == 0 ? null : LeaderboardAnswers.Seconds(entry.EndTime),
                MaxSize = entry.MaxSize,
                MaxNumScore = entry.MaxNumScore,
                JoinRequired = entry.JoinRequired,
            };
        }
        return shown;
    }
}
