using System.Buffers;
using System.Text;
using RealtimeServer.Ecs.Checkpoints;

namespace RealtimeServer.Ecs;

public sealed class ObjectTests
{
    [Fact]
    public void Objects_go_where_their_entities_go()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        world.RegisterObject(new NoteSerializer());
        var entities = new List<Entity>();
        for (int i = 0; i < 300; i++)
        {
            Entity entity = world.Create(i);
            world.AddObject(entity, new Note($"{i}"));
            entities.Add(entity);
        }

        for (int i = 0; i < 300; i += 3)
        {
            world.Destroy(entities[i]);
            world.Add<Marker>(entities[i + 1]);
        }

        for (int i = 0; i < 300; i++)
        {
            if (i % 3 != 0)
            {
                Assert.Equal($"{i}", world.GetObject<Note>(entities[i]).Text);
            }
        }

        Query query = world.Query().All<int>().AllObjects<Note>().Build();
        Assert.Equal(200, query.Count());
        foreach (Chunk chunk in query)
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                Assert.Equal($"{chunk.Read<int>()[i]}", chunk.Objects<Note>()[i].Text);
            }
        }

        Assert.True(world.RemoveObject<Note>(entities[1]));
        Assert.False(world.RemoveObject<Note>(entities[1]));
        Assert.False(world.HasObject<Note>(entities[1]));
        Assert.Contains("has no component Note", Assert.Throws<EcsException>(() => world.GetObject<Note>(entities[1])).Message, StringComparison.Ordinal);
        Assert.Equal(1, world.Query().All<int>().NoObjects<Note>().Build().Count());
    }

    [Fact]
    public void Objects_with_a_serializer_are_saved_and_hashed()
    {
        using var world = new World();
        world.RegisterObject(new NoteSerializer());
        Entity entity = world.Create(1);
        world.Commands.AddObject(entity, new Note("before"));
        world.Commands.Apply();
        ulong hash = History.Hash(world);
        byte[] bytes = CheckpointTests.Bytes(world);
        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        world.GetObject<Note>(entity).Text = "after";
        Assert.NotEqual(hash, History.Hash(world));
        checkpoint.Restore();
        Assert.Equal("before", world.GetObject<Note>(entity).Text);
        Assert.Equal(hash, History.Hash(world));

        using var other = new World();
        other.RegisterObject(new NoteSerializer());
        other.Register<int>();
        var read = new WorldCheckpoint(other);
        read.Read(bytes);
        read.Restore();
        Assert.Equal(hash, History.Hash(other));
        Assert.Equal("before", other.GetObject<Note>(entity).Text);
    }

    [Fact]
    public void Objects_without_a_serializer_are_refused_by_name()
    {
        using var world = new World();
        world.AddObject(world.Create(), new Note("x"));
        Assert.Contains("Note has no serializer", Assert.Throws<EcsException>(() => History.Hash(world)).Message, StringComparison.Ordinal);
        Assert.Contains("Note has no serializer", Assert.Throws<EcsException>(new WorldCheckpoint(world).Save).Message, StringComparison.Ordinal);
    }

    private sealed class Note(string text)
    {
        public string Text { get; set; } = text;
    }

    private sealed class NoteSerializer : IObjectSerializer<Note>
    {
        public void Write(Note value, IBufferWriter<byte> writer) => writer.Write(Encoding.UTF8.GetBytes(value.Text));

        public Note Read(ReadOnlySpan<byte> bytes) => new(Encoding.UTF8.GetString(bytes));
    }
}
