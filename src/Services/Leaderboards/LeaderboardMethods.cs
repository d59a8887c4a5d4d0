using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>The API methods of leaderboards: read the request, call the store, word the outcome.</summary>
internal sealed class LeaderboardMethods
{
    private static readonly ApiOutcome NotFound = ApiOutcome.Refuse(ApiCode.NotFound, "Leaderboard not found.");

    private readonly LeaderboardStore _boards;

    public LeaderboardMethods(LeaderboardStore boards) => _boards = boards;

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
    [
        ApiMethod.Of<WriteLeaderboardRecordRequest>(service.FindMethodByName("WriteLeaderboardRecord"), ApiCredential.Session, WriteAsync),
        ApiMethod.Of<DeleteLeaderboardRecordRequest>(service.FindMethodByName("DeleteLeaderboardRecord"), ApiCredential.Session, DeleteAsync),
        ApiMethod.Of<ListLeaderboardRecordsRequest>(service.FindMethodByName("ListLeaderboardRecords"), ApiCredential.Session, ListAsync),
        ApiMethod.Of<ListLeaderboardRecordsAroundOwnerRequest>(
            service.FindMethodByName("ListLeaderboardRecordsAroundOwner"), ApiCredential.Session, ListAroundAsync),
    ];

    private async Task<ApiOutcome> WriteAsync(ApiCall call, WriteLeaderboardRecordRequest request)
    {
        if (request.LeaderboardId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid leaderboard ID.");
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
        if (IsTournament(request.LeaderboardId))
        {
            return NotFound;
        }
        RecordOutcome outcome = await _boards.WriteAsync(request.LeaderboardId, write, call.Session.UserId).ConfigureAwait(false);
        return outcome.Result switch
        {
            RecordResult.Done => ApiOutcome.Ok(LeaderboardAnswers.Shown(outcome.Record!)),
            RecordResult.Authoritative => ApiOutcome.Refuse(ApiCode.PermissionDenied, "Leaderboard only allows authoritative score submissions."),
            _ => NotFound,
        };
    }

    private async Task<ApiOutcome> DeleteAsync(ApiCall call, DeleteLeaderboardRecordRequest request)
    {
        if (request.LeaderboardId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid leaderboard ID.");
        }
        if (IsTournament(request.LeaderboardId))
        {
            return NotFound;
        }
        return await _boards.DeleteRecordAsync(request.LeaderboardId, call.Session.UserId, call.Session.UserId).ConfigureAwait(false) switch
        {
            RecordResult.Done => ApiOutcome.Ok(new Empty()),
            RecordResult.Authoritative => ApiOutcome.Refuse(ApiCode.PermissionDenied, "Leaderboard only allows authoritative score deletions."),
            _ => NotFound,
        };
    }

    private async Task<ApiOutcome> ListAsync(ApiCall call, ListLeaderboardRecordsRequest request)
    {
        if (request.LeaderboardId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid leaderboard ID.");
        }
        if (request.Limit is < 1 or > Limits.LeaderboardListMax)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid limit - limit must be between 1 and {Limits.LeaderboardListMax}.");
        }
        if (!LeaderboardAnswers.TryOwners(request.OwnerIds, out Guid[] owners, out string? refusal))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal!);
        }
        string? cursor = request.Cursor.Length == 0 ? null : request.Cursor;
        // Who asks for owners and nothing else gets nothing else.
        int limit = request.Limit ?? (owners.Length == 0 || cursor is not null ? 1 : 0);
        return Page(await _boards.ListAsync(
            request.LeaderboardId, limit, cursor, owners, request.Expiry ?? 0, call.Session.UserId, call.Cancellation).ConfigureAwait(false));
    }

    private async Task<ApiOutcome> ListAroundAsync(ApiCall call, ListLeaderboardRecordsAroundOwnerRequest request)
    {
        if (request.LeaderboardId.Length == 0)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, "Invalid leaderboard ID.");
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
        return Page(await _boards.ListAroundAsync(
            request.LeaderboardId, owner, (int)(request.Limit ?? 1), cursor, request.Expiry ?? 0, call.Session.UserId, call.Cancellation).ConfigureAwait(false));
    }

    private static ApiOutcome Page(RecordPage page) => page.Result switch
    {
        RecordResult.NoBoard => NotFound,
        RecordResult.WrongCursor => ApiOutcome.Refuse(ApiCode.InvalidArgument, "Cursor is invalid or expired."),
        _ => ApiOutcome.Ok(LeaderboardAnswers.Shown(page)),
    };

    private bool IsTournament(string id) => _boards.Find(id)?.Definition.Entry is not null;
}
