using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Joints;

/// <summary>
/// The joints of a step that are solved together and exactly: a spanning forest of the bodies they move, from the leaves to a middle of each tree, which
/// keeps the way to it short. Joints to what does not move are leaves of their own, so that bridges are exact too. What closes a loop of moving bodies, or
/// holds one a second time (a door's other hinge), is left out: it would bind if it were a hair out of line. The forest is made anew every step from the
/// joints in their order, so it has no past to save and restore.
/// </summary>
internal sealed unsafe class JointForest
{
    private const int Unseen = -1;

    private readonly AlignedBuffer<JointLink> _links = new();
    private readonly AlignedBuffer<JointMobility> _mobilities = new();
    private readonly StateList<int> _members = new();

    /// <summary>For each row of the solver its place among the members, and the row that leads to its tree's first.</summary>
    private readonly StateList<int> _places = new();
    private readonly StateList<int> _roots = new();

    /// <summary>For each row how many joints are left, and all of their numbers in one: with one left, that is its number.</summary>
    private readonly StateList<int> _degrees = new();
    private readonly StateList<int> _edges = new();
    private readonly StateList<int> _leaves = new();
    private readonly StateList<bool> _isHung = new();

    /// <summary>Links in the order in which they are eliminated: all of a child's come before the one to its parent.</summary>
    public JointLink* Links => _links.Items;

    public int Count { get; private set; }

    /// <summary>Of each member.</summary>
    public JointMobility* Mobilities => _mobilities.Items;

    /// <summary>The bodies that its joints move, as rows of the solver.</summary>
    public ReadOnlySpan<int> Members => _members.Span;

    /// <summary>Marks the constraints that it takes.</summary>
    public void Build(Span<JointConstraint> constraints, int bodyCount)
    {
        Count = 0;
        _members.Clear();
        if (constraints.IsEmpty)
        {
            return;
        }

        _links.EnsureCapacity(constraints.Length);
        _places.SetCountUncleared(bodyCount);
        _roots.SetCountUncleared(bodyCount);
        _edges.SetCountUncleared(bodyCount);
        _isHung.SetCountUncleared(bodyCount);
        _degrees.SetCountUncleared(bodyCount);
        _degrees.Span.Fill(Unseen);
        for (int i = 0; i < constraints.Length; i++)
        {
            if (constraints[i].IsRigid)
            {
                Take(ref constraints[i], i);
            }
        }

        _mobilities.EnsureCapacity(_members.Count);
        Peel(constraints);
    }

    private void Take(ref JointConstraint constraint, int index)
    {
        int a = constraint.A, b = constraint.B;
        if (a < 0 || b < 0)
        {
            int moved = Math.Max(a, b);
            Visit(moved);
            if (!_isHung[moved])
            {
                _isHung[moved] = true;
                Append(index, a == moved ? b : a, moved, isChildA: a != moved);
                constraint.IsExact = true;
            }

            return;
        }

        Visit(a);
        Visit(b);
        int rootA = Root(a), rootB = Root(b);
        if (rootA == rootB)
        {
            return;
        }

        _roots[rootB] = rootA;
        _degrees[a]++;
        _degrees[b]++;
        _edges[a] ^= index;
        _edges[b] ^= index;
        constraint.IsExact = true;
    }

    private void Visit(int body)
    {
        if (_degrees[body] == Unseen)
        {
            _degrees[body] = 0;
            _edges[body] = 0;
            _roots[body] = body;
            _isHung[body] = false;
            _places[body] = _members.Count;
            _members.Add(body);
        }
    }

    private int Root(int body)
    {
        while (_roots[body] != body)
        {
            _roots[body] = _roots[_roots[body]];
            body = _roots[body];
        }

        return body;
    }

    private void Peel(ReadOnlySpan<JointConstraint> constraints)
    {
        _leaves.Clear();
        foreach (int body in _members.Span)
        {
            if (_degrees[body] == 1)
            {
                _leaves.Add(body);
            }
        }

        for (int next = 0; next < _leaves.Count; next++)
        {
            int child = _leaves[next];
            if (_degrees[child] == 0)
            {
                continue;
            }

            int edge = _edges[child];
            bool isChildA = constraints[edge].A == child;
            int parent = isChildA ? constraints[edge].B : constraints[edge].A;
            Append(edge, child, parent, isChildA);
            _degrees[child] = 0;
            _edges[parent] ^= edge;
            if (--_degrees[parent] == 1)
            {
                _leaves.Add(parent);
            }
        }
    }

    private void Append(int constraint, int child, int parent, bool isChildA)
    {
        ref JointLink link = ref _links.Items[Count++];
        link.Constraint = constraint;
        link.Child = child >= 0 ? _places[child] : child;
        link.Parent = _places[parent];
        link.IsChildA = isChildA;
    }
}
