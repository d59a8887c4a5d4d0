using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Islands;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Solver;

/// <summary>
/// Divides the bodies awake by the substeps they need. Most do with the world's; islands in which a joint that is not exact holds a body many times as
/// heavy as the other take more, and no others with them. Kinematic bodies are in both groups: nothing moves them.
/// </summary>
internal sealed class StepGroups
{
    /// <summary>One body of a joint this many times as heavy as the other: impulses take long to run along the light ones.</summary>
    private const float UnequalRatio = 10f;
    private const float VeryUnequalRatio = 60f;
    private const int UnequalFineness = 2;
    private const int VeryUnequalFineness = 3;

    private readonly StateList<int> _coarse = new();
    private readonly StateList<int> _fine = new();
    private readonly StateList<int> _coarseRows = new();
    private readonly StateList<int> _fineRows = new();

    public SolverRows Coarse => new(_coarse.Span, _coarseRows.Span);

    public SolverRows Fine => new(_fine.Span, _fineRows.Span);

    /// <returns>
    /// How many times as many substeps as the world's the fine group needs; one if nobody does: the groups are then left over from before.
    /// </returns>
    public int Divide(StepScratch scratch, BodySet bodies, PairList pairs, JointSet joints)
    {
        int first = FirstUnequal(bodies, joints, 0, UnequalRatio);
        if (first == joints.Joints.Count)
        {
            return 1;
        }

        ReadOnlySpan<int> awake = bodies.Awake.Span;
        Span<int> roots = scratch.Roots(awake.Length);
        IslandSearch.Unite(roots, bodies, pairs, joints);
        _coarse.Clear();
        _fine.Clear();
        _coarseRows.Clear();
        _coarseRows.Resize(awake.Length);
        _fineRows.Clear();
        _fineRows.Resize(awake.Length);

        // Until they are known, rows mark islands.
        const int Marked = -1;
        for (int i = first; i < joints.Joints.Count; i = FirstUnequal(bodies, joints, i + 1, UnequalRatio))
        {
            _fineRows[IslandSearch.Root(roots, bodies.States[joints.Joints[i].A].AwakeIndex)] = Marked;
        }

        for (int i = 0; i < awake.Length; i++)
        {
            _fineRows[i] = _fineRows[IslandSearch.Root(roots, i)];
        }

        for (int i = 0; i < awake.Length; i++)
        {
            bool isDynamic = bodies.States[awake[i]].IsDynamic, isFine = _fineRows[i] == Marked;
            _fineRows[i] = isFine || !isDynamic ? Append(_fine, awake[i]) : SolverRows.Absent;
            _coarseRows[i] = !isFine || !isDynamic ? Append(_coarse, awake[i]) : SolverRows.Absent;
        }

        return FirstUnequal(bodies, joints, first, VeryUnequalRatio) < joints.Joints.Count ? VeryUnequalFineness : UnequalFineness;
    }

    private static int Append(StateList<int> slots, int slot)
    {
        slots.Add(slot);
        return slots.Count;
    }

    /// <summary>The first joint from there on that is awake, not exact and holds two dynamic bodies, one that many times as heavy; the count if there is none.</summary>
    private static int FirstUnequal(BodySet bodies, JointSet joints, int from, float ratio)
    {
        for (int i = from; i < joints.Joints.Count; i++)
        {
            ref readonly Joint joint = ref joints.Joints[i];
            if (!joint.IsAlive || (joint.IsRigid && !joint.IsFree))
            {
                continue;
            }

            ref readonly BodyState a = ref bodies.States[joint.A];
            ref readonly BodyState b = ref bodies.States[joint.B];
            bool isUnequal = a.InverseMass > b.InverseMass * ratio || b.InverseMass > a.InverseMass * ratio;
            if (isUnequal && a.IsAwake && b.IsAwake && a.IsDynamic && b.IsDynamic)
            {
                return i;
            }
        }

        return joints.Joints.Count;
    }
}
