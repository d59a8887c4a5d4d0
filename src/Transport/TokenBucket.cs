namespace RealtimeServer.Transport;

/// <summary>So many a second, and as many at once after a quiet second.</summary>
internal struct TokenBucket(int perSecond)
{
    private long _microtokens = perSecond * 1_000_000L;
    private long _at;

    public bool TryTake(long now)
    {
        _microtokens = Math.Min(perSecond * 1_000_000L, _microtokens + (Math.Min(now - _at, 1_000_000) * perSecond));
        _at = now;
        if (_microtokens < 1_000_000)
        {
            return false;
        }

        _microtokens -= 1_000_000;
        return true;
    }
}
