using System.Buffers;
using System.Numerics;
using RealtimeServer.Ecs.Storage;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>The hash of all that decides a world's future; see <see cref="World.Hash"/>.</summary>
internal static class WorldHash
{
    public static void Add(World world, ref StateHash hash)
    {
        world.Entities.Hash(ref hash);
        hash.Add((ulong)world.Commands.Count);
        foreach (Archetype archetype in world.Archetypes.All)
        {
            hash.Add(archetype.Mask);
            for (int i = 0; i < archetype.ChunkCount; i++)
            {
                AddChunk(world.Components, archetype, archetype.Chunk(i), ref hash);
            }
        }

        world.Components.HashSingletons(ref hash);
        world.Events.Hash(ref hash);
    }

    private static void AddChunk(ComponentTable components, Archetype archetype, ChunkStore chunk, ref StateHash hash)
    {
        hash.Add<Entity>(chunk.Entities[..chunk.Count]);
        foreach (ref readonly Column column in archetype.Columns.AsSpan(1))
        {
            ReadOnlySpan<byte> bytes = chunk.Bytes.AsSpan(column.Prefix * chunk.Capacity, chunk.Count * column.Bytes);
            components.Types[column.Component].Data.Hash(ref hash, bytes, column.Bytes);
        }

        if (archetype.ObjectMask != 0)
        {
            AddObjects(components, archetype, chunk, ref hash);
        }
    }

    private static void AddObjects(ComponentTable components, Archetype archetype, ChunkStore chunk, ref StateHash hash)
    {
        var scratch = new ArrayBufferWriter<byte>();
        for (ulong rest = archetype.ObjectMask; rest != 0; rest &= rest - 1)
        {
            int component = BitOperations.TrailingZeroCount(rest);
            ObjectColumn? column = components.Objects(component);
            if (column is null)
            {
                EcsException.ThrowNoSerializer(components.Name(component));
            }

            for (int row = 0; row < chunk.Count; row++)
            {
                column.Hash(archetype.ObjectCell(chunk, component, row), ref hash, scratch);
            }
        }
    }
}
