namespace RealtimeServer.Services.Realtime;

/// <summary>
/// How many messages a session may still send: a bucket that refills steadily. Counted in ticks of the clock, so that no fraction
/// is lost between two messages. Not thread-safe.
/// </summary>
internal struct MessageAllowance
{
    private readonly long _costPerMessage;
    private readonly long _capacity;
    private long _level;
    private long _filledAt;

    public MessageAllowance(TimeProvider time)
    {
        _costPerMessage = time.TimestampFrequency / Limits.MessagesPerSecondMax;
        _capacity = _costPerMessage * Limits.MessageBurstMax;
        _level = _capacity;
        _filledAt = time.GetTimestamp();
    }

    public bool TryTake(long now)
    {
        // A clock read on another processor may be a hair behind.
        long passed = Math.Max(0, now - _filledAt);
        _level = passed >= _capacity - _level ? _capacity : _level + passed;
        _filledAt = Math.Max(_filledAt, now);
        if (_level < _costPerMessage)
        {
            return false;
        }
        _level -= _costPerMessage;
        return true;
    }
}
