using System.Collections.Concurrent;

namespace RealtimeServer.Services.Data;

/// <summary>Looks that go on, whatever one of them meets; time passes as soon as somebody waits for it.</summary>
public sealed class DatabaseWatchTests
{
    [Fact]
    public async Task Looks_go_on_after_a_fault_which_is_told_and_after_a_database_that_was_away_which_is_not()
    {
        HurriedTime time = new();
        ConcurrentQueue<string> told = new();
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int looks = 0;
        Task Look(CancellationToken cancellation) => ++looks switch
        {
            1 => Task.FromException(new InvalidOperationException("a fault")),
            2 => Task.FromException(new DatabaseUnavailableException("away")),
            3 => Task.Run(() => time.Advance(TimeSpan.FromSeconds(2)), CancellationToken.None),
            < 6 => Task.CompletedTask,
            _ => Finish(cancellation),
        };

        async Task Finish(CancellationToken cancellation)
        {
            done.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation); // until it is disposed
        }

        DatabaseWatch watch = new("bans", Look, TimeSpan.FromSeconds(1), share: 50, time, (name, fault) => told.Enqueue($"{name}: {fault.Message}"));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await watch.DisposeAsync();
        Assert.Equal(["bans: a fault"], told);
        Assert.Equal([1, 1, 1, 101, 1, 1], time.Waits.Take(6).Select(wait => wait.TotalSeconds));
    }

    private sealed class HurriedTime : TimeProvider
    {
        private long _ticks;

        public ConcurrentQueue<TimeSpan> Waits { get; } = new();

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Enqueue(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
