using RealtimeServer.Transport.Channels;

namespace RealtimeServer.Transport.Paths;

/// <summary>
/// Keeps messages that nobody acknowledges from filling a link that is too thin for them. All that tells is the answer to pings: when round
/// trips stay far above the shortest, or most pings are lost, the rate is cut to less than what was sent, and grows again once the queue is gone.
/// </summary>
internal sealed class UnacknowledgedBrake(Link link)
{
    private const int SignsNeeded = 3;
    private const long RateMin = 8 * 1024;
    private long _rate;
    private long _credit;
    private long _creditAt;
    private long _bytesSent;
    private long _measuredFrom;
    private long _measuredBytes;
    private long _sentRate;
    private int _signs;

    /// <summary>Whether the rate is held back; the messages it has no room for are refused.</summary>
    public bool IsHeld => _rate > 0;

    /// <summary>Whether so much is sent that the path needs watching.</summary>
    public bool IsBusy => _sentRate > RateMin / 2;

    public bool HasRoom(int bytes, long now)
    {
        if (_rate == 0)
        {
            return true;
        }

        _credit = Math.Min(_credit + ((now - _creditAt) * _rate / 1_000_000), _rate / 4);
        _creditAt = now;
        return _credit >= bytes;
    }

    public bool TryTake(int bytes, long now)
    {
        if (!HasRoom(bytes, now))
        {
            return false;
        }

        _credit -= _rate == 0 ? 0 : bytes;
        _bytesSent += bytes;
        return true;
    }

    /// <summary>A ping was answered, or was not in time.</summary>
    public void Watch(long now)
    {
        long elapsed = now - _measuredFrom;
        if (elapsed < Math.Max(250_000, link.RoundTrip.Minimum))
        {
            return;
        }

        _sentRate = (_bytesSent - _measuredBytes) * 1_000_000 / elapsed;
        _measuredFrom = now;
        _measuredBytes = _bytesSent;
        long queue = link.RoundTrip.Queue;
        bool isFull = queue > Math.Max(100_000, link.RoundTrip.Minimum) || link.Pings.BitsLost > 25;
        _signs = isFull ? _signs + 1 : 0;
        if (_signs >= SignsNeeded && _sentRate > RateMin / 2)
        {
            long from = _rate == 0 ? _sentRate : Math.Min(_rate, _sentRate);
            _rate = Math.Max(from * 3 / 4, RateMin);
            _signs = SignsNeeded - 1;
        }
        else if (_rate > 0 && queue < 40_000)
        {
            // Nobody asks for half of what is allowed: there is nothing to hold back any more.
            _rate = _sentRate < _rate / 2 ? 0 : _rate + (_rate / 10);
        }
    }
}
