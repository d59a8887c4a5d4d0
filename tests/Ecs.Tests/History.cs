using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>A world that does things by chance from a seed, of every kind: the same seed and world give the same again, from any point on.</summary>
internal sealed class History
{
    private DeterministicRandom _random;
    private int _number;

    public History(ulong seed)
    {
        _random = new DeterministicRandom(seed);
    }

    private History(DeterministicRandom random, int number)
    {
        _random = random;
        _number = number;
    }

    public static World NewWorld(int chunkBytes = 1024)
    {
        var world = new World(new WorldOptions { ChunkBytes = chunkBytes });
        world.Register<Position>();
        world.Register<Speed>();
        world.Register<Padded>();
        world.Register<int>();
        world.Register<Marker>();
        world.Track<Speed>();
        world.Emitted<long>();
        return world;
    }

    /// <summary>The same history from here on, to be played in another world.</summary>
    public History Fork() => new(_random, _number);

    public void Play(World world, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            _number++;
            Step(world);
        }
    }

    /// <summary>The n-th entity in order of iteration: it depends on the world alone.</summary>
    public static Entity Nth(World world, int n)
    {
        foreach (Chunk chunk in world.Query().Build())
        {
            if (n < chunk.Count)
            {
                return chunk.Entities[n];
            }

            n -= chunk.Count;
        }

        return Entity.None;
    }

    public static ulong Hash(World world)
    {
        var hash = new StateHash(0);
        world.Hash(ref hash);
        return hash.Value;
    }

    private void Step(World world)
    {
        Entity any = world.EntityCount > 0 ? Nth(world, _random.Next(world.EntityCount)) : Entity.None;
        switch (any.IsNone ? 0 : _random.Next(16))
        {
            case 0 or 1 or 2:
                world.Create(new Position { X = _random.NextSingle() }, new Padded { Small = 1, Large = _number });
                break;
            case 3 or 4:
                world.Commands.Create(_number, new Speed { Value = _number });
                world.Commands.Apply();
                break;
            case 5 or 6:
                world.Add(any, new Speed { Value = _number });
                break;
            case 7:
                world.Remove<Speed>(any);
                break;
            case 8:
                world.Remove<Position>(any);
                break;
            case 9:
                world.Add<Marker>(any);
                break;
            case 10 when world.EntityCount > 150:
                world.Destroy(any);
                break;
            case 11:
                Entity other = Nth(world, _random.Next(world.EntityCount));
                if (!IsBelow(world, other, any))
                {
                    world.SetParent(any, other);
                }

                break;
            case 12:
                world.ClearParent(any);
                break;
            case 13:
                world.Singleton<Speed>().Value++;
                world.Emit((long)_number);
                break;
            case 14:
                world.ClearEvents();
                break;
            default:
                if (world.Has<Position>(any))
                {
                    world.Get<Position>(any).Y++;
                }

                break;
        }

        world.NextVersion();
    }

    private static bool IsBelow(World world, Entity entity, Entity above)
    {
        for (; !entity.IsNone; entity = world.Parent(entity))
        {
            if (entity == above)
            {
                return true;
            }
        }

        return false;
    }
}
