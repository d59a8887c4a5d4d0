using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Islands;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Storage;
using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics.Contacts;

/// <summary>
/// From boxes that overlap to manifolds with the impulses of the step before. Pairs with a body that is awake are in one list, the others wait
/// in a second one at no cost. New pairs are sorted before they are added, so their order depends neither on the tree nor on threads.
/// </summary>
internal sealed class ContactPipeline
{
    /// <summary>Metres between surfaces at which bodies begin to count as touching, and at which they cease to.</summary>
    private const float TouchBegins = 0.005f;
    private const float TouchEnds = 0.01f;

    /// <summary>Metres within which a contact counts as the one of the last step though its features are others.</summary>
    private const float SamePlace = 0.02f;

    private readonly ShapeSet _shapes;
    private readonly BodySet _bodies;
    private readonly Sleeper _sleeper;
    private readonly PairFinder _finder;
    private readonly float _margin;
    private bool _hasChanged;

    public ContactPipeline(ShapeSet shapes, BodySet bodies, Sleeper sleeper, PairFinder finder, float margin)
    {
        _shapes = shapes;
        _bodies = bodies;
        _sleeper = sleeper;
        _finder = finder;
        _margin = margin;
    }

    public PairList Active => _finder.Active;

    public PairList Asleep => _finder.Asleep;

    public StateList<ContactEvent> ContactEvents { get; } = new();

    public StateList<SensorEvent> SensorEvents { get; } = new();

    /// <summary>Brings pairs and manifolds up to date with where bodies are.</summary>
    public void Update(StepScratch scratch, PhysicsThreads? threads)
    {
        ContactEvents.Clear();
        SensorEvents.Clear();
        Settle();
        _finder.Find();
        _sleeper.FetchWoken();
        StateList<ContactManifold> next = scratch.NextManifolds;
        next.Clear();
        scratch.Pairs.Capsules.Clear();
        StateList<Pair> pairs = Active.Pairs;
        int shared = threads is null || pairs.Count <= CollideJob.Grain ? 0 : pairs.Count;
        if (shared > 0)
        {
            scratch.CollideJob.Run(this, threads!, shared);
        }

        int kept = 0;
        for (int i = 0; ; i++)
        {
            if (i == pairs.Count)
            {
                // Who was hit wakes its island, whose pairs come behind the others.
                _sleeper.FetchWoken();
                if (i == pairs.Count)
                {
                    break;
                }
            }

            Pair pair = pairs[i];
            if (IsNear(pair))
            {
                if (i < shared)
                {
                    Fetch(scratch.CollideJob.Of(i, pair), ref pair, next);
                }
                else
                {
                    Collide(i, ref pair, next, scratch.Pairs);
                }

                Bound(ref pair, next);
                Judge(ref pair, next, kept);
                pairs[kept++] = pair;
                continue;
            }

            _finder.Forget(pair);
            if (pair.IsTouching)
            {
                Tell(pair, ContactChange.End, -1, next);
            }
        }

        pairs.SetCountUncleared(kept);
        Active.Manifolds.CopyFrom(next.Span);
    }

    /// <summary>Finds the manifolds of some active pairs, of which each then holds its range in the list given.</summary>
    public void Collide(int from, int to, StateList<ContactManifold> found, PairScratch scratch)
    {
        scratch.Capsules.Clear();
        for (int i = from; i < to; i++)
        {
            ref Pair pair = ref Active.Pairs[i];
            if (IsNear(pair))
            {
                Collide(i, ref pair, found, scratch);
            }
        }
    }

    /// <summary>Completes events with what the solver found.</summary>
    public void CompleteEvents()
    {
        Span<ContactEvent> events = ContactEvents.Span;
        int kept = 0;
        for (int i = 0; i < events.Length; i++)
        {
            ContactEvent told = events[i];
            if (told.Pair >= 0 && !Complete(ref told))
            {
                continue;
            }

            events[kept++] = told;
        }

        ContactEvents.SetCountUncleared(kept);
    }

    /// <returns>False for two bodies that were near but did not press on each other.</returns>
    private bool Complete(ref ContactEvent told)
    {
        ref Pair pair = ref Active.Pairs[told.Pair];
        told.Pair = -1;
        float sum = 0, hardest = -1;
        foreach (ref readonly ContactManifold manifold in Active.ManifoldsOf(pair))
        {
            for (int p = 0; p < manifold.Count; p++)
            {
                SolvedPoint point = manifold.Points[p];
                sum += point.StepImpulse;
                if (point.StepImpulse > hardest)
                {
                    hardest = point.StepImpulse;
                    told.Normal = manifold.Normal;
                    told.Point = _bodies.States[pair.A].Centre + point.OffsetA;
                }
            }
        }

        told.Impulse = sum;
        if (told.IsOpen)
        {
            told.IsOpen = false;
            pair.Flags |= sum > 0 ? PairFlags.Touching : PairFlags.None;
            return sum > 0;
        }

        return true;
    }

