using System.Collections.Concurrent;

namespace RealtimeServer.Services.Sessions;

/// <summary>An ended session, or all of a user's that were begun until then.</summary>
/// <param name="Id">A token id, or a user's.</param>
/// <param name="IssuedUntil">Seconds since 1970: tokens issued until then are revoked.</param>
/// <param name="ExpireTime">Microseconds since 1970: the last of them has expired by itself then.</param>
public sealed record Revocation(Guid Id, long IssuedUntil, long ExpireTime);

/// <summary>
/// Which sessions were ended, in memory: asked at every call, so that ending one holds at once. The database has the same and keeps
/// it; when there are more than fit here, <see cref="IsComplete"/> says that it must be asked.
/// </summary>
public sealed class RevokedSessions
{
    private readonly ConcurrentDictionary<Guid, Revocation> _revocations = new();
    private readonly Lock _gate = new();
    private readonly int _max;
    private volatile int _count;
    private long _incompleteUntil;

    public RevokedSessions(int max = Limits.RevocationsMax)
    {
        _max = max;
    }

    public int Count => _count;

    /// <summary>Whether a session that is not here was not ended.</summary>
    public bool IsComplete => Volatile.Read(ref _incompleteUntil) == 0;

    public bool Contains(SessionClaims claims) => _count > 0 && (Covers(claims.TokenId, claims) || Covers(claims.UserId, claims));

    /// <summary>False when it is known already, or does not fit.</summary>
    public bool Add(Revocation revocation, long now)
    {
        lock (_gate)
        {
            if (_revocations.TryGetValue(revocation.Id, out Revocation? known))
            {
                if (known.IssuedUntil >= revocation.IssuedUntil)
                {
                    return false;
                }
            }
            else if (_count >= _max && !MakeRoom(now))
            {
                _incompleteUntil = Math.Max(_incompleteUntil, revocation.ExpireTime);
                return false;
            }
            _revocations[revocation.Id] = revocation;
            _count = _revocations.Count;
            return true;
        }
    }

    /// <summary>Forgets sessions whose tokens have expired by themselves.</summary>
    /// <param name="now">Microseconds since 1970.</param>
    public void Prune(long now)
    {
        lock (_gate)
        {
            MakeRoom(now);
            if (_incompleteUntil <= now)
            {
                _incompleteUntil = 0;
            }
        }
    }

    private bool Covers(Guid id, SessionClaims claims) => _revocations.TryGetValue(id, out Revocation? revocation) && claims.IssuedAt <= revocation.IssuedUntil;

    private bool MakeRoom(long now)
    {
        foreach (Revocation old in _revocations.Values.Where(r => r.ExpireTime <= now))
        {
            _revocations.TryRemove(old.Id, out _);
        }
        _count = _revocations.Count;
        return _count < _max;
    }
}
