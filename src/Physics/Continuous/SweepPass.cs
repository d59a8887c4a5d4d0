using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Continuous;

/// <summary>
/// Keeps fast bodies from passing through others (continuous collision): what moved farther than its thickness is led along its way and stopped
/// at the first thing it meets; the contact of the next step takes its speed. All dynamic bodies are kept from passing static and kinematic
/// ones, bullets also from passing each other and other dynamic ones, where those are at the end of the step. Turning counts from its
/// end: a long thin body that spins may sweep through a corner.
/// </summary>
internal sealed class SweepPass
{
    /// <summary>
    /// How deep a body gets before it is stopped, as a share of its thickness and in metres: what slides or rests is pressed in as deep by contacts.
    /// </summary>
    private const float DepthShare = 0.25f;
    private const float DepthMax = 0.005f;

    private readonly ShapeSet _shapes;
    private readonly BodySet _bodies;
    private readonly BodyTree _staticTree;
    private readonly BodyTree _movingTree;
    private readonly PairFinder _pairs;

    public SweepPass(ShapeSet shapes, BodySet bodies, BodyTree staticTree, BodyTree movingTree, PairFinder pairs)
    {
        _shapes = shapes;
        _bodies = bodies;
        _staticTree = staticTree;
        _movingTree = movingTree;
        _pairs = pairs;
    }

    public void Run(StateList<FastBody> fast)
    {
        foreach (ref readonly FastBody body in fast.Span)
        {
            Lead(body);
        }
    }

    private void Lead(in FastBody fast)
    {
        ref BodyState body = ref _bodies.States[fast.Slot];
        ShapeId shape = _bodies.Traits[fast.Slot].Shape;
        var start = new Pose(fast.Start.Position, body.Pose.Rotation);
        Vec3 way = body.Pose.Position - start.Position;
        Aabb swept = _shapes.Bounds(shape, start).Swept(way);
        var visitor = new Obstacles { Pass = this, Slot = fast.Slot, Start = start, Way = way, Fraction = 1f };
        TreeTraversal.Overlap(_staticTree, swept, ref visitor);
        TreeTraversal.Overlap(_movingTree, swept, ref visitor);
        if (visitor.Fraction < 1f)
        {
            body.Pose = body.Pose with { Position = start.Position + (way * visitor.Fraction) };
        }
    }

    private bool Stops(int slot, int other)
    {
        ref readonly BodyState body = ref _bodies.States[slot];
        ref readonly BodyState obstacle = ref _bodies.States[other];
        return ((body.Flags | obstacle.Flags) & BodyFlags.Sensor) == 0
            && (!obstacle.IsDynamic || (body.Flags & BodyFlags.Bullet) != 0)
            && _pairs.MayMeet(slot, other);
    }

    /// <summary>How far along its way a body gets before it meets another, 0 to <paramref name="limit"/>.</summary>
    private float FractionUntil(int slot, int other, in Pose start, Vec3 way, float limit)
    {
        float depth = MathF.Min(_bodies.States[slot].Thickness * DepthShare, DepthMax);
        ref readonly ShapeRecord shape = ref _shapes.Get(_bodies.Traits[slot].Shape);
        ref readonly ShapeRecord obstacle = ref _shapes.Get(_bodies.Traits[other].Shape);
        ref readonly Pose pose = ref _bodies.States[other].Pose;
        SurfaceHit hit = default;
        if (shape.Content is not Compound compound)
        {
            ShapeCasts.Convex(obstacle, pose, shape, start, way, ref limit, ref hit, depth);
            return limit;
        }

        foreach (ref readonly CompoundChild child in compound.Children)
        {
            ShapeCasts.Convex(obstacle, pose, _shapes.Get(child.Shape), start * child.Pose, way, ref limit, ref hit, depth);
        }

        return limit;
    }

    private struct Obstacles : IBoxVisitor
    {
        public SweepPass Pass;
        public int Slot;
        public Pose Start;
        public Vec3 Way;
        public float Fraction;

        public bool Visit(int slot)
        {
            if (Pass.Stops(Slot, slot))
            {
                Fraction = Pass.FractionUntil(Slot, slot, Start, Way, Fraction);
            }

            return Fraction > 0;
        }
    }
}
