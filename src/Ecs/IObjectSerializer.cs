using System.Buffers;

namespace RealtimeServer.Ecs;

/// <summary>Turns a managed component into bytes and back, so that it can take part in checkpoints and hashes of its world.</summary>
public interface IObjectSerializer<T>
    where T : class
{
    /// <summary>Writes all that decides the value's future; equal values must give equal bytes.</summary>
    void Write(T value, IBufferWriter<byte> writer);

    /// <summary>Makes a new value of what <see cref="Write"/> wrote. The bytes may come from a damaged file.</summary>
    /// <exception cref="InvalidDataException">They are not what <see cref="Write"/> writes.</exception>
    T Read(ReadOnlySpan<byte> bytes);
}
