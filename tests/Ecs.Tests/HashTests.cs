using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

public sealed class HashTests
{
    [Fact]
    public void Equal_histories_hash_equally_and_any_change_shows()
    {
        using World first = Play(seed: 1);
        using World second = Play(seed: 1);
        using World other = Play(seed: 2);
        Assert.Equal(Hash(first), Hash(second));
        Assert.NotEqual(Hash(first), Hash(other));

        first.Singleton<Speed>().Value++;
        Assert.NotEqual(Hash(first), Hash(second));
        first.Singleton<Speed>().Value--;
        Entity extra = first.Create();
        first.Destroy(extra);
        Assert.NotEqual(Hash(first), Hash(second));
    }

    [Fact]
    public void What_other_worlds_did_first_changes_nothing()
    {
        using var first = new World();
        first.Create(new ProbeA(1), new ProbeB(2));
        ulong expected = Hash(first);

        // In the first world A came before B in the process; here a third type and B come first for another world.
        using var stranger = new World();
        stranger.Create(new ProbeC(), new ProbeB());
        using var second = new World();
        second.Create(new ProbeA(1), new ProbeB(2));
        Assert.Equal(expected, Hash(second));
    }

    [Fact]
    public void Iteration_order_follows_the_world_not_the_process()
    {
        using var first = new World();
        using var second = new World();
        first.Register<OrderB>();
        first.Register<OrderA>();
        second.Register<OrderA>();
        second.Register<OrderB>();
        foreach (World world in new[] { first, second })
        {
            world.Create(1, new OrderB());
            world.Create(2, new OrderA());
            world.Create(3);
        }

        Assert.Equal([1, 2, 3], Order(first));
        Assert.Equal([1, 2, 3], Order(second));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public void Padding_is_not_hashed(byte filler)
    {
        Assert.Equal(PaddedHash(0x55), PaddedHash(filler));
    }

    [Fact]
    public void Every_byte_of_data_is_hashed()
    {
        // One byte, ten of Padded's 24, six of each pair's eight, one byte.
        Assert.Equal(1 + 10 + (6 * 6) + 1, DataByteCount<Nested>());
        Assert.Equal(10, DataByteCount<Padded>());
        Assert.Equal(9, DataByteCount<Fixed>());
        Assert.Equal(8, DataByteCount<Position>());
        Assert.Equal(0, DataByteCount<Marker>());
    }

    private static int[] Order(World world)
    {
        var seen = new List<int>();
        foreach (Chunk chunk in world.Query().All<int>().Build())
        {
            seen.AddRange(chunk.Span<int>());
        }

        return [.. seen];
    }

    private static ulong PaddedHash(byte filler)
    {
        using var world = new World();
        Nested value = default;
        MemoryMarshal.AsBytes(new Span<Nested>(ref value)).Fill(filler);
        value.First = 1;
        value.After = 2;
        value.Inner.Small = 3;
        value.Inner.Large = 4;
        value.Inner.Last = true;
        for (int i = 0; i < 6; i++)
        {
            value.Items[i].A = 5;
            value.Items[i].B = 6;
        }

        world.Create(value);
        return Hash(world);
    }

    /// <summary>How many single bytes of a component change the hash of its world.</summary>
    private static int DataByteCount<T>()
        where T : unmanaged
    {
        int count = 0;
        for (int i = 0; i < Unsafe.SizeOf<T>(); i++)
        {
            using var zero = new World();
            zero.Create(default(T));
            using var world = new World();
            T value = default;
            MemoryMarshal.AsBytes(new Span<T>(ref value))[i] = 1;
            world.Create(value);
            count += Hash(zero) != Hash(world) ? 1 : 0;
        }

        return count;
    }

    private static World Play(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var world = new World();
        var alive = new List<Entity>();
        for (int i = 0; i < 2000; i++)
        {
            switch (random.Next(5))
            {
                case 0:
                    alive.Add(world.Create(new Position { X = random.NextSingle() }, new Padded { Small = 1, Large = i }));
                    break;
                case 1:
                    alive.Add(world.Commands.Create(i));
                    world.Commands.Apply();
                    break;
                case 2 when alive.Count > 0:
                    world.Add(alive[random.Next(alive.Count)], new Speed { Value = i });
                    break;
                case 3 when alive.Count > 0:
                    world.Remove<Position>(alive[random.Next(alive.Count)]);
                    break;
                case 4 when alive.Count > 20:
                    int victim = random.Next(alive.Count);
                    world.Destroy(alive[victim]);
                    alive.RemoveAt(victim);
                    break;
                default:
                    world.Singleton<Speed>().Value++;
                    break;
            }
        }

        return world;
    }

    private static ulong Hash(World world)
    {
        var hash = new StateHash(0);
        world.Hash(ref hash);
        return hash.Value;
    }

    private record struct ProbeA(int Value);

    private record struct ProbeB(int Value);

    private record struct ProbeC(int Value);

    private record struct OrderA(int Value);

    private record struct OrderB(int Value);
}
