using System.Collections.Concurrent;
using RealtimeServer.Matches;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>
/// Matches by a query. Searchable are <c>label.*</c> where the label is a JSON object, <c>label_string</c>, <c>tick_rate</c>,
/// <c>handler_name</c> and <c>node</c>. A match is found from the moment it has its label: nothing is indexed ahead.
/// </summary>
internal sealed class MatchQuery
{
    // Labels are few and stay the same from call to call, so that reading their JSON is most of the work.
    private readonly ConcurrentDictionary<(string Label, string Handler, int TickRate, string Node), SearchDocument> _documents = new();

    /// <summary>Those a query asks for, the best first.</summary>
    public List<MatchInfo> Find(SearchQuery query, IReadOnlyList<MatchInfo> matches, int limit)
    {
        List<(MatchInfo Match, double Score)> found = [];
        foreach (MatchInfo match in matches)
        {
            if (query.Matches(DocumentOf(match), out double score))
            {
                found.Add((match, score));
            }
        }
        // Stable, so that among equals the host's own order stands.
        return [.. found.OrderByDescending(f => f.Score).Take(limit).Select(f => f.Match)];
    }

    private SearchDocument DocumentOf(MatchInfo match)
    {
        if (_documents.Count >= Limits.MatchDocumentsMax)
        {
            _documents.Clear();
        }
        return _documents.GetOrAdd((match.Label, match.HandlerName, match.TickRate, match.Id.Node), static key => new SearchDocument()
            .Add("label_string", key.Label)
            .Add("handler_name", key.Handler)
            .Add("tick_rate", key.TickRate)
            .Add("node", key.Node)
            .AddJson("label", key.Label));
    }
}
