using Google.Protobuf;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Server.Doors;

public sealed class OutgoingQueueTests : IDisposable
{
    private static readonly MatchId Match = new(Guid.NewGuid(), "node1");
    private readonly OutgoingQueue _queue = new();
    private byte[] _spare = new byte[Matches.Limits.SnapshotPartBytesMax];

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Messages_go_before_snapshots_and_each_kind_in_order()
    {
        Assert.True(_queue.TryAddSnapshot(Match, [1]));
        Assert.True(_queue.TryAdd(Message("a")));
        Assert.True(_queue.TryAddSnapshot(Match, [2]));
        Assert.True(_queue.TryAdd(Message("b")));
        Assert.Equal(["a", "b", "1", "2"], TakeAll());
    }

    [Fact]
    public void The_oldest_snapshots_are_dropped_and_the_drop_is_told()
    {
        int dropped = Enumerable.Range(0, Limits.QueuedSnapshotsMax + 3).Count(i => !_queue.TryAddSnapshot(Match, [(byte)i]));
        Assert.Equal(3, dropped);
        Assert.Equal(Enumerable.Range(3, Limits.QueuedSnapshotsMax).Select(i => $"{i}"), TakeAll());
    }

    [Fact]
    public void Snapshots_take_no_room_from_messages()
    {
        for (int i = 0; i < 2 * Limits.QueuedSnapshotsMax; i++)
        {
            _queue.TryAddSnapshot(Match, [0]);
        }
        Assert.Equal(Limits.QueuedMessagesMax, Enumerable.Range(0, 1000).Count(_ => _queue.TryAdd(Message("m"))));
    }

    [Fact]
    public void Messages_beyond_the_bound_are_refused_by_count_and_by_bytes()
    {
        Envelope large = new() { MatchData = new MatchData { Data = ByteString.CopyFrom(new byte[Limits.QueuedBytesMax / 4]) } };
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => _queue.TryAdd(large)));
        TakeAll();
        Assert.True(_queue.TryAdd(large));
    }

    [Fact]
    public void A_closed_queue_gives_its_messages_and_takes_nothing()
    {
        _queue.TryAdd(Message("last words"));
        _queue.TryAddSnapshot(Match, [1]);
        _queue.Close();
        Assert.False(_queue.TryAdd(Message("late")) || _queue.TryAddSnapshot(Match, [2]));
        Assert.Equal(["last words"], TakeAll());
        Assert.True(_queue.IsClosed);
    }

    [Fact]
    public async Task A_waiting_reader_hears_of_additions_and_of_the_end()
    {
        Task waiting = _queue.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _queue.TryAdd(Message("a"));
        await waiting;
        Assert.Equal(["a"], TakeAll());
        waiting = _queue.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _queue.Close();
        await waiting;
    }

    [Fact]
    public void Queueing_a_snapshot_allocates_nothing_once_warm()
    {
        byte[] part = new byte[700];

        // Warm is when the compiler is done, too, which takes as long as the machine is busy; what allocated for good would do so every time.
        long allocated = -1;
        for (int round = 0; round < 50 && allocated != 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Cycle(part, 10_000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private void Cycle(byte[] part, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _queue.TryAddSnapshot(Match, part);
            if (i % 3 == 0)
            {
                _queue.TryTake(_spare, out _, out QueuedSnapshot taken);
                _spare = taken.Buffer;
            }
        }
    }

    private List<string> TakeAll()
    {
        List<string> taken = [];
        while (_queue.TryTake(_spare, out Envelope? message, out QueuedSnapshot snapshot))
        {
            taken.Add(message is null ? $"{snapshot.Buffer[0]}" : message.Cid);
            _spare = snapshot.Buffer ?? _spare;
        }
        return taken;
    }

    private static Envelope Message(string cid) => new() { Cid = cid, Pong = new Pong() };
}
