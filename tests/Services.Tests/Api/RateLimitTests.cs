namespace RealtimeServer.Services.Api;

public sealed class RateLimitTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void A_full_bucket_gives_its_burst_and_then_what_comes_back()
    {
        RateLimit<Guid> limit = new(perSecond: 2, burst: 4, keysMax: 64, _time);
        Guid user = Guid.NewGuid();
        Assert.Equal(4, Enumerable.Range(0, 10).Count(_ => limit.TryTake(user, out TimeSpan _)));
        Assert.False(limit.TryTake(user, out TimeSpan wait));
        Assert.InRange(wait.TotalSeconds, 0.4, 0.5);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(limit.TryTake(user, out _));
        Assert.False(limit.TryTake(user, out _));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(4, Enumerable.Range(0, 10).Count(_ => limit.TryTake(user, out TimeSpan _)));
    }

    [Fact]
    public void Keys_have_buckets_of_their_own()
    {
        RateLimit<ulong> limit = new(perSecond: 1, burst: 1, keysMax: 1024, _time);
        for (ulong key = 0; key < 100; key++)
        {
            Assert.True(limit.TryTake(key, out _));
            Assert.False(limit.TryTake(key, out _));
        }
    }

    [Fact]
    public void A_flood_of_keys_does_not_fill_memory()
    {
        RateLimit<ulong> limit = new(perSecond: 1, burst: 1, keysMax: 1024, _time);
        for (ulong key = 0; key < 100_000; key++)
        {
            Assert.True(limit.TryTake(key * 7_919, out _));
        }
        Assert.InRange(limit.Count, 1, 1024);
        _time.Advance(TimeSpan.FromSeconds(2));
        for (ulong key = 0; key < 1_000; key++)
        {
            limit.TryTake(key, out _);
        }
        Assert.InRange(limit.Count, 1, 1024);
    }
}
