using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace RealtimeServer.Foundation;

/// <summary>Reads what <see cref="StateWriter"/> wrote. Whatever does not fit is an error that names the byte.</summary>
/// <param name="bytes">The state.</param>
/// <param name="name">How errors name it: "checkpoint", "snapshot".</param>
public ref struct StateReader(ReadOnlySpan<byte> bytes, string name)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The next byte's index.</summary>
    public int At { get; private set; }

    public readonly bool IsAtEnd => At == _bytes.Length;

    public int Int() => MemoryMarshal.Read<int>(Bytes(sizeof(int)));

    public ulong Long() => MemoryMarshal.Read<ulong>(Bytes(sizeof(ulong)));

    public T Value<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Bytes(Unsafe.SizeOf<T>()));

    /// <summary>A number from 0 to a limit.</summary>
    /// <param name="what">What is counted, for the error.</param>
    /// <exception cref="InvalidDataException">Negative, or beyond the limit.</exception>
    public int Count(int max, string what)
    {
        int count = Int();
        return count >= 0 && count <= max ? count : throw new InvalidDataException($"The {name} claims {count} {what} before byte {At}; at most {max} are possible.");
    }

    /// <summary>A text of at most so many bytes.</summary>
    /// <exception cref="InvalidDataException">It is longer, or the bytes end before it does.</exception>
    public string Text(int max = 1024) => Encoding.UTF8.GetString(Bytes(Count(max, "bytes of a text")));

    /// <exception cref="InvalidDataException">There are not so many left.</exception>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > _bytes.Length - At)
        {
            throw new InvalidDataException($"The {name} ends too early: at byte {At} it lacks {count - (_bytes.Length - At)} bytes.");
        }

        ReadOnlySpan<byte> found = _bytes.Slice(At, (int)count);
        At += (int)count;
        return found;
    }
}
