namespace RealtimeServer.Transport.Peers;

/// <summary>So many a second, and so many at once after a quiet time.</summary>
internal struct TokenBucket(int perSecond, int atOnce)
{
    private long _microtokens = atOnce * 1_000_000L;
    private long _at;

    public bool TryTake(long now)
    {
        _microtokens = Math.Min(atOnce * 1_000_000L, _microtokens + (Math.Clamp(now - _at, 0, 1_000_000) * perSecond));
        _at = now;
        if (_microtokens < 1_000_000)
        {
            return false;
        }

        _microtokens -= 1_000_000;
        return true;
    }
}
