using RealtimeServer.Matches;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>ListMatches: the running matches, filtered.</summary>
internal sealed class MatchListing
{
    private readonly MatchHost _host;

    public MatchListing(MatchHost host) => _host = host;

    public Task<ApiOutcome> ListAsync(ApiCall call, ListMatchesRequest request) => Task.FromResult(List(request));

    private ApiOutcome List(ListMatchesRequest request)
    {
        if (Refuse(request) is string refusal)
        {
            return ApiOutcome.Refuse(ApiCode.InvalidArgument, refusal);
        }
        // Only simulated matches carry labels, so a label asks for one.
        bool? authoritative = request.Label is null ? request.Authoritative : true;
        MatchFilter filter = new(request.Limit ?? Limits.ListMatchesDefault, authoritative, request.Label, request.MinSize, request.MaxSize);
        MatchList list = new();
        foreach (MatchInfo match in _host.List(filter))
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
        if (request.Query is not null && request.Authoritative == false)
        {
            return "Query filtering is not supported for non-authoritative matches.";
        }
        // Refused rather than ignored: a player must not be shown matches the game meant to leave out.
        return request.Query is null ? null : "Match queries are not supported by this server; filter by label instead.";
    }
}
