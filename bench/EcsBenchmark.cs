using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Ecs.Checkpoints;

namespace RealtimeServer.Bench;

/// <summary>
/// What operations of a world cost, and a query beside the same loop over bare arrays. All rows are measured in turn, over and over; the middle
/// and the best round of each are shown, in nanoseconds an entity where nothing else is said.
/// </summary>
internal sealed class EcsBenchmark(TextWriter output)
{
    private readonly List<Row> _rows = [];
    private int[] _shuffled = [];
    private int _count;

    public void Run(BenchArguments arguments)
    {
        _count = arguments.Units.Count > 0 ? arguments.Units[0] : 100_000;
        _shuffled = [.. Enumerable.Range(0, _count)];
        var random = new Foundation.DeterministicRandom(1);
        for (int i = _count - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (_shuffled[i], _shuffled[other]) = (_shuffled[other], _shuffled[i]);
        }

        AddCreation();
        AddChanges();
        AddQueries();
        AddWorlds();
        AddManyWorlds();
        long end = Stopwatch.GetTimestamp() + (long)(arguments.Seconds * Stopwatch.Frequency);
        do
        {
            foreach (Row row in _rows)
            {
                GC.Collect();
                row.Measure();
            }
        }
        while (Stopwatch.GetTimestamp() < end);

        output.WriteLine($"{_count} entities {"p50",22} {"best",9}");
        foreach (Row row in _rows)
        {
            (double best, double middle) = row.Result();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-32} {middle,8:F2} {best,8:F2} {row.Unit}"));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Move(Span<Place> places, ReadOnlySpan<Velocity> velocities)
    {
        for (int i = 0; i < places.Length && i < velocities.Length; i++)
        {
            places[i].X += velocities[i].X;
            places[i].Y += velocities[i].Y;
        }
    }

    private static World NewWorld() => new(new WorldOptions { EntitiesMax = Ecs.Limits.EntitiesMax });

    private World FilledWorld(out Entity[] entities)
    {
        World world = NewWorld();
        entities = new Entity[_count];
        for (int i = 0; i < _count; i++)
        {
            entities[i] = world.Create(new Place { X = i }, new Velocity { X = 1 }, default(Health));
        }

        return world;
    }

    private void AddCreation()
    {
        Add("create, 3 components", () =>
        {
            using World world = NewWorld();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < _count; i++)
            {
                world.Create(new Place { X = i }, new Velocity { X = 1 }, new Health { Value = 3 });
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Add("create, 5 components", () =>
        {
            using World world = NewWorld();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < _count; i++)
            {
                world.Create(new Place { X = i }, new Velocity { X = 1 }, new Health { Value = 3 }, new Armour { A = 1 }, new Weapon { A = 2 });
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Add("bulk create, 3 components", () =>
        {
            using World world = NewWorld();
            var made = new Entity[_count];
            long start = Stopwatch.GetTimestamp();
            world.CreateMany(made, new Place { X = 1 }, new Velocity { X = 1 }, new Health { Value = 3 });
            return Stopwatch.GetElapsedTime(start);
        });
        Add("destroy", () => Destroy(i => i));
        Add("destroy, at random", () => Destroy(i => _shuffled[i]));
    }

    private TimeSpan Destroy(Func<int, int> which)
    {
        using World world = FilledWorld(out Entity[] entities);
        Entity[] order = [.. Enumerable.Range(0, _count).Select(i => entities[which(i)])];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < order.Length; i++)
        {
            world.Destroy(order[i]);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private void AddChanges()
    {
        World world = FilledWorld(out Entity[] entities);
        Add("add a component", () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < entities.Length; i++)
            {
                world.Add(entities[i], new Armour { A = i });
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Add("remove a component", () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < entities.Length; i++)
            {
                world.Remove<Armour>(entities[i]);
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Entity[] random = [.. _shuffled.Select(i => entities[i])];
        float sum = 0;
        Add("get, at random", () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < random.Length; i++)
            {
                sum += world.Get<Place>(random[i]).X;
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Add("read, at random", () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < random.Length; i++)
            {
                sum += world.Read<Place>(random[i]).X;
            }

            return Stopwatch.GetElapsedTime(start);
        });
    }

    private void AddQueries()
    {
        World world = FilledWorld(out _);
        Query query = world.Query().All<Place, Velocity>().Build();
        var places = new Place[_count];
        var velocities = new Velocity[_count];
        Add("2 components: bare arrays", () =>
        {
            long start = Stopwatch.GetTimestamp();
            Move(places, velocities);
            return Stopwatch.GetElapsedTime(start);
        });
        Add("2 components: chunk spans", () =>
        {
            long start = Stopwatch.GetTimestamp();
            foreach (Chunk chunk in query)
            {
                Move(chunk.Span<Place>(), chunk.Read<Velocity>());
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Add("2 components: rows", () =>
        {
            long start = Stopwatch.GetTimestamp();
            foreach (Row<Place, Velocity> row in query.Rows<Place, Velocity>())
            {
                row.C1.X += row.C2.X;
                row.C1.Y += row.C2.Y;
            }

            return Stopwatch.GetElapsedTime(start);
        });
        Add("2 components: delegate", () =>
        {
            long start = Stopwatch.GetTimestamp();
            query.ForEach<Place, Velocity>(static (_, ref place, ref velocity) =>
            {
                place.X += velocity.X;
                place.Y += velocity.Y;
            });
            return Stopwatch.GetElapsedTime(start);
        });
    }

    private void AddWorlds()
    {
        World world = NewWorld();
        for (int i = 0; i < 10_000; i++)
        {
            world.Create(default(Place), default(Velocity), default(Health), default(Armour), default(Weapon));
        }

        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        Add("save 10,000 x 5 components", "us", 1_000, () => Timed(checkpoint.Save));
        Add("restore them", "us", 1_000, () => Timed(checkpoint.Restore));
        long bytes = 0;
        Add("new world, first entity, end", "us", 100 * 1_000, () => Timed(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                using World small = SmallWorld();
                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }));
        _rows.Add(new Row("memory of that world", "bytes", () => bytes));
    }

    /// <summary>As many worlds at once as a full server has matches; what they hold, and what is left of it after their end.</summary>
    private void AddManyWorlds()
    {
        int count = Math.Min(_count, 10_000);
        var worlds = new World[count];
        double held = 0;
        double left = 0;
        Add("worlds at once: to make each", "us", count * 1_000, () =>
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            TimeSpan made = Timed(() =>
            {
                for (int i = 0; i < count; i++)
                {
                    worlds[i] = SmallWorld();
                }
            });
            held = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
            foreach (World world in worlds)
            {
                world.Dispose();
            }

            Array.Clear(worlds);
            left = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
            return made;
        });
        _rows.Add(new Row("memory of each", "bytes", () => held));
        _rows.Add(new Row("left of each after its end", "bytes", () => left));
    }

    private static World SmallWorld()
    {
        var world = new World();
        world.Register<Place>();
        world.Query().All<Place>().Build();
        world.Create(default(Place), default(Velocity));
        return world;
    }

    private static TimeSpan Timed(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    private void Add(string name, Func<TimeSpan> round) => Add(name, "ns", _count, round);

    /// <param name="per">A round's nanoseconds are divided by this.</param>
    private void Add(string name, string unit, int per, Func<TimeSpan> round) => _rows.Add(new Row(name, unit, () => round().TotalNanoseconds / per));

#pragma warning disable CS0649 // Of some fields only the room they take counts.
    private struct Place
    {
        public float X;
        public float Y;
    }

    private struct Velocity
    {
        public float X;
        public float Y;
    }

    private struct Health
    {
        public int Value;
        public int Max;
    }

    private struct Armour
    {
        public float A;
        public float B;
        public float C;
    }

    private struct Weapon
    {
        public int A;
        public int B;
        public int C;
    }

#pragma warning restore CS0649

    private sealed class Row(string name, string unit, Func<double> round)
    {
        private readonly List<double> _rounds = [];

        public string Name => name;

        public string Unit => unit;

        public void Measure() => _rounds.Add(round());

        public (double Best, double Middle) Result()
        {
            _rounds.Sort();
            return (_rounds[0], _rounds[_rounds.Count / 2]);
        }
    }
}
