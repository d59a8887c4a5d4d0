using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

public sealed class BoxTreeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(65)]
    [InlineData(700)]
    public void It_finds_what_a_look_at_every_box_finds(int count)
    {
        DeterministicRandom random = new(3);
        BoxTree tree = new();
        for (int round = 0; round < 3; round++)
        {
            Vec3[] lows = new Vec3[count];
            Vec3[] highs = new Vec3[count];
            for (int i = 0; i < count; i++)
            {
                lows[i] = Point(ref random);
                highs[i] = lows[i] + (Point(ref random) * 0.1f);
            }

            tree.Build(lows, highs);
            for (int question = 0; question < 40; question++)
            {
                Vec3 low = Point(ref random);
                Vec3 high = low + (Point(ref random) * 0.3f);
                List<int> found = [];
                foreach (int item in tree.Touching(low, high))
                {
                    found.Add(item);
                }

                found.Sort();
                Assert.Equal(Enumerable.Range(0, count).Where(i => Vec3.Max(lows[i] - high, low - highs[i]) is { X: <= 0, Y: <= 0, Z: <= 0 }), found);
            }
        }
    }

    private static Vec3 Point(ref DeterministicRandom random) => new(random.NextSingle(0, 20), random.NextSingle(0, 3), random.NextSingle(0, 20));
}
