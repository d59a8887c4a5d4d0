using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace RealtimeServer.Foundation;

/// <summary>State as bytes in the making: numbers as they lie in memory, little-endian. Grows to its limit; nothing allocates once it has grown.</summary>
public sealed class StateWriter : IBufferWriter<byte>
{
    private readonly int _limit;
    private byte[] _bytes = [];

    /// <param name="limit">Bytes it may hold.</param>
    public StateWriter(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        _limit = limit;
    }

    public int Length { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Int(int value) => MemoryMarshal.Write(Next(sizeof(int)), in value);

    public void Long(ulong value) => MemoryMarshal.Write(Next(sizeof(ulong)), in value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    /// <summary>Unmanaged values as they lie in memory.</summary>
    public void Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Bytes(MemoryMarshal.AsBytes(values));

    public void Value<T>(in T value)
        where T : unmanaged => Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>A text, its length in UTF-8 before it.</summary>
    public void Text(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        Int(bytes);
        Encoding.UTF8.GetBytes(text, Next(bytes));
    }

    /// <summary>The next bytes, for the caller to fill.</summary>
    /// <exception cref="InvalidOperationException">There would be more than the limit.</exception>
    public Span<byte> Next(int count)
    {
        Span<byte> next = GetSpan(count)[..count];
        Length += count;
        return next;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Reserve(int count)
    {
        long needed = (long)Length + count;
        if (needed > _bytes.Length || _bytes.Length == Length)
        {
            if (needed > _limit || Length == _limit)
            {
                throw new InvalidOperationException($"The state takes more than the {_limit} bytes it may have.");
            }

            Array.Resize(ref _bytes, (int)Math.Min(_limit, Math.Max(needed, Math.Max(1024, _bytes.Length * 2L))));
        }
    }
}
