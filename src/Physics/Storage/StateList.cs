using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Physics.Storage;

/// <summary>A growable list of plain values. All that a world remembers lies in such lists, so that it can be copied, hashed and restored byte by byte.</summary>
internal sealed class StateList<T>
    where T : unmanaged
{
    private T[] _items = [];

    public int Count { get; private set; }

    public int Capacity => _items.Length;

    public Span<T> Span => _items.AsSpan(0, Count);

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items[index];
    }

    /// <summary>A new item at the end, whose content is left over from before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Add()
    {
        if (Count == _items.Length)
        {
            Grow(Count + 1);
        }

        return ref _items[Count++];
    }

    public void Add(in T item) => Add() = item;

    /// <summary>Sets the count; new items are zero.</summary>
    public void Resize(int count)
    {
        EnsureCapacity(count);
        if (count > Count)
        {
            _items.AsSpan(Count, count - Count).Clear();
        }

        Count = count;
    }

    /// <summary>Sets the count; new items hold what is left over.</summary>
    public void SetCountUncleared(int count)
    {
        EnsureCapacity(count);
        Count = count;
    }

    public void EnsureCapacity(int capacity)
    {
        if (capacity > _items.Length)
        {
            Grow(capacity);
        }
    }

    public void Clear() => Count = 0;

    public void RemoveLast() => Count--;

    public void CopyFrom(ReadOnlySpan<T> items)
    {
        SetCountUncleared(items.Length);
        items.CopyTo(_items);
    }

    public Span<byte> Bytes() => MemoryMarshal.AsBytes(Span);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int capacity) => Array.Resize(ref _items, Math.Max(capacity, Math.Max(8, Math.Min(_items.Length * 2, Array.MaxLength))));
}
