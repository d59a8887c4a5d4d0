using System.Runtime.CompilerServices;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Contacts;

/// <summary>Manifolds of pairs of capsules, found eight at a time for the pairs just ahead of the one that is looked at.</summary>
internal sealed class CapsuleWindow
{
    private const int Size = 64;

    private readonly Manifold[] _manifolds = new Manifold[Size];
    private int _start;
    private int _end;

    /// <summary>A bit for each pair of the window that was looked at.</summary>
    private ulong _isKnown;

    /// <summary>Forgets all: other pairs follow, or these ones have moved.</summary>
    public void Clear() => _start = _end = 0;

    /// <summary>True if a pair is one of capsules whose boxes are near, and its manifold known.</summary>
    /// <param name="index">The pair; mostly the one behind the last that was asked for.</param>
    /// <param name="pairs">All pairs.</param>
    /// <param name="shapes">Their shapes.</param>
    /// <param name="bodies">Their bodies.</param>
    /// <param name="margin">Metres at which contacts begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Knows(int index, ReadOnlySpan<Pair> pairs, ShapeSet shapes, BodySet bodies, float margin)
    {
        if (index < _start || index >= _end)
        {
            Look(index, pairs, shapes, bodies, margin);
        }

        return (_isKnown >> (index - _start) & 1) != 0;
    }

    /// <summary>Of a known pair.</summary>
    public ref readonly Manifold Of(int index) => ref _manifolds[index - _start];

    private void Look(int start, ReadOnlySpan<Pair> pairs, ShapeSet shapes, BodySet bodies, float margin)
    {
        (_start, _end, _isKnown) = (start, Math.Min(start + Size, pairs.Length), 0);
        CapsulePairs batch = default;
        Span<byte> places = stackalloc byte[WideMath.Lanes];
        for (int i = start; i < _end; i++)
        {
            ref readonly Pair pair = ref pairs[i];
            ShapeId a = bodies.Traits[pair.A].Shape, b = bodies.Traits[pair.B].Shape;
            if (a.Kind != ShapeKind.Capsule || b.Kind != ShapeKind.Capsule || !bodies.AreNear(pair.A, pair.B, margin))
            {
                continue;
            }

            _isKnown |= 1UL << (i - start);
            places[batch.Count] = (byte)(i - start);
            batch.Add(bodies.States[pair.A], shapes.Get(a).Size, bodies.States[pair.B], shapes.Get(b).Size);
            if (batch.IsFull)
            {
                batch.Collide(margin, places, _manifolds);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            batch.Collide(margin, places, _manifolds);
        }
    }
}
