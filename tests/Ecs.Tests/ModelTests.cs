using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>The world against the simplest thing that could be right: a dictionary of dictionaries.</summary>
public sealed class ModelTests
{
    private const int Operations = 100_000;

    private readonly World _world = new(new WorldOptions { ChunkBytes = 1024, EntitiesMax = 700 });
    private readonly Dictionary<Entity, Dictionary<Type, long>> _model = [];
    private readonly List<Entity> _alive = [];
    private readonly List<Entity> _dead = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_world_does_what_its_model_does(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        for (int i = 0; i < Operations; i++)
        {
            Step(ref random, i);
            if (i % 5000 == 0)
            {
                Compare();
            }
        }

        Compare();
        Assert.True(_dead.Count > 1000, "the run must have destroyed many");
    }

    private void Step(ref DeterministicRandom random, int number)
    {
        bool deferred = random.NextBool(0.3f);
        int choice = random.Next(10);
        if ((choice < 3 || _alive.Count == 0) && _alive.Count < 700)
        {
            Create(deferred, random.Next(4), number);
        }
        else if (choice < 5)
        {
            Destroy(deferred, random.Next(_alive.Count));
        }
        else
        {
            Entity entity = _alive[random.Next(_alive.Count)];
            switch (random.Next(4))
            {
                case 0:
                    Change(deferred, choice < 8, entity, new Position { X = number % 1000 }, number % 1000);
                    break;
                case 1:
                    Change(deferred, choice < 8, entity, new Speed { Value = number }, number);
                    break;
                case 2:
                    Change(deferred, choice < 8, entity, new Padded { Large = number }, number);
                    break;
                default:
                    Change(deferred, choice < 8, entity, (byte)number, (byte)number);
                    break;
            }
        }

        if (random.NextBool(0.4f) || _world.Commands.Count > 0)
        {
            _world.Commands.Apply();
        }

        if (_dead.Count > 0)
        {
            Assert.False(_world.IsAlive(_dead[random.Next(_dead.Count)]));
        }
    }

    private void Create(bool deferred, int components, int number)
    {
        var position = new Position { X = number % 1000 };
        var speed = new Speed { Value = number };
        var padded = new Padded { Large = number };
        Entity entity = components switch
        {
            0 => deferred ? _world.Commands.Create() : _world.Create(),
            1 => deferred ? _world.Commands.Create(position) : _world.Create(position),
            2 => deferred ? _world.Commands.Create(position, speed) : _world.Create(position, speed),
            _ => deferred ? _world.Commands.Create(position, speed, padded) : _world.Create(position, speed, padded),
        };
        var expected = new Dictionary<Type, long>();
        if (components >= 1)
        {
            expected[typeof(Position)] = number % 1000;
        }

        if (components >= 2)
        {
            expected[typeof(Speed)] = number;
        }

        if (components >= 3)
        {
            expected[typeof(Padded)] = number;
        }

        Assert.True(_model.TryAdd(entity, expected), "an id must be new");
        _alive.Add(entity);
    }

    private void Destroy(bool deferred, int place)
    {
        Entity entity = _alive[place];
        if (deferred)
        {
            _world.Commands.Destroy(entity);
        }
        else
        {
            _world.Destroy(entity);
        }

        _model.Remove(entity);
        _alive.RemoveAt(place);
        _dead.Add(entity);
    }

    private void Change<T>(bool deferred, bool add, Entity entity, T value, long expected)
        where T : unmanaged
    {
        if (add)
        {
            _model[entity][typeof(T)] = expected;
            if (deferred)
            {
                _world.Commands.Add(entity, value);
            }
            else
            {
                _world.Add(entity, value);
            }
        }
        else
        {
            bool had = _model[entity].Remove(typeof(T));
            if (deferred)
            {
                _world.Commands.Remove<T>(entity);
            }
            else
            {
                Assert.Equal(had, _world.Remove<T>(entity));
            }
        }
    }

    private void Compare()
    {
        Assert.Equal(_model.Count, _world.EntityCount);
        foreach ((Entity entity, Dictionary<Type, long> components) in _model)
        {
            Check<Position>(entity, components, value => (long)value.X);
            Check<Speed>(entity, components, value => value.Value);
            Check<Padded>(entity, components, value => value.Large);
            Check<byte>(entity, components, value => value);
        }

        Query query = _world.Query().All<Position>().None<Speed>().Build();
        var found = new HashSet<Entity>();
        foreach (Chunk chunk in query)
        {
            foreach (Entity entity in chunk.Entities)
            {
                Assert.True(found.Add(entity));
            }
        }

        Assert.True(found.SetEquals(_model.Where(pair => pair.Value.ContainsKey(typeof(Position)) && !pair.Value.ContainsKey(typeof(Speed))).Select(pair => pair.Key)));
        Assert.Equal(found.Count, query.Count());
    }

    private void Check<T>(Entity entity, Dictionary<Type, long> components, Func<T, long> read)
        where T : unmanaged
    {
        bool expected = components.TryGetValue(typeof(T), out long value);
        Assert.Equal(expected, _world.Has<T>(entity));
        if (expected)
        {
            Assert.Equal(value, read(_world.Get<T>(entity)));
        }
    }
}
