using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>Ranks against a sort, after random changes from seeds.</summary>
public sealed class RankTableTests
{
    /// <summary>Few scores make many ties; moving up, down and about fills, empties and joins leaves and blocks in every way.</summary>
    [Theory]
    [InlineData(1, 40_000, 1_000_000, Course.About)]
    [InlineData(2, 40_000, 7, Course.About)]
    [InlineData(3, 40_000, 1_000, Course.Better)]
    [InlineData(4, 40_000, 1_000, Course.Worse)]
    [InlineData(5, 300, 50, Course.About)]
    public void Ranks_are_those_of_a_sort(int seed, int owners, int scores, Course course)
    {
        DeterministicRandom random = new((ulong)seed);
        RankTable table = new();
        Dictionary<Guid, RankKey> expected = [];
        Guid[] ids = [.. Enumerable.Range(0, owners).Select(i => IdOf(i, seed))];
        long sequence = 0;
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < owners; i++)
            {
                Guid owner = ids[random.Next(0, owners)];
                // The third round takes nearly all away, the fourth brings them back.
                if (random.Next(0, 10) < (round == 2 ? 9 : 2))
                {
                    Assert.Equal(expected.Remove(owner), table.Remove(owner));
                    continue;
                }
                long score = course switch
                {
                    Course.Better => -sequence / 10,
                    Course.Worse => sequence / 10,
                    _ => random.Next(0, scores),
                };
                RankKey key = new(score, random.Next(0, 3), ++sequence);
                expected[owner] = key;
                table.Set(owner, key);
            }
            Check(table, expected, ids);
        }
        foreach (Guid owner in ids)
        {
            table.Remove(owner);
        }
        Check(table, [], ids);
        table.Set(ids[0], new RankKey(1, 1, 1));
        Assert.Equal(1, table.RankOf(ids[0]));
    }

    public enum Course
    {
        About,
        Better,
        Worse,
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_in_order_fill_their_leaves(bool downwards)
    {
        RankTable table = new();
        for (int i = 0; i < 200_000; i++)
        {
            table.Set(IdOf(i, 0), new RankKey(downwards ? -i : i, 0, i));
        }
        Assert.Equal(downwards ? 200_000 : 1, table.RankOf(IdOf(0, 0)));
        Assert.Equal(100_001, table.RankOf(new RankKey(downwards ? -99_999 : 100_000, 0, long.MinValue)));
        // The last chunk of each array is half empty; with ten million records that no longer counts.
        Assert.InRange(table.Bytes / (double)table.Count, 44, 80);
    }

    [Fact]
    public void Memory_that_became_free_is_used_again()
    {
        RankTable table = new();
        DeterministicRandom random = new(9);
        for (int i = 0; i < 300_000; i++)
        {
            table.Set(IdOf(i, 0), new RankKey(random.Next(0, 1_000_000), 0, i));
        }
        long full = table.Bytes;
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 300_000; i++)
            {
                table.Set(IdOf(i, 0), new RankKey((round * 1_000_000L) + random.Next(0, 1_000_000), 0, i));
            }
        }
        Assert.InRange(table.Bytes, 0, full * 1.5);
        for (int i = 0; i < 300_000; i++)
        {
            table.Remove(IdOf(i, 0));
            table.Set(IdOf(i, 1), new RankKey(random.Next(0, 1_000_000), 0, i));
        }
        Assert.InRange(table.Bytes, 0, full * 1.5);
    }

    [Fact]
    public void Equal_keys_stand_in_the_order_they_came()
    {
        RankTable table = new();
        for (int i = 0; i < 1000; i++)
        {
            table.Set(IdOf(i, 0), new RankKey(5, 5, 5));
        }
        Assert.Equal(Enumerable.Range(1, 1000), Enumerable.Range(0, 1000).Select(i => table.RankOf(IdOf(i, 0))));
        Assert.Equal(1, table.RankOf(new RankKey(5, 5, 5)));
        Assert.Equal(1001, table.RankOf(new RankKey(5, 5, 6)));
    }

    [Fact]
    public void Extreme_keys_have_ranks()
    {
        RankTable table = new();
        table.Set(IdOf(1, 0), new RankKey(long.MinValue, long.MinValue, long.MinValue));
        table.Set(IdOf(2, 0), new RankKey(long.MaxValue, long.MaxValue, long.MaxValue));
        table.Set(IdOf(3, 0), default);
        Assert.Equal([1, 3, 2], new[] { 1, 2, 3 }.Select(i => table.RankOf(IdOf(i, 0))));
        Assert.Equal(0, table.RankOf(IdOf(4, 0)));
    }

    private static void Check(RankTable table, Dictionary<Guid, RankKey> expected, Guid[] ids)
    {
        Assert.Equal(expected.Count, table.Count);
        int rank = 0;
        foreach ((Guid owner, RankKey key) in expected.OrderBy(e => e.Value))
        {
            rank++;
            Assert.Equal(rank, table.RankOf(owner));
            Assert.Equal(rank, table.RankOf(key));
            Assert.True(table.TryGetKey(owner, out RankKey kept));
            Assert.Equal(key, kept);
        }
        foreach (Guid owner in ids.Where(i => !expected.ContainsKey(i)).Take(1000))
        {
            Assert.Equal(0, table.RankOf(owner));
        }
    }

    private static Guid IdOf(int number, int seed)
    {
        DeterministicRandom random = new(((ulong)(uint)seed << 32) + (uint)number);
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, random.Next(0, int.MaxValue));
        BitConverter.TryWriteBytes(bytes[4..], number);
        BitConverter.TryWriteBytes(bytes[8..], random.Next(0, int.MaxValue));
        BitConverter.TryWriteBytes(bytes[12..], seed);
        return new Guid(bytes);
    }
}
