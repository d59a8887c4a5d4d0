using System.Reflection;
using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>Ids that mean nobody: none, dead, not yet alive, of other worlds, made up. Nothing may be found through them, and nothing be harmed.</summary>
public sealed class StrangeEntityTests
{
    [Fact]
    public void No_made_up_id_finds_anything_or_harms_anything()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        var alive = new HashSet<Entity>();
        for (int i = 0; i < 400; i++)
        {
            alive.Add(world.Create(new Position { X = i }, new Speed { Value = i }));
        }

        foreach (Entity entity in alive.Where(entity => entity.Index % 3 == 0).ToArray())
        {
            world.Destroy(entity);
            alive.Remove(entity);
        }

        Entity reserved = world.Commands.Create(new Position());
        ulong before = History.Hash(world);
        var random = new DeterministicRandom(7);
        uint[] indices = [0, 1, 3, 399, 400, 401, 511, 512, 65_535, 1 << 20, int.MaxValue, uint.MaxValue];
        uint[] generations = [0, 1, 2, 3, int.MaxValue, uint.MaxValue];
        var strange = new List<Entity> { Entity.None, reserved };
        strange.AddRange(indices.SelectMany(index => generations.Select(generation => new Entity(index, generation))));
        for (int i = 0; i < 20_000; i++)
        {
            strange.Add(new Entity(random.NextUInt() >> random.Next(32), random.NextUInt() >> random.Next(32)));
        }

        int refused = 0;
        foreach (Entity entity in strange.Where(entity => !alive.Contains(entity)))
        {
            Assert.False(world.IsAlive(entity));
            Assert.True(Unsafe.IsNullRef(ref world.TryGet<Position>(entity, out bool found)));
            Assert.False(found);
            Assert.True(Unsafe.IsNullRef(in world.TryRead<Speed>(entity, out found)));
            Assert.False(found);
            if (refused++ < 300)
            {
                RefusesAll(world, entity);
            }
        }

        Assert.True(refused > 15_000);
        Assert.Equal(before, History.Hash(world));
        Assert.All(alive, entity => Assert.Equal(world.Read<Position>(entity).X, world.Read<Speed>(entity).Value));
    }

    [Fact]
    public void An_entity_of_another_world_is_either_the_same_id_or_nobody()
    {
        using var large = new World();
        using var small = new World();
        var made = new Entity[5000];
        large.CreateMany(made, new Position());
        Entity only = small.Create(new Speed { Value = 4 });

        Assert.Equal(only, made[0]);
        Assert.Equal("Entity 0:1 has no component Position.", Assert.Throws<EcsException>(() => small.Get<Position>(made[0])).Message);
        foreach (Entity entity in made.AsSpan(1))
        {
            Assert.False(small.IsAlive(entity));
            small.TryGet<Speed>(entity, out bool found);
            Assert.False(found);
        }

        Assert.Equal(4, small.Get<Speed>(only).Value);
    }

    [Fact]
    public void Nothing_is_found_in_a_disposed_world()
    {
        var world = new World();
        var made = new Entity[3000];
        world.CreateMany(made, new Position(), new Speed());
        world.Dispose();
        foreach (Entity entity in made)
        {
            Assert.False(world.IsAlive(entity));
            world.TryRead<Position>(entity, out bool found);
            Assert.False(found);
        }

        Assert.Throws<EcsException>(() => world.Get<Speed>(made[0]));
        world.Dispose();
    }

    [Fact]
    public void A_world_serves_types_that_its_process_met_late()
    {
        // More types than those whose numbers lie in the table itself.
        Type[] letters = [typeof(byte), typeof(short), typeof(int), typeof(long), typeof(float), typeof(double), typeof(char)];
        var tags = letters.SelectMany(a => letters.SelectMany(b => letters.Select(c => typeof(Tag<,,>).MakeGenericType(a, b, c)))).ToList();
        Assert.True(tags.Count > 256);
        foreach (Type[] some in tags.Chunk(60))
        {
            using var world = new World();
            for (int i = 0; i < some.Length; i++)
            {
                Invoke(nameof(Use), some[i], world, i);
            }

            Assert.Equal(some.Length, world.EntityCount);
        }

        static void Invoke(string name, Type tag, params object[] arguments) =>
            typeof(StrangeEntityTests).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(tag).Invoke(null, arguments);
    }

    private static void Use<T>(World world, int number)
        where T : unmanaged
    {
        Entity without = world.Create(number);
        world.TryGet<T>(without, out bool found);
        Assert.False(found);
        Assert.False(world.Has<T>(without));
        world.Add<T>(without);
        world.Get<T>(without) = default;
        Assert.Equal(number, world.Read<int>(without));
        Assert.Equal(1, world.Query().All<T>().Build().Count());
    }

    private static void RefusesAll(World world, Entity entity)
    {
        Assert.Throws<EcsException>(() => world.Get<Position>(entity));
        Assert.Throws<EcsException>(() => world.Read<Position>(entity).X);
        Assert.Throws<EcsException>(() => world.Has<Position>(entity));
        Assert.Throws<EcsException>(() => world.Add(entity, new Position()));
        Assert.Throws<EcsException>(() => world.Add<Marker>(entity));
        Assert.Throws<EcsException>(() => world.Remove<Position>(entity));
        Assert.Throws<EcsException>(() => world.Destroy(entity));
        Assert.Throws<EcsException>(() => world.Parent(entity));
        Assert.Throws<EcsException>(() => world.Children(entity).Count);
        Assert.Throws<EcsException>(() => world.GetObject<string>(entity));
        Assert.Throws<EcsException>(() => world.AddObject(entity, "x"));
        Assert.Throws<EcsException>(() => Prefab.Of(world, entity));
    }

    private struct Tag<TA, TB, TC>
        where TA : unmanaged
        where TB : unmanaged
        where TC : unmanaged
    {
#pragma warning disable CS0649 // Only that it has a type of its own counts.
        public TA A;
        public TB B;
        public TC C;
#pragma warning restore CS0649
    }
}