    /// <summary>A body's material or shape has changed: its pairs are brought up to date when they are next looked at, once for all such bodies.</summary>
    public void MarkChanged(int slot)
    {
        _bodies.Traits[slot].IsChanged = true;
        _hasChanged = true;
    }

    /// <summary>Brings up to date the pairs of bodies marked as changed.</summary>
    public void Settle()
    {
        if (_hasChanged)
        {
            _hasChanged = false;
            _finder.JoinTraits();
        }
    }

    private bool IsNear(in Pair pair) =>
        (_bodies.States[pair.A].Flags & _bodies.States[pair.B].Flags & BodyFlags.Alive) != 0
        && Aabb.Overlaps(_bodies.Bounds[pair.A].Fat, _bodies.Bounds[pair.B].Fat);

    /// <summary>Adds the pair's manifolds to the list, with the impulses of the same features in the old ones.</summary>
    private void Collide(int index, ref Pair pair, StateList<ContactManifold> next, PairScratch scratch)
    {
        int first = next.Count;
        ref readonly BodyState a = ref _bodies.States[pair.A];
        ref readonly BodyState b = ref _bodies.States[pair.B];
        if (scratch.Capsules.Knows(index, Active.Pairs.Span, _shapes, _bodies, _margin))
        {
            ref readonly Manifold manifold = ref scratch.Capsules.Of(index);
            if (manifold.Count > 0)
            {
                Take(manifold, a.Pose.Position - a.Centre, Active.ManifoldsOf(pair), next);
            }
        }
        else if (_bodies.AreNear(pair.A, pair.B, _margin))
        {
            ReadOnlySpan<ContactManifold> old = Active.ManifoldsOf(pair);
            Vec3 toOrigin = a.Pose.Position - a.Centre;
            ShapeId shapeA = _bodies.Traits[pair.A].Shape, shapeB = _bodies.Traits[pair.B].Shape;
            if ((pair.Flags & PairFlags.Convex) != 0)
            {
                Manifold manifold;
                System.Runtime.CompilerServices.Unsafe.SkipInit(out manifold);
                if (Collider.CollideConvex(_shapes, shapeA, a.Pose, shapeB, b.Pose, _margin, ref manifold))
                {
                    Take(manifold, toOrigin, old, next);
                }
            }
            else
            {
                scratch.Children.Clear();
                Collider.Collide(_shapes, shapeA, a.Pose, shapeB, b.Pose, _margin, scratch.Children);
                foreach (ref readonly Manifold manifold in scratch.Children.Span)
                {
                    Take(manifold, toOrigin, old, next);
                }
            }
        }

        pair.FirstManifold = first;
        pair.ManifoldCount = next.Count - first;
    }

    /// <summary>Leaves out the contacts of the last pairs where a step has too many.</summary>
    private static void Bound(ref Pair pair, StateList<ContactManifold> next)
    {
        if (next.Count > Limits.ManifoldsMax)
        {
            next.SetCountUncleared(pair.FirstManifold);
            pair.ManifoldCount = 0;
        }
    }

    private static void Fetch(ReadOnlySpan<ContactManifold> found, ref Pair pair, StateList<ContactManifold> next)
    {
        pair.FirstManifold = next.Count;
        next.SetCountUncleared(next.Count + found.Length);
        found.CopyTo(next.Span[pair.FirstManifold..]);
    }

    private static void Take(in Manifold manifold, Vec3 toOrigin, ReadOnlySpan<ContactManifold> old, StateList<ContactManifold> next)
    {
        ref ContactManifold taken = ref next.Add();
        taken.Normal = manifold.Normal;
        taken.Count = manifold.Count;
        taken.ChildKey = manifold.ChildKey;
        int same = 0;
        while (same < old.Length && old[same].ChildKey != manifold.ChildKey)
        {
            same++;
        }

        bool isKnown = same < old.Length;
        taken.FrictionImpulse = isKnown ? old[same].FrictionImpulse : default;
        taken.TurnImpulse = isKnown ? old[same].TurnImpulse : default;
        for (int i = 0; i < manifold.Count; i++)
        {
            ref readonly ContactPoint point = ref manifold.Points[i];
            ref SolvedPoint solved = ref taken.Points[i];
            solved.OffsetA = point.OffsetA + toOrigin;
            solved.Separation = point.Separation;
            solved.Feature = point.Feature;
            solved.Impulse = isKnown ? ImpulseOf(old[same], point.Feature, solved.OffsetA) : 0;
            solved.StepImpulse = 0;
        }

        for (int i = manifold.Count; i < Manifold.PointsMax; i++)
        {
            // Equal worlds are equal byte by byte.
            taken.Points[i] = default;
        }
    }

