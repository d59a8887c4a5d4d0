using System.Buffers.Binary;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>Damaged and forged checkpoints: each is refused with an error, or is a world that can be used. Nothing else may happen.</summary>
public sealed class CheckpointFuzz
{
    private static readonly byte[] Whole = Sample();

    [Fact]
    public void Every_cut_and_every_flipped_byte_is_noticed()
    {
        using World world = History.NewWorld();
        var checkpoint = new WorldCheckpoint(world);
        for (int length = 0; length < Whole.Length; length += length < 200 ? 1 : 37)
        {
            Assert.Throws<InvalidDataException>(() => checkpoint.Read(Whole.AsSpan(0, length)));
        }

        for (int at = 0; at < Whole.Length; at += at < 400 ? 1 : 23)
        {
            byte[] damaged = [.. Whole];
            damaged[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => checkpoint.Read(damaged));
        }

        checkpoint.Read(Whole);
        checkpoint.Restore();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_forged_checkpoint_is_refused_or_restores_to_a_sound_world(ulong seed)
    {
        int cases = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_CASES"), out int wanted) ? wanted : 3000;
        var random = new DeterministicRandom(seed);
        int accepted = 0;
        for (int i = 0; i < cases; i++)
        {
            using World world = History.NewWorld();
            var checkpoint = new WorldCheckpoint(world);
            byte[] forged = Mutate(ref random);
            try
            {
                checkpoint.Read(forged);
            }
            catch (InvalidDataException)
            {
                Assert.False(checkpoint.IsSaved);
                continue;
            }

            accepted++;
            checkpoint.Restore();
            Use(world, checkpoint);
        }

        Assert.InRange(accepted, 1, cases - 1);
    }

    /// <summary>Changes what the checksum covers and then the checksum, as somebody would who means harm.</summary>
    private static byte[] Mutate(ref DeterministicRandom random)
    {
        byte[] bytes = [.. Whole];
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            // Half of them where the numbers are, near the start.
            int at = CheckpointFile.HeaderBytes + random.Next(random.NextBool(0.5f) ? 400 : bytes.Length - CheckpointFile.HeaderBytes - 8);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.NextUInt();
                    break;
                case 1:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.Next(-3, 300));
                    break;
                case 2:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.NextBool(0.5f) ? int.MaxValue : int.MinValue);
                    break;
                default:
                    bytes.AsSpan(at, 8).CopyTo(bytes.AsSpan(CheckpointFile.HeaderBytes + random.Next(bytes.Length - CheckpointFile.HeaderBytes - 8), 8));
                    break;
            }
        }

        if (random.NextBool(0.1f))
        {
            bytes = bytes[..random.Next(CheckpointFile.HeaderBytes, bytes.Length)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), bytes.Length - CheckpointFile.HeaderBytes);
        }

        var hash = new StateHash(CheckpointFile.Version);
        hash.Add(bytes.AsSpan(CheckpointFile.HeaderBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), hash.Value);
        return bytes;
    }

    private static void Use(World world, WorldCheckpoint checkpoint)
    {
        int count = 0;
        var all = new List<Entity>();
        foreach (Chunk chunk in world.Query().Build())
        {
            foreach (Entity entity in chunk.Entities)
            {
                Assert.True(world.IsAlive(entity));
                Assert.True(checkpoint.IsAlive(entity));
                count++;
                all.Add(entity);
            }
        }

        Assert.Equal(world.EntityCount, count);
        Entity made = world.Create(new Position(), new Speed());
        Assert.True(world.IsAlive(made));
        foreach (Entity entity in all)
        {
            if (world.IsAlive(entity))
            {
                world.Add(entity, 7);
                world.ClearParent(entity);
                world.Destroy(entity);
            }
        }

        Assert.Equal(1, world.EntityCount);
        checkpoint.Save();
        checkpoint.Restore();
    }

    private static byte[] Sample()
    {
        using World world = History.NewWorld();
        new History(11).Play(world, 400);
        world.Emit(5L);
        return CheckpointTests.Bytes(world);
    }
}
