using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

/// <summary>What a search keeps its cells in, beyond the sizes at which it takes more memory.</summary>
public sealed class SearchMemoryTests
{
    [Fact]
    public void The_queue_gives_entries_in_order_whatever_its_size()
    {
        DeterministicRandom random = new(1);
        SearchQueue<ByKeyAndTie> queue = new();
        PriorityQueue<uint, (long, uint)> expected = new();
        foreach (int most in new[] { 3, 255, 300, 8191, 8195, 40_000, 100 })
        {
            queue.Clear();
            expected.Clear();
            for (int step = 0; step < 3 * most || expected.Count > 0; step++)
            {
                if (step < 3 * most && (expected.Count == 0 || random.NextBool(step < 2 * most ? 0.75f : 0.4f)))
                {
                    (long key, uint position) = (random.Next(1 << 20), (uint)step);
                    queue.Add(key, position, position);
                    expected.Enqueue(position, (key, position));
                    continue;
                }

                Assert.Equal(expected.Dequeue(), queue.Take());
                Assert.Equal(expected.Count, queue.Count);
            }
        }
    }

    [Fact]
    public void The_table_knows_every_cell_whatever_it_held_before()
    {
        DeterministicRandom random = new(2);
        NodeTable table = new();
        Dictionary<uint, (int Index, long Cost)> expected = [];
        foreach (int count in new[] { 10, 300, 70_000, 5_000, 300_000, 20, 140_000 })
        {
            table.Clear();
            expected.Clear();
            for (int i = 0; i < count; i++)
            {
                (uint position, long cost) = (CellPosition.Pack(random.Next(4096), random.Next(100)), random.Next(1 << 20));
                int index = table.Touch(position, cost, i % 7, i % 8);
                if (!expected.TryGetValue(position, out (int Index, long Cost) known))
                {
                    known = (expected.Count, long.MaxValue);
                }

                Assert.Equal(cost < known.Cost ? known.Index : -1, index);
                expected[position] = (known.Index, Math.Min(cost, known.Cost));
            }

            Assert.Equal(expected.Count, table.Count);
            foreach ((uint position, (int index, long cost)) in expected)
            {
                Assert.Equal((position, cost), (table[index].Position, table[index].Cost));
            }
        }
    }
}
