using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Contacts;

/// <summary>Looks up partners of bodies whose boxes have changed, and keeps the two lists of pairs.</summary>
internal sealed class PairFinder
{
    private readonly BodySet _bodies;
    private readonly BodyTree _staticTree;
    private readonly BodyTree _movingTree;
    private readonly JointSet _joints;
    private readonly StateList<ulong> _found = new();

    public PairFinder(BodySet bodies, BodyTree staticTree, BodyTree movingTree, JointSet joints)
    {
        _bodies = bodies;
        _staticTree = staticTree;
        _movingTree = movingTree;
        _joints = joints;
    }

    /// <summary>Pairs of which a body is awake.</summary>
    public PairList Active { get; } = new();

    /// <summary>Pairs of which none is.</summary>
    public PairList Asleep { get; } = new();

    /// <summary>Every pair of both lists.</summary>
    public PairKeys Keys { get; } = new();

    /// <summary>
    /// Statics come first, so that nobody loses the ground to a heap of others. Searches are counted, not timed: where thousands lie in one place the same ones
    /// wait for the next step on every machine.
    /// </summary>
    public void Find()
    {
        _found.Clear();
        StateList<int> moved = _bodies.Moved;
        long boxes = Limits.SearchBoxesOfStep + ((long)Limits.SearchBoxesPerBody * moved.Count);
        foreach (int slot in moved.Span)
        {
            ref readonly BodyState body = ref _bodies.States[slot];
            if (body.IsAlive && body.Kind != BodyKind.Static && boxes > 0)
            {
                boxes -= Search(_staticTree, slot, Limits.PairsMax + Limits.StaticPairsMax);
            }
        }

        int next = 0;
        for (; next < moved.Count && boxes > 0 && Keys.Count < Limits.PairsMax; next++)
        {
            ref BodyState body = ref _bodies.States[moved[next]];
            if (body.IsAlive)
            {
                boxes -= Search(_movingTree, moved[next], Limits.PairsMax);
                if (Keys.Count >= Limits.PairsMax)
                {
                    break;
                }
            }

            body.Flags &= ~BodyFlags.Moved;
        }

        KeepWaiting(moved, next);
        _found.Span.Sort();
        foreach (ulong key in _found.Span)
        {
            AddPair((int)(key >> 32), (int)(uint)key - 1);
        }
    }

    public void Forget(in Pair pair) => Keys.Remove(PairKeys.Key(pair.A, pair.B));

    /// <summary>Makes two joined bodies look for each other again, or part.</summary>
    public void Reconsider(int a, int b)
    {
        ulong key = PairKeys.Key(a, b);
        if (Keys.Remove(key))
        {
            Drop(Active, key);
            Drop(Asleep, key);
        }

        _bodies.MarkMoved(a);
        _bodies.MarkMoved(b);
    }

    /// <summary>Brings pairs up to date with bodies whose material or shape has changed.</summary>
    public void JoinTraits()
    {
        JoinTraits(Active);
        JoinTraits(Asleep);
        foreach (ref BodyTraits traits in _bodies.Traits.Span)
        {
            traits.IsChanged = false;
        }
    }

    private void JoinTraits(PairList list)
    {
        foreach (ref Pair pair in list.Pairs.Span)
        {
            if (_bodies.Traits[pair.A].IsChanged || _bodies.Traits[pair.B].IsChanged)
            {
                JoinTraits(ref pair);
            }
        }
    }

    private void JoinTraits(ref Pair pair)
    {
        ref readonly BodyTraits a = ref _bodies.Traits[pair.A];
        ref readonly BodyTraits b = ref _bodies.Traits[pair.B];
        pair.Flags = a.Shape.IsConvex && b.Shape.IsConvex ? pair.Flags | PairFlags.Convex : pair.Flags & ~PairFlags.Convex;
        pair.Friction = Material.Join(a.Friction, b.Friction, a.FrictionCombine, b.FrictionCombine);
        pair.Restitution = Material.Join(a.Restitution, b.Restitution, a.RestitutionCombine, b.RestitutionCombine);
        pair.RollingResistance = Material.Join(a.RollingResistance, b.RollingResistance, Combine.GeometricMean, Combine.GeometricMean);
    }

