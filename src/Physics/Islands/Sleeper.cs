using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Islands;

/// <summary>
/// Lets islands fall asleep and wakes them. Islands (bodies joined by contacts and joints) are found by union-find in the steps in which some
/// body has rested long enough; those that sleep are remembered as rings through their bodies, so waking one wakes all.
/// </summary>
internal sealed class Sleeper
{
    private readonly BodySet _bodies;
    private readonly PairFinder _finder;
    private readonly JointSet _joints;
    private readonly float _delay;

    public Sleeper(BodySet bodies, PairFinder finder, JointSet joints, float delay)
    {
        _bodies = bodies;
        _finder = finder;
        _joints = joints;
        _delay = delay;
    }

    /// <summary>True if bodies have woken whose pairs still lie with those asleep.</summary>
    public bool HasWoken { get; set; }

    /// <summary>Wakes a body and its island. Nothing happens to a static body or one that is awake but that its rest starts anew.</summary>
    public void Wake(int slot)
    {
        ref BodyState body = ref _bodies.States[slot];
        if (body.IsAwake)
        {
            body.RestTime = 0;
            return;
        }

        if (body.Kind == BodyKind.Static || !body.IsAlive)
        {
            return;
        }

        HasWoken = true;
        int next = slot;
        do
        {
            int current = next;
            next = _bodies.Traits[current].IslandNext;
            _bodies.Traits[current].IslandNext = current;
            _bodies.States[current].RestTime = 0;
            _bodies.AddAwake(current);
        }
        while (next != slot);
    }

    /// <summary>A body that moves wakes the one asleep that it touches.</summary>
    public void WakeByContact(int a, int b)
    {
        ref readonly BodyState stateA = ref _bodies.States[a];
        ref readonly BodyState stateB = ref _bodies.States[b];
        if (stateA.IsAwake == stateB.IsAwake)
        {
            return;
        }

        (int sleeper, int waker) = stateA.IsAwake ? (b, a) : (a, b);
        if (_bodies.States[sleeper].IsDynamic && !IsStill(_bodies.States[waker]))
        {
            Wake(sleeper);
        }
    }

    /// <summary>Wakes all that share a pair with a body, near as they may be only.</summary>
    public void WakePartners(BodyTree movingTree, int slot)
    {
        var visitor = new PartnerWaker { Sleeper = this, Slot = slot };
        TreeTraversal.Overlap(movingTree, _bodies.Bounds[slot].Fat, ref visitor);
    }

    /// <summary>Wakes what lies in a box: a body was put there.</summary>
    public void WakeInside(BodyTree movingTree, in Aabb box)
    {
        var visitor = new Waker { Sleeper = this };
        TreeTraversal.Overlap(movingTree, box, ref visitor);
    }

    /// <summary>Brings the pairs of woken bodies to those that are looked at, in their order.</summary>
    public void FetchWoken()
    {
        if (!HasWoken)
        {
            return;
        }

        HasWoken = false;
        Divide(_finder.Asleep, _finder.Active, takesAwake: true);
    }

    /// <summary>Puts islands to sleep that have rested long enough.</summary>
    public void FallAsleep(StepScratch scratch)
    {
        Span<int> awake = _bodies.Awake.Span;
        bool anyone = false;
        foreach (int slot in awake)
        {
            anyone |= _bodies.States[slot].RestTime >= _delay;
        }

        if (!anyone)
        {
            return;
        }

        Span<int> roots = scratch.Roots(awake.Length);
        Span<float> rest = scratch.Rest(awake.Length);
        IslandSearch.Unite(roots, _bodies, _finder.Active, _joints);
        LeastRest(roots, rest);
        StateList<int> falling = scratch.Falling;
        falling.Clear();
        for (int i = 0; i < awake.Length; i++)
        {
            if (rest[IslandSearch.Root(roots, i)] >= _delay)
            {
                falling.Add(awake[i]);
            }
        }

        if (falling.Count == 0)
        {
            return;
        }

        LinkRings(roots, falling.Span);
        foreach (int slot in falling.Span)
        {
            ref BodyState body = ref _bodies.States[slot];
            body.LinearVelocity = default;
            body.AngularVelocity = default;
            _bodies.RemoveAwake(slot);
        }

        Divide(_finder.Active, _finder.Asleep, takesAwake: false);
    }

