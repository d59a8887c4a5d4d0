namespace RealtimeServer.Physics.Collision;

/// <summary>The manifolds of a pair of bodies, in a buffer that grows to its hardest case and is then used again.</summary>
public sealed class ManifoldList
{
    private Manifold[] _items = new Manifold[4];

    public int Count { get; private set; }

    public ReadOnlySpan<Manifold> Span => _items.AsSpan(0, Count);

    public ref Manifold this[int index] => ref _items[index];

    public void Clear() => Count = 0;

    /// <summary>A new manifold at the end, whose content is left over from before.</summary>
    internal ref Manifold Add()
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        return ref _items[Count++];
    }

    internal void RemoveLast() => Count--;

    internal void RemoveFrom(int count) => Count = count;
}
