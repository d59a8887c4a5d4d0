using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>Is shown each list of a world's state, in the order in which they are written.</summary>
internal interface IStateVisitor
{
    void Visit<T>(StateList<T> list, string name)
        where T : unmanaged;
}

/// <summary>The lists that make up a world.</summary>
internal sealed class WorldState(BodySet bodies, BodyTree staticTree, BodyTree movingTree, PairFinder pairs, JointSet joints)
{
    public BodySet Bodies => bodies;

    public BodyTree StaticTree => staticTree;

    public BodyTree MovingTree => movingTree;

    public PairFinder Pairs => pairs;

    public JointSet Joints => joints;

    public void Visit<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IStateVisitor, allows ref struct
    {
        VisitBodies(ref visitor);
        visitor.Visit(bodies.Awake, "bodies awake");
        visitor.Visit(bodies.Moved, "bodies moved");
        visitor.Visit(bodies.Leaving, "bodies leaving");
        visitor.Visit(bodies.Free, "free slots");
        visitor.Visit(pairs.Active.Pairs, "active pairs");
        visitor.Visit(pairs.Active.Manifolds, "active manifolds");
        visitor.Visit(pairs.Asleep.Pairs, "sleeping pairs");
        visitor.Visit(pairs.Asleep.Manifolds, "sleeping manifolds");
        visitor.Visit(joints.Joints, "joints");
        visitor.Visit(joints.Free, "free joints");
    }

    /// <summary>What queries look at, and no more.</summary>
    public void VisitBodies<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IStateVisitor, allows ref struct
    {
        visitor.Visit(bodies.States, "bodies");
        visitor.Visit(bodies.Traits, "traits");
        visitor.Visit(bodies.Bounds, "bounds");
        visitor.Visit(staticTree.Nodes, "static tree");
        visitor.Visit(staticTree.Parents, "static parents");
        visitor.Visit(staticTree.Places, "static places");
        visitor.Visit(movingTree.Nodes, "moving tree");
        visitor.Visit(movingTree.Parents, "moving parents");
        visitor.Visit(movingTree.Places, "moving places");
    }
}
