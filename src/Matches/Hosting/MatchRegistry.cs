using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Matches.Relayed;

namespace RealtimeServer.Matches.Hosting;

/// <summary>The matches there are, by id, up to a limit.</summary>
internal sealed class MatchRegistry(int matchesMax, MatchMetrics metrics)
{
    private readonly ConcurrentDictionary<MatchId, Match> _matches = new();

    // In order of creation: the first that is not yet overdue ends a sweep.
    private readonly ConcurrentQueue<RelayedMatch> _unjoined = new();

    public IEnumerable<Match> All => _matches.Values;

    public bool TryGet(MatchId id, [NotNullWhen(true)] out Match? match) => _matches.TryGetValue(id, out match);

    /// <summary>False if the registry is full.</summary>
    public bool TryAdd(Match match)
    {
        if (metrics.AddMatches(1) <= matchesMax && _matches.TryAdd(match.Id, match))
        {
            return true;
        }

        metrics.AddMatches(-1);
        return false;
    }

    /// <summary>The match of that id, new or not; null if the registry is full.</summary>
    public Match? GetOrAddRelayed(MatchId id, MatchContext context)
    {
        while (true)
        {
            if (TryGet(id, out Match? existing))
            {
                return existing;
            }

            RelayedMatch match = new(id, context);
            if (TryAdd(match))
            {
                _unjoined.Enqueue(match);
                return match;
            }

            if (!_matches.ContainsKey(id))
            {
                return null;
            }
        }
    }

    public void Remove(Match match)
    {
        if (_matches.TryRemove(new KeyValuePair<MatchId, Match>(match.Id, match)))
        {
            metrics.AddMatches(-1);
        }
    }

    /// <summary>Forgets relayed matches that were created and never joined.</summary>
    public void RemoveOverdue(long now)
    {
        while (_unjoined.TryPeek(out RelayedMatch? oldest) && oldest.IsOld(now) && _unjoined.TryDequeue(out RelayedMatch? match))
        {
            match.CloseIfEmpty();
        }
    }

    public IReadOnlyList<MatchInfo> List(MatchFilter filter)
    {
        int limit = Math.Clamp(filter.Limit, 1, Limits.ListMax);
        List<MatchInfo> list = [];
        foreach (KeyValuePair<MatchId, Match> entry in _matches)
        {
            MatchInfo info = entry.Value.Info;
            if ((info.Authoritative || info.Size > 0) && filter.Admits(info))
            {
                list.Add(info);
                if (list.Count == limit)
                {
                    break;
                }
            }
        }

        return list;
    }
}
