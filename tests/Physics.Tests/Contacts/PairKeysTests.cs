using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Contacts;

public sealed class PairKeysTests
{
    [Fact]
    public void Holds_what_a_set_holds()
    {
        var random = new DeterministicRandom(seed: 3);
        var keys = new PairKeys();
        var expected = new HashSet<ulong>();
        for (int i = 0; i < 100_000; i++)
        {
            ulong key = PairKeys.Key(random.Next(60), random.Next(60));
            if (random.NextBool(0.5f))
            {
                Assert.Equal(expected.Add(key), keys.Add(key));
            }
            else
            {
                Assert.Equal(expected.Remove(key), keys.Remove(key));
            }

            ulong asked = PairKeys.Key(random.Next(60), random.Next(60));
            Assert.Equal(expected.Contains(asked), keys.Contains(asked));

            Assert.Equal(expected.Count, keys.Count);
        }
    }
}
