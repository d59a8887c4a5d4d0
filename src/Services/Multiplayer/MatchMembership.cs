using RealtimeServer.Matches;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>
/// The matches a session is in. A join is answered after a while, and the session may close or the match end in between: whichever
/// comes last sees the other here, so nobody stays in a match after their socket is gone. Thread-safe.
/// </summary>
internal sealed class MatchMembership
{
    private readonly Lock _gate = new();
    private readonly HashSet<MatchId> _joined = [];
    private readonly HashSet<MatchId> _created = [];
    private bool _closed;

    /// <summary>Whether one more may be joined.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return _joined.Count < Limits.MatchesPerSessionMax;
            }
        }
    }

    /// <summary>Notes a join that the match accepted. False when the session is gone: the caller takes the join back.</summary>
    public bool TryAdd(MatchId match)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }
            _joined.Add(match);
            return true;
        }
    }

    public bool Remove(MatchId match)
    {
        lock (_gate)
        {
            return _joined.Remove(match);
        }
    }

    public void Ended(MatchId match)
    {
        lock (_gate)
        {
            _joined.Remove(match);
            _created.Remove(match);
        }
    }

    /// <summary>Simulated matches the session created that still run; it need not be in them any more.</summary>
    public int CountCreated(Func<MatchId, bool> runs)
    {
        lock (_gate)
        {
            _created.RemoveWhere(m => !runs(m));
            return _created.Count;
        }
    }

    public void AddCreated(MatchId match)
    {
        lock (_gate)
        {
            _created.Add(match);
        }
    }

    /// <summary>Closes it for good and returns what is to be left.</summary>
    public MatchId[] Close()
    {
        lock (_gate)
        {
            _closed = true;
            MatchId[] joined = [.. _joined];
            _joined.Clear();
            return joined;
        }
    }
}
