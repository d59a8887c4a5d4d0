using System.Buffers;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Storage;

/// <summary>Saves the values of one managed component type by the serializer the world was given for it.</summary>
internal abstract class ObjectColumn
{
    public abstract void Write(object value, ArrayBufferWriter<byte> writer);

    public abstract object Read(ReadOnlySpan<byte> bytes);

    public void Hash(object? value, ref StateHash hash, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        if (value is not null)
        {
            Write(value, scratch);
        }

        hash.Add(scratch.WrittenSpan);
    }
}

internal sealed class ObjectColumn<T>(IObjectSerializer<T> serializer) : ObjectColumn
    where T : class
{
    public override void Write(object value, ArrayBufferWriter<byte> writer) => serializer.Write((T)value, writer);

    public override object Read(ReadOnlySpan<byte> bytes) => serializer.Read(bytes);
}
