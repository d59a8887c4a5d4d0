namespace RealtimeServer.Services.Data;

public sealed class WorkQueueTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_taker_gets_all_that_waits_up_to_what_it_can_carry()
    {
        WorkQueue<int> queue = new(max: 5);
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(queue.TryAdd(i)));
        Assert.False(queue.TryAdd(5));
        Assert.Equal([0, 1, 2], Take(queue, 3));
        Assert.Equal([3, 4], Take(queue, 3));
    }

    [Fact]
    public void What_waits_is_handed_out_after_the_end()
    {
        WorkQueue<int> queue = new(max: 5, takers: 2, worthwhile: 3);
        queue.TryAdd(1);
        queue.Complete();
        Assert.False(queue.TryAdd(2));
        Assert.Equal([1], Take(queue, 3));
        Assert.Null(Take(queue, 3));
    }

    [Fact]
    public async Task Nobody_waits_for_ever_on_a_taker_that_is_away()
    {
        WorkQueue<int> queue = new(max: 5, takers: 2, worthwhile: 3);
        queue.TryAdd(1);
        // The first is away with it from here on.
        Assert.Equal([1], await TakeAsync(queue));
        Task<List<int>?> second = TakeAsync(queue);
        queue.TryAdd(2);
        Assert.Equal([2], await second);
    }

    [Fact]
    public async Task Every_item_is_taken_once_by_many_takers()
    {
        WorkQueue<int> queue = new(max: 100_000, takers: 3, worthwhile: 4);
        Task<List<int>>[] takers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => Drain(queue)))];
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(queue.TryAdd(i));
            if (i % 64 == 0)
            {
                await Task.Yield();
            }
        }
        queue.Complete();
        List<int>[] taken = await Task.WhenAll(takers).WaitAsync(Enough);
        Assert.Equal(Enumerable.Range(0, 20_000), taken.SelectMany(t => t).Order());
    }

    private static Task<List<int>?> TakeAsync(WorkQueue<int> queue) => Task.Run(() => Take(queue, 8)).WaitAsync(Enough);

    private static List<int> Drain(WorkQueue<int> queue)
    {
        List<int> all = [];
        while (Take(queue, 8) is List<int> some)
        {
            all.AddRange(some);
        }
        return all;
    }

    private static List<int>? Take(WorkQueue<int> queue, int most)
    {
        List<int> taken = [];
        return queue.Take(taken, most) ? taken : null;
    }
}
