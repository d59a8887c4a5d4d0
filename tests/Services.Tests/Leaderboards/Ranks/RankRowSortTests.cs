using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>Rows in the order of a plain sort, whatever their scores are.</summary>
public sealed class RankRowSortTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, -5, 5)]
    [InlineData(511, -1_000_000, 1_000_000)]
    [InlineData(20_000, -1_000_000, 0)]
    [InlineData(20_000, -3, 3)]
    [InlineData(20_000, 7, 8)]
    [InlineData(20_000, -1_000_000_000, 1_000_000_000)]
    public void Rows_come_in_order(int count, int least, int end)
    {
        DeterministicRandom random = new((ulong)(count + least));
        RankRow[] rows = [.. Enumerable.Range(0, count).Select(i => Row(random.Next(least, end), random.Next(-2, 2), random.Next(0, count)))];
        Check(rows);
    }

    [Fact]
    public void The_least_and_the_greatest_numbers_there_are_come_first_and_last()
    {
        DeterministicRandom random = new(1);
        long[] scores = [long.MinValue, long.MaxValue, 0, -1, long.MinValue + 1, long.MaxValue - 1];
        Check([.. Enumerable.Range(0, 3000).Select(i => Row(scores[random.Next(0, scores.Length)], scores[random.Next(0, scores.Length)], i))]);
    }

    [Fact]
    public void Pages_of_all_sizes_share_one_sort()
    {
        DeterministicRandom random = new(2);
        using RankRowSort sort = new();
        foreach (int count in new[] { 600, 900, 5, 5000, 8000, 0, 700 })
        {
            RankRow[] rows = [.. Enumerable.Range(0, count).Select(i => new RankRow(Guid.NewGuid(), random.Next(0, 100), 0, i))];
            RankRow[] expected = [.. rows.Order()];
            Assert.Equal(expected, sort.Sort(rows, out bool wereInOrder).ToArray());
            Assert.Equal(count == 0, wereInOrder);
            Assert.Equal(expected, sort.Sort(expected.ToArray(), out wereInOrder).ToArray());
            Assert.True(wereInOrder);
        }
    }

    [Theory]
    [InlineData(1, 100, 7)]
    [InlineData(5, 300, 64)]
    [InlineData(20, 1, 1000)]
    public void Runs_are_merged_into_one(int runs, int length, int size)
    {
        DeterministicRandom random = new(3);
        RankRuns all = new();
        List<RankRow> expected = [];
        for (int i = 0; i < runs; i++)
        {
            int count = length - (i % 2 * (length / 2));
            RankRow[] run = [.. Enumerable.Range(expected.Count, count).Select(n => new RankRow(Guid.NewGuid(), random.Next(0, 50), 0, n)).Order()];
            all.Add(run);
            expected.AddRange(run);
        }
        all.Add([]);
        Assert.Equal(expected.Count, all.Count);
        ArraySegment<RankRow>[] pages = [.. all.Merge(size)];
        Assert.All(pages[..^1], p => Assert.Equal(size, p.Count));
        Assert.Equal(expected.Order(), pages.SelectMany(p => p));
    }

    [Fact]
    public void Ranks_that_were_expected_are_those_of_a_sort_whatever_comes_before_and_after()
    {
        RankRow[] rows = [.. Enumerable.Range(0, 5000).Select(i => new RankRow(Guid.NewGuid(), i / 3, 0, i))];
        foreach (int said in new[] { 0, 1, 700, 5000, 100_000 })
        {
            RankTable table = new();
            table.Expect(said);
            // The second time it is empty again, and has room.
            for (int round = 0; round < 2; round++)
            {
                table.Expect(said * 2);
                foreach (RankRow row in rows)
                {
                    table.Set(row.OwnerId, row.Key);
                }
                table.Expect(said);
                Assert.Equal(Enumerable.Range(1, rows.Length), rows.Select(r => table.RankOf(r.OwnerId)));
                Assert.All(rows, r => Assert.True(table.Remove(r.OwnerId)));
                Assert.Equal(0, table.Count);
            }
        }
    }

    private static void Check(RankRow[] rows)
    {
        // By keys: rows of one key may come in either order.
        RankKey[] expected = [.. rows.Select(r => r.Key).Order()];
        HashSet<RankRow> all = [.. rows];
        using RankRowSort sort = new();
        RankRow[] sorted = sort.Sort(rows, out _).ToArray();
        Assert.Equal(expected, sorted.Select(r => r.Key));
        Assert.True(all.SetEquals(sorted));
    }

    private static RankRow Row(long score, long subscore, int number) => new(new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), score, subscore, number % 1000);
}
