using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Server.Doors;

/// <summary>A snapshot part that waits: which match, and how much of the buffer it fills.</summary>
internal readonly record struct QueuedSnapshot(MatchId Match, byte[] Buffer, int Length);

/// <summary>
/// What waits for one WebSocket. Messages that must arrive go first and are bounded by refusal; snapshots are bounded by dropping the
/// oldest, which the newer ones replace anyway. Buffers of snapshots are made once and swapped. Thread-safe.
/// </summary>
internal sealed class OutgoingQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Queue<(Envelope Message, int Bytes)> _messages = new();
    private readonly QueuedSnapshot[] _snapshots = new QueuedSnapshot[Limits.QueuedSnapshotsMax];
    private int _snapshotsFirst;
    private int _snapshotsCount;
    private int _messageBytes;
    private bool _signalled;
    private bool _closed;

    /// <summary>False when it is full or closed.</summary>
    public bool TryAdd(Envelope message)
    {
        int bytes = message.CalculateSize();
        lock (_gate)
        {
            if (_closed || _messages.Count >= Limits.QueuedMessagesMax || _messageBytes + bytes > Limits.QueuedBytesMax)
            {
                return false;
            }
            _messages.Enqueue((message, bytes));
            _messageBytes += bytes;
            Signal();
            return true;
        }
    }

    /// <summary>Copies a part. False when an older one was dropped for it, or when the queue is closed.</summary>
    public bool TryAddSnapshot(MatchId match, ReadOnlySpan<byte> part)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }
            bool full = _snapshotsCount == _snapshots.Length;
            if (full)
            {
                _snapshotsFirst = (_snapshotsFirst + 1) % _snapshots.Length;
                _snapshotsCount--;
            }
            ref QueuedSnapshot slot = ref _snapshots[(_snapshotsFirst + _snapshotsCount) % _snapshots.Length];
            byte[] buffer = slot.Buffer ?? new byte[Matches.Limits.SnapshotPartBytesMax];
            part.CopyTo(buffer);
            slot = new QueuedSnapshot(match, buffer, part.Length);
            _snapshotsCount++;
            Signal();
            return !full;
        }
    }

    /// <summary>Takes no more; messages that wait may still be taken out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Signal();
        }
    }

    /// <summary>Waits until there is something to send, or the queue is closed.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _signal.WaitAsync(cancellation);

    /// <summary>
    /// Takes what goes next: a message, or a snapshot part whose slot gets the spare buffer in exchange. False when nothing waits; the
    /// next addition then signals.
    /// </summary>
    public bool TryTake(byte[] spare, out Envelope? message, out QueuedSnapshot snapshot)
    {
        snapshot = default;
        lock (_gate)
        {
            if (_messages.TryDequeue(out (Envelope Message, int Bytes) head))
            {
                message = head.Message;
                _messageBytes -= head.Bytes;
                return true;
            }
            message = null;
            if (_snapshotsCount == 0 || _closed)
            {
                _signalled = false;
                return false;
            }
            ref QueuedSnapshot slot = ref _snapshots[_snapshotsFirst];
            snapshot = slot;
            slot = new QueuedSnapshot(default, spare, 0);
            _snapshotsFirst = (_snapshotsFirst + 1) % _snapshots.Length;
            _snapshotsCount--;
            return true;
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    public void Dispose() => _signal.Dispose();

    // One release for any number of additions: whoever wakes takes all there is.
    private void Signal()
    {
        if (!_signalled)
        {
            _signalled = true;
            _signal.Release();
        }
    }
}
