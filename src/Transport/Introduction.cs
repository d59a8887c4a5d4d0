namespace RealtimeServer.Transport;

/// <summary>How a client tells a server that sees it at a new address who it is: once a while, and it remembers whether that was in vain.</summary>
internal struct Introduction(int peerId)
{
    private long _nextAt;
    private long _vainFrom = long.MaxValue;

    /// <summary>The server's id of this client.</summary>
    public readonly int PeerId => peerId;

    public bool TryBegin(long now)
    {
        if (now < _nextAt)
        {
            return false;
        }

        _nextAt = now + Limits.IntroductionMicroseconds;
        _vainFrom = Math.Min(_vainFrom, now + (Limits.IntroductionMicroseconds / 2));
        return true;
    }

    /// <summary>Whether the server had time to answer and has not.</summary>
    public readonly bool WasInVain(long now) => now >= _vainFrom;

    /// <summary>The server has been heard again.</summary>
    public void Forget() => _vainFrom = long.MaxValue;
}
