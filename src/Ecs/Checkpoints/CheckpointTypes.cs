using RealtimeServer.Ecs.Storage;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>The component types that a checkpoint's bytes are made of.</summary>
internal static class CheckpointTypes
{
    public static void Save(ComponentTable components, StateWriter writer)
    {
        writer.Int(components.Count);
        for (int i = 0; i < components.Count; i++)
        {
            ComponentType type = components.Types[i];
            writer.Text(components.Name(i));
            writer.Int(type.Bytes);
            writer.Long(type.IsManaged ? 0 : type.Data.LayoutHash);
        }
    }

    public static void Skip(ref StateReader reader)
    {
        int count = reader.Int();
        for (int i = 0; i < count; i++)
        {
            reader.Bytes(reader.Int());
            reader.Bytes(sizeof(int) + sizeof(ulong));
        }
    }

    /// <summary>Compares with the world's own, which may have more.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="InvalidDataException">They differ; the message names the component.</exception>
    public static int Verify(World world, ref StateReader reader)
    {
        int count = reader.Count(Limits.ComponentTypesMax, "component types");
        for (int i = 0; i < count; i++)
        {
            string name = reader.Text();
            int bytes = reader.Int();
            ulong layout = reader.Long();
            if (i == world.Components.Count && name is nameof(ChildOf))
            {
                // Registered by a world itself with its first parent, so a new one lacks them.
                Hierarchy.Register(world);
            }

            if (i >= world.Components.Count)
            {
                throw new InvalidDataException($"The checkpoint has component {name}, which is not registered here: register it, in the same order, before reading.");
            }

            ComponentType type = world.Components.Types[i];
            if (world.Components.Name(i) != name)
            {
                throw new InvalidDataException($"The checkpoint's component {i + 1} is {name}, here it is {world.Components.Name(i)}: it is of another game or version.");
            }

            if (type.Bytes != bytes || (!type.IsManaged && type.Data.LayoutHash != layout))
            {
                throw new InvalidDataException($"The checkpoint's component {name} has other fields ({bytes} bytes) than here ({type.Bytes} bytes): it is of another version.");
            }
        }

        return count;
    }
}
