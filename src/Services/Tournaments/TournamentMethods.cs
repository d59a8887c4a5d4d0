using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

/// <summary>The API methods of tournaments: read the request, call the store, word the outcome.</summary>
internal sealed class TournamentMethods
{
    private static readonly ApiOutcome NotFound = ApiOutcome.Refuse(ApiCode.NotFound, "Tournament not found.");

    private readonly TournamentStore _tournaments;

    public TournamentMethods(TournamentStore tournaments) => _tournaments = tournaments;

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<ListTournamentsRequest>(service.FindMethodByName("ListTournaments"), ApiCredential.Session, ListAsync),
        ApiMethod.Of<JoinTournamentRequest>(service.FindMethodByName("JoinTournament"), ApiCredential.Session, JoinAsync),
        ApiMethod.Of<WriteTournamentRecordRequest>(service.FindMethodByName("WriteTournamentRecord"), ApiCredential.Session, WriteAsync),
        ApiMethod.Of<DeleteTournamentRecordRequest>(service.FindMethodByName("DeleteTournamentRecord"), ApiCredential.Session, DeleteAsync),
        ApiMethod.Of<ListTournamentRecordsRequest>(service.FindMethodByName("ListTournamentRecords"), ApiCredential.Session, ListRecordsAsync),
        ApiMethod.Of<ListTournamentRecordsAroundOwnerRequest>(
            service.FindMethodByName("ListTournamentRecordsAroundOwner"), ApiCredential.Session, ListRecordsAroundAsync),
    ];

    /// <summary>A tournament as the contract shows it.</summary>
    internal static Protocol.Api.Tournament Shown(Tournament tournament)
    {
        Leaderboard board = tournament.Board;
        EntryRules entry = board.Definition.Entry!;
        return new Protocol.Api.Tournament
        {
            Id = board.Id,
            Title = tournament.Title,
            Description = tournament.Description,
            Category = (uint)tournament.Category,
            SortOrder = (uint)board.Definition.SortOrder,
            Size = (uint)tournament.Size,
            MaxSize = (uint)(entry.MaxSize == 0 ? Limits.TournamentSizeShown : entry.MaxSize),
            MaxNumScore = (uint)entry.MaxNumScore,
            CanEnter = tournament.CanEnter,
            EndActive = (uint)tournament.Period.EndActive,
            NextReset = (uint)tournament.Period.Expiry,
            Metadata = board.Definition.Metadata,
            CreateTime = LeaderboardAnswers.Seconds(board.CreateTime / 1_000_000),
            StartTime = LeaderboardAnswers.Seconds(entry.StartTime),
            EndTime = entry.EndTime == 0 ? null : LeaderboardAnswers.Seconds(entry.EndTime),
            Duration = (uint)entry.Duration,
            StartActive = (uint)tournament.Period.StartActive,
            PrevReset = (uint)tournament.PreviousReset,
            Operator = (Operator)board.Definition.Operator,
            Authoritative = board.Definition.Authoritative,
            JoinRequired = entry.JoinRequired,
        };
    }

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListTournamentsRequest request)
    {
        uint first = request.CategoryStart ?? 0;
        uint last = request.CategoryEnd ?? Limits.TournamentCategoryMax;
        if (last > Limits.TournamentCategoryMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament category end must be >=0 and <128.");
        }
        if (request.CategoryEnd is not null && last < first)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament category end must be greater than category start.");
        }
        // 0 asks for those without end.
        if (request.EndTime is > 0 && request.EndTime < request.StartTime)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament end time must be greater than start time.");
        }
        if (request.Limit is < 1 or > Limits.TournamentListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Limit must be between 1 and {Limits.TournamentListMax}.");
        }
        TournamentQuery query = new((int)Math.Min(first, int.MaxValue), (int)last, request.StartTime ?? 0, request.EndTime);
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        TournamentPage? page = await _tournaments.ListAsync(query, request.Limit ?? Limits.TournamentListMax, cursor, call.Cancellation).ConfigureAwait(false);
        if (page is null)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Malformed cursor was used.");
        }
        TournamentList list = new() { Cursor = page.Cursor ?? "" };
        list.Tournaments.AddRange(page.Tournaments.Select(Shown));
        return ApiOutcome.Ok(list);
    }

    private async Task<ApiOutcome> JoinAsync(ApiCall call, JoinTournamentRequest request) =>
        await _tournaments.JoinAsync(request.TournamentId, call.Session.UserId, call.Session.Username).ConfigureAwait(false) switch
        {
            RecordResult.Done => ApiOutcome.Ok(new Empty()),
            RecordResult.Full => ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament cannot be joined as it has reached its max size."),
            RecordResult.NotActive => ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament is not active and cannot accept new joins."),
            _ => NotFound,
        };

    private async Task<ApiOutcome> WriteAsync(ApiCall call, WriteTournamentRecordRequest request)
    {
        if (request.TournamentId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament ID must be provided.");
        }
        if (request.Record is not { } record)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid input, record score value is required.");
        }
        if (!LeaderboardAnswers.TryWrite(
            call.Session.UserId, call.Session.Username, record.Score, record.Subscore, record.Metadata, record.Operator, out ScoreWrite write, out string? refusal))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal!);
        }
        RecordOutcome outcome = await _tournaments.WriteAsync(request.TournamentId, write, call.Session.UserId).ConfigureAwait(false);
        return outcome.Result switch
        {
            RecordResult.Done => ApiOutcome.Ok(LeaderboardAnswers.Shown(outcome.Record!)),
            RecordResult.Ended => ApiOutcome.Refuse(ApiCode.NotFound, "Tournament not found or has ended."),
            RecordResult.Authoritative => ApiOutcome.Refuse(ApiCode.PermissionDenied, "Tournament only allows authoritative score submissions."),
            RecordResult.NotActive => ApiOutcome.Refuse(ApiCode.FailedPrecondition, "Tournament is not active and cannot accept new scores."),
            RecordResult.JoinRequired => ApiOutcome.Refuse(ApiCode.FailedPrecondition, "Must join tournament before attempting to write value."),
            RecordResult.NoAttemptsLeft => ApiOutcome.Refuse(ApiCode.FailedPrecondition, "Reached allowed max number of score attempts."),
            RecordResult.Full => ApiOutcome.Refuse(ApiCode.FailedPrecondition, "Tournament has reached max size."),
            _ => NotFound,
        };
    }

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, DeleteTournamentRecordRequest request)
    {
        if (request.TournamentId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid tournament ID.");
        }
        return await _tournaments.DeleteRecordAsync(request.TournamentId, call.Session.UserId, call.Session.UserId).ConfigureAwait(false) switch
        {
            RecordResult.Done => ApiOutcome.Ok(new Empty()),
            RecordResult.Authoritative => ApiOutcome.Refuse(ApiCode.PermissionDenied, "Tournament only allows authoritative score deletions."),
            _ => NotFound,
        };
    }

    private async Task<ApiOutcome> ListRecordsAsync(ApiCall call, ListTournamentRecordsRequest request)
    {
        if (request.TournamentId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Tournament ID must be provided");
        }
        if (!LeaderboardAnswers.TryOwners(request.OwnerIds, out Guid[] owners, out string? refusal))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal!);
        }
        if (request.Limit is < 1 or > Limits.LeaderboardAroundMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.LeaderboardAroundMax}.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        RecordPage page = await _tournaments.ListRecordsAsync(
            request.TournamentId,
            request.Limit ?? Limits.TournamentRecordsDefault,
            cursor,
            owners,
            request.Expiry ?? 0,
            call.Session.UserId,
            call.Cancellation).ConfigureAwait(false);
        return page.Result == RecordResult.Ended ? ApiOutcome.Refuse(ApiCode.NotFound, "Tournament has ended.") : Page(page);
    }

    private async Task<ApiOutcome> ListRecordsAroundAsync(ApiCall call, ListTournamentRecordsAroundOwnerRequest request)
    {
        if (request.TournamentId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid tournament ID.");
        }
        if (request.Limit is < 1 or > Limits.LeaderboardAroundMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.LeaderboardAroundMax}.");
        }
        if (request.OwnerId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Owner ID must be provided for a haystack query.");
        }
        if (!Guid.TryParseExact(request.OwnerId, "D", out Guid owner))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid owner ID provided.");
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        return Page(await _tournaments.ListRecordsAroundAsync(
            request.TournamentId,
            owner,
            (int)(request.Limit ?? Limits.LeaderboardAroundMax),
            cursor,
            request.Expiry ?? 0,
            call.Session.UserId,
            call.Cancellation).ConfigureAwait(false));
    }

    private static ApiOutcome Page(RecordPage page)
    {
        switch (page.Result)
        {
            case RecordResult.NoBoard:
                return NotFound;
            case RecordResult.WrongCursor:
                return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Cursor is invalid or expired.");
            default:
                LeaderboardRecordList shown = LeaderboardAnswers.Shown(page);
                TournamentRecordList list = new() { NextCursor = shown.NextCursor, PrevCursor = shown.PrevCursor, RankCount = shown.RankCount };
                list.Records.AddRange(shown.Records);
                list.OwnerRecords.AddRange(shown.OwnerRecords);
                return ApiOutcome.Ok(list);
        }
    }
}
