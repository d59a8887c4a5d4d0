using RealtimeServer.Matches;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>ListMatches: the running matches, filtered.</summary>
internal sealed class MatchListing
{
    private readonly MatchHost _host;
    private readonly MatchQuery _query = new();

    public MatchListing(MatchHost host) => _host = host;

    public Task<ApiOutcome> ListAsync(ApiCall call, ListMatchesRequest request) => Task.FromResult(List(request));

    private ApiOutcome List(ListMatchesRequest request)
    {
        if (Refuse(request) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        SearchQuery? query = null;
        // A recorded 500 for a query that cannot be read; clients then ask again and again, so here it is theirs to mend.
        if (request.Query is string text && !SearchQuery.TryParse(text, out query, out string? error))
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, $"Invalid query - {error}.");
        }
        int limit = request.Limit ?? Limits.ListMatchesDefault;
        // Only simulated matches carry labels, so a label or a query asks for one.
        bool? authoritative = request.Label is null && query is null ? request.Authoritative : true;
        MatchFilter filter = new(
            query is null ? limit : Matches.Limits.ListMax, authoritative, request.Label, request.MinSize, request.MaxSize);
        IReadOnlyList<MatchInfo> matches = _host.List(filter);
        MatchList list = new();
        foreach (MatchInfo match in query is null ? matches : _query.Find(query, matches, limit))
        {
            list.Matches.Add(new Protocol.Api.Match
            {
                MatchId = match.Id.ToString(),
                Authoritative = match.Authoritative,
                Label = match.Authoritative ? match.Label : null,
                Size = match.Size,
                TickRate = match.TickRate,
                HandlerName = match.HandlerName,
            });
        }
        return ApiOutcome.Ok(list);
    }

    private static string? Refuse(ListMatchesRequest request)
    {
        if (request.Limit is < 1 or > Limits.ListMatchesMax)
        {
            return $"Invalid limit - limit must be between 1 and {Limits.ListMatchesMax}.";
        }
        if (request.MinSize is < 0)
        {
            return "Minimum size must be 0 or above.";
        }
        if (request.MaxSize is < 0)
        {
            return "Maximum size must be 0 or above.";
        }
        if (request.MinSize > request.MaxSize)
        {
            return "Maximum size must be greater than or equal to minimum size when both are specified.";
        }
        if (request.Label is not null && request.Authoritative == false)
        {
            return "Label filtering is not supported for non-authoritative matches.";
        }
        return request.Query is not null && request.Authoritative == false
            ? "Query filtering is not supported for non-authoritative matches."
            : null;
    }
}