    private static bool IsStill(in BodyState body) =>
        body.Kind == BodyKind.Kinematic && body.LinearVelocity == Vec3.Zero && body.AngularVelocity == Vec3.Zero;

    /// <summary>For each root the least rest of its island: nothing for one that is touched by what moves.</summary>
    private void LeastRest(Span<int> roots, Span<float> rest)
    {
        rest.Fill(float.PositiveInfinity);
        Span<int> awake = _bodies.Awake.Span;
        for (int i = 0; i < awake.Length; i++)
        {
            ref readonly BodyState body = ref _bodies.States[awake[i]];
            float own = (body.Flags & BodyFlags.MaySleep) != 0 ? body.RestTime : 0;
            ref float least = ref rest[IslandSearch.Root(roots, i)];
            least = own < least ? own : least;
        }

        foreach (ref readonly Pair pair in _finder.Active.Pairs.Span)
        {
            if (pair.ManifoldCount > 0)
            {
                Disturb(pair.A, pair.B, roots, rest);
                Disturb(pair.B, pair.A, roots, rest);
            }
        }

        foreach (ref readonly Joint joint in _joints.Joints.Span)
        {
            if (joint.IsAlive)
            {
                Disturb(joint.A, joint.B, roots, rest);
                Disturb(joint.B, joint.A, roots, rest);
            }
        }
    }

    private void Disturb(int mover, int rester, Span<int> roots, Span<float> rest)
    {
        ref readonly BodyState a = ref _bodies.States[mover];
        ref readonly BodyState b = ref _bodies.States[rester];
        if (a.Kind == BodyKind.Kinematic && a.IsAwake && !IsStill(a) && b.IsAwake && b.IsDynamic)
        {
            rest[IslandSearch.Root(roots, b.AwakeIndex)] = 0;
        }
    }

    private void LinkRings(Span<int> roots, ReadOnlySpan<int> falling)
    {
        // A body is linked in behind the first of its island, which is the root: roots are the least index.
        foreach (int slot in falling)
        {
            int root = _bodies.Awake[IslandSearch.Root(roots, _bodies.States[slot].AwakeIndex)];
            if (root != slot)
            {
                _bodies.Traits[slot].IslandNext = _bodies.Traits[root].IslandNext;
                _bodies.Traits[root].IslandNext = slot;
            }
        }
    }

    /// <summary>Moves pairs whose bodies' state is asked for from one list to the other; both keep their order.</summary>
    private void Divide(PairList from, PairList to, bool takesAwake)
    {
        Span<Pair> pairs = from.Pairs.Span;
        int kept = 0, manifolds = 0;
        for (int i = 0; i < pairs.Length; i++)
        {
            Pair pair = pairs[i];
            ref readonly BodyState a = ref _bodies.States[pair.A];
            ref readonly BodyState b = ref _bodies.States[pair.B];

            // Pairs of removed bodies come along, to be told and forgotten.
            bool isAwake = a.IsAwake || b.IsAwake || !a.IsAlive || !b.IsAlive;
            Span<ContactManifold> of = from.ManifoldsOf(pair);
            if (isAwake == takesAwake)
            {
                to.Add(pair, of);
                continue;
            }

            of.CopyTo(from.Manifolds.Span[manifolds..]);
            pair.FirstManifold = manifolds;
            manifolds += of.Length;
            pairs[kept++] = pair;
        }

        from.Pairs.SetCountUncleared(kept);
        from.Manifolds.SetCountUncleared(manifolds);
    }

    private struct PartnerWaker : IBoxVisitor
    {
        public Sleeper Sleeper;
        public int Slot;

        public readonly bool Visit(int slot)
        {
            if (Sleeper._finder.Keys.Contains(PairKeys.Key(Slot, slot)))
            {
                Sleeper.Wake(slot);
            }

            return true;
        }
    }

    private struct Waker : IBoxVisitor
    {
        public Sleeper Sleeper;

        public readonly bool Visit(int slot)
        {
            Sleeper.Wake(slot);
            return true;
        }
    }
}