    /// <summary>The keys anew from the pairs, after a restore.</summary>
    public void RebuildKeys()
    {
        Keys.Clear();
        foreach (ref readonly Pair pair in Active.Pairs.Span)
        {
            Keys.Add(PairKeys.Key(pair.A, pair.B));
        }

        foreach (ref readonly Pair pair in Asleep.Pairs.Span)
        {
            Keys.Add(PairKeys.Key(pair.A, pair.B));
        }
    }

    /// <returns>How many boxes it looked at.</returns>
    private int Search(BodyTree tree, int slot, int pairsMax)
    {
        var visitor = new Candidates { Finder = this, Slot = slot, PairsMax = pairsMax, Left = Limits.PartnersMax };
        TreeTraversal.Overlap(tree, _bodies.Bounds[slot].Fat, ref visitor);
        return visitor.Boxes;
    }

    /// <summary>Those alive that have not searched yet stay in the list, in their order.</summary>
    private void KeepWaiting(StateList<int> moved, int from)
    {
        int kept = 0;
        for (int i = from; i < moved.Count; i++)
        {
            ref BodyState body = ref _bodies.States[moved[i]];
            if (body.IsAlive)
            {
                moved[kept++] = moved[i];
            }
            else
            {
                body.Flags &= ~BodyFlags.Moved;
            }
        }

        moved.SetCountUncleared(kept);
    }

    private static void Drop(PairList list, ulong key)
    {
        int kept = 0;
        Span<Pair> pairs = list.Pairs.Span;
        foreach (Pair pair in pairs)
        {
            if (PairKeys.Key(pair.A, pair.B) != key)
            {
                pairs[kept++] = pair;
            }
        }

        list.Pairs.SetCountUncleared(kept);
    }

    private void AddPair(int a, int b)
    {
        ref readonly BodyTraits traitsA = ref _bodies.Traits[a];
        ref readonly BodyTraits traitsB = ref _bodies.Traits[b];
        ContactReports reports = (ContactReports)Math.Max((byte)traitsA.Reports, (byte)traitsB.Reports);
        PairFlags flags = reports == ContactReports.None ? PairFlags.None : reports == ContactReports.Changes ? PairFlags.ReportsChanges : PairFlags.ReportsAll;
        flags |= ((_bodies.States[a].Flags | _bodies.States[b].Flags) & BodyFlags.Sensor) != 0 ? PairFlags.Sensor : PairFlags.None;
        var pair = new Pair { A = a, B = b, Flags = flags };
        JoinTraits(ref pair);
        bool isAwake = _bodies.States[a].IsAwake || _bodies.States[b].IsAwake;
        (isAwake ? Active : Asleep).Add(pair, default);
    }

    /// <summary>True unless layers, kinds or a joint keep two bodies apart.</summary>
    public bool MayMeet(int a, int b)
    {
        ref readonly BodyState stateA = ref _bodies.States[a];
        ref readonly BodyState stateB = ref _bodies.States[b];
        ref readonly BodyTraits traitsA = ref _bodies.Traits[a];
        ref readonly BodyTraits traitsB = ref _bodies.Traits[b];
        if (a == b || (traitsA.Mask & traitsB.Layers) == 0 || (traitsB.Mask & traitsA.Layers) == 0)
        {
            return false;
        }

        bool isSensorA = (stateA.Flags & BodyFlags.Sensor) != 0, isSensorB = (stateB.Flags & BodyFlags.Sensor) != 0;
        bool mayMeet = isSensorA || isSensorB
            ? isSensorA != isSensorB && (stateA.Kind != BodyKind.Static || stateB.Kind != BodyKind.Static)
            : stateA.IsDynamic || stateB.IsDynamic;
        return mayMeet && !_joints.Separate(a, b);
    }

    private struct Candidates : IBoxVisitor
    {
        public PairFinder Finder;
        public int Slot;
        public int PairsMax;
        public int Left;
        public int Boxes;

        public bool Visit(int slot)
        {
            Boxes++;
            if (!Finder.MayMeet(Slot, slot))
            {
                return Boxes < Limits.SearchBoxesMax;
            }

            ulong key = PairKeys.Key(Slot, slot);
            if (Finder.Keys.Add(key))
            {
                Finder._found.Add(key);
            }

            return --Left > 0 && Finder.Keys.Count < PairsMax;
        }
    }
}
