using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Contacts;

/// <summary>Pairs and their manifolds, in order of appearance.</summary>
internal sealed class PairList
{
    public readonly StateList<Pair> Pairs = new();
    public readonly StateList<ContactManifold> Manifolds = new();

    /// <summary>Adds a pair with copies of its manifolds.</summary>
    public void Add(Pair pair, ReadOnlySpan<ContactManifold> manifolds)
    {
        pair.FirstManifold = Manifolds.Count;
        pair.ManifoldCount = manifolds.Length;
        foreach (ref readonly ContactManifold manifold in manifolds)
        {
            Manifolds.Add(manifold);
        }

        Pairs.Add(pair);
    }

    public Span<ContactManifold> ManifoldsOf(in Pair pair) => Manifolds.Span.Slice(pair.FirstManifold, pair.ManifoldCount);

    public void Clear()
    {
        Pairs.Clear();
        Manifolds.Clear();
    }
}