    /// <summary>
    /// The impulse of the same features in the last step; where those have changed, of the point that was closest. On faces of one size
    /// corners and crossings of edges take turns, and would lose what holds a stack.
    /// </summary>
    private static float ImpulseOf(in ContactManifold old, uint feature, Vec3 offset)
    {
        float nearest = SamePlace * SamePlace, impulse = 0;
        for (int i = 0; i < old.Count; i++)
        {
            SolvedPoint point = old.Points[i];
            if (point.Feature == feature)
            {
                return point.Impulse;
            }

            float distance = Vec3.DistanceSquared(point.OffsetA, offset);
            if (distance < nearest)
            {
                nearest = distance;
                impulse = point.Impulse;
            }
        }

        return impulse;
    }

    /// <summary>Decides whether the pair touches, tells it, and wakes who is hit asleep.</summary>
    private void Judge(ref Pair pair, StateList<ContactManifold> next, int index)
    {
        float least = float.PositiveInfinity;
        foreach (ref readonly ContactManifold manifold in next.Span.Slice(pair.FirstManifold, pair.ManifoldCount))
        {
            for (int p = 0; p < manifold.Count; p++)
            {
                least = MathF.Min(least, manifold.Points[p].Separation);
            }
        }

        bool touched = pair.IsTouching;
        bool touches = least <= (pair.IsSensor ? 0f : touched ? TouchEnds : TouchBegins);
        pair.Flags = touches ? pair.Flags | PairFlags.Touching : pair.Flags & ~PairFlags.Touching;
        if (touches != touched)
        {
            Tell(pair, touches ? ContactChange.Begin : ContactChange.End, index, next);
        }
        else if (!touches && pair.ManifoldCount > 0 && !pair.IsSensor)
        {
            Tell(pair, ContactChange.Begin, index, next, isOpen: true);
        }
        else if (touches && (pair.Flags & PairFlags.ReportsAll) != 0)
        {
            Tell(pair, ContactChange.Stay, index, next);
        }

        if (pair.IsSensor)
        {
            next.SetCountUncleared(pair.FirstManifold);
            pair.ManifoldCount = 0;
        }
        else if (pair.ManifoldCount > 0)
        {
            _sleeper.WakeByContact(pair.A, pair.B);
        }
    }

    private void Tell(in Pair pair, ContactChange change, int index, StateList<ContactManifold> next, bool isOpen = false)
    {
        if ((pair.Flags & (PairFlags.ReportsChanges | PairFlags.ReportsAll)) == 0)
        {
            return;
        }

        if (pair.IsSensor)
        {
            bool isA = (_bodies.States[pair.A].Flags & BodyFlags.Sensor) != 0;
            SensorEvents.Add(new SensorEvent(_bodies.IdOf(isA ? pair.A : pair.B), _bodies.IdOf(isA ? pair.B : pair.A), change));
            return;
        }

        ContactEvents.Add(new ContactEvent
        {
            A = _bodies.IdOf(pair.A),
            B = _bodies.IdOf(pair.B),
            Change = change,
            ApproachSpeed = change == ContactChange.End ? 0 : ApproachSpeed(pair, next),
            Pair = change == ContactChange.End ? -1 : index,
            IsOpen = isOpen,
        });
    }

    /// <summary>Metres a second at which the first point of a pair closes.</summary>
    private float ApproachSpeed(in Pair pair, StateList<ContactManifold> manifolds)
    {
        ref readonly BodyState a = ref _bodies.States[pair.A];
        ref readonly BodyState b = ref _bodies.States[pair.B];
        ref readonly ContactManifold manifold = ref manifolds[pair.FirstManifold];
        Vec3 offsetA = manifold.Points[0].OffsetA;
        Vec3 offsetB = offsetA + a.Centre - b.Centre;
        Vec3 relative = a.LinearVelocity + Vec3.Cross(a.AngularVelocity, offsetA) - b.LinearVelocity - Vec3.Cross(b.AngularVelocity, offsetB);
        float closing = Vec3.Dot(relative, manifold.Normal);
        return closing > 0 ? closing : 0;
    }
}
