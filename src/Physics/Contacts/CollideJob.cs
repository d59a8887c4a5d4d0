using RealtimeServer.Physics.Storage;
using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics.Contacts;

/// <summary>Manifolds of the active pairs, found by many threads: each share of pairs fills a list of its own, and the lists are read in order.</summary>
internal sealed class CollideJob : IStepJob
{
    public const int Grain = 128;

    private readonly List<Share> _shares = [];
    private ContactPipeline? _pipeline;

    public void Run(ContactPipeline pipeline, PhysicsThreads threads, int pairs)
    {
        while (_shares.Count * Grain < pairs)
        {
            _shares.Add(new Share());
        }

        _pipeline = pipeline;
        threads.Run(this, pairs, Grain);
        _pipeline = null;
    }

    public void Execute(int from, int to)
    {
        for (int start = from; start < to; start += Grain)
        {
            Share share = _shares[start / Grain];
            share.Manifolds.Clear();
            _pipeline!.Collide(start, Math.Min(start + Grain, to), share.Manifolds, share.Scratch);
        }
    }

    /// <summary>The manifolds found for a pair.</summary>
    public ReadOnlySpan<ContactManifold> Of(int index, in Pair pair) =>
        _shares[index / Grain].Manifolds.Span.Slice(pair.FirstManifold, pair.ManifoldCount);

    private sealed class Share
    {
        public StateList<ContactManifold> Manifolds { get; } = new();

        public PairScratch Scratch { get; } = new();
    }
}
