using System.Text;

namespace RealtimeServer.Foundation;

public sealed class DeterminismTests
{
    [Fact]
    public void The_generator_gives_the_sequence_published_by_its_author()
    {
        // The check values of the PCG demo program for seed 42, sequence 54.
        var random = new DeterministicRandom(seed: 42, stream: 54);
        uint[] expected = [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e];
        foreach (uint value in expected)
        {
            Assert.Equal(value, random.NextUInt());
        }
    }

    [Fact]
    public void Bounded_numbers_stay_in_bounds_and_reach_both_ends()
    {
        var random = new DeterministicRandom(seed: 1);
        int[] seen = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            seen[random.Next(-3, 4) + 3]++;
            float single = random.NextSingle();
            Assert.InRange(single, 0f, 0.99999994f);
        }

        Assert.All(seen, count => Assert.InRange(count, 9_000, 11_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(0));
    }

    [Fact]
    public void The_hash_keeps_its_value_from_release_to_release()
    {
        var hash = new StateHash(seed: 1);
        hash.Add(Encoding.ASCII.GetBytes("same inputs, same bits"));
        hash.Add(1.5f);
        hash.Add(-1L);
        Assert.Equal(8841923216700845775UL, hash.Value);
    }

    [Fact]
    public void The_hash_sees_order_length_and_every_byte()
    {
        Assert.NotEqual(Hash("ab", "c"), Hash("a", "bc"));
        Assert.NotEqual(Hash("a", "b"), Hash("b", "a"));
        Assert.NotEqual(Hash("", ""), Hash(""));
        byte[] bytes = new byte[40];
        var seen = new HashSet<ulong>();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x80;
            var hash = new StateHash(seed: 0);
            hash.Add(bytes);
            Assert.True(seen.Add(hash.Value), $"a change of byte {i} is not seen");
        }

        static ulong Hash(params string[] parts)
        {
            var hash = new StateHash(seed: 0);
            foreach (string part in parts)
            {
                hash.Add(Encoding.ASCII.GetBytes(part));
            }

            return hash.Value;
        }
    }

    [Fact]
    public void Vectors_have_a_length_a_direction_and_a_turn()
    {
        var a = new Vec2(3, 4);
        Assert.Equal(5f, a.Length);
        Assert.Equal(new Vec2(0.6f, 0.8f), a.Normalized());
        Assert.Equal(Vec2.Zero, Vec2.Zero.Normalized());
        Assert.Equal(0f, Vec2.Dot(a, a.Perpendicular));
        Assert.True(Vec2.Cross(new Vec2(1, 0), new Vec2(0, 1)) > 0);
        Assert.Equal(new Vec2(1.2f, 1.6f), a.Clamped(2f));
        Assert.Equal(a, a.Clamped(5f));
        Assert.False(new Vec2(float.NaN, 0).IsFinite);
    }

    [Fact]
    public void Ticks_count_forward_and_know_their_distance()
    {
        var tick = new Tick(10);
        Assert.Equal(11u, tick.Next.Value);
        Assert.Equal(-3, new Tick(7).Since(tick));
        Assert.True(tick > Tick.None);
        Assert.Throws<OverflowException>(() => new Tick(uint.MaxValue).Next);
    }
}
