using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Continuous;

/// <summary>
/// Keeps fast bodies from passing through others (continuous collision): what moved farther than its thickness is led along its way and stopped
/// just before the first thing it meets; the contact of the next step takes its speed. All dynamic bodies are kept from passing static and kinematic
/// ones, bullets also from passing each other and other dynamic ones, where those are at the end of the step. Turning counts from its
/// end: a long thin body that spins may sweep through a corner.
/// </summary>
internal sealed class SweepPass
{
    /// <summary>Metres from the surface at which a body is stopped: within reach of the next step's contact.</summary>
    private const float Gap = 0.004f;

    /// <summary>Of the body's thickness: as deep may what touched already when the step began get, for contacts hold that.</summary>
    private const float DepthShare = 0.25f;
    private const int RoundsMax = 32;

    private readonly ShapeSet _shapes;
    private readonly BodySet _bodies;
    private readonly BodyTree _staticTree;
    private readonly BodyTree _movingTree;
    private readonly PairFinder _pairs;
    private readonly ManifoldList _manifolds = new();

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
        Aabb swept = _shapes.Bounds(shape, start).Swept(way).Expanded(Gap);
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

    /// <summary>How far along its way a body gets before it meets another, 0 to <paramref name="limit"/> (conservative advancement, B. Mirtich 1996).</summary>
    private float FractionUntil(int slot, int other, in Pose start, Vec3 way, float limit)
    {
        float length = way.Length, thickness = _bodies.States[slot].Thickness, fraction = 0f;
        for (int round = 0; round < RoundsMax; round++)
        {
            var pose = new Pose(start.Position + (way * fraction), start.Rotation);
            float next = NextFraction(slot, other, pose, way, (length * (limit - fraction)) + Gap, round == 0 ? thickness * DepthShare : 0f);
            if (next <= 1e-6f)
            {
                return fraction;
            }

            fraction += next;
            if (fraction >= limit)
            {
                return limit;
            }
        }

        return fraction;
    }

    /// <summary>Share of the way that is free for certain from a pose on.</summary>
    private float NextFraction(int slot, int other, in Pose pose, Vec3 way, float reach, float depthAllowed)
    {
        _manifolds.Clear();
        ShapeId shape = _bodies.Traits[slot].Shape, obstacle = _bodies.Traits[other].Shape;
        Pose otherPose = _bodies.States[other].Pose;
        if (shape.IsConvex && obstacle.IsConvex)
        {
            var relative = new Relative(pose, otherPose);
            ConvexCore core = _shapes.Get(shape).Core, otherCore = _shapes.Get(obstacle).Core;
            Closest closest = default;
            return ConvexPairs.FindClosest(core, otherCore, relative, reach, ref closest)
                ? Free(closest.Distance - core.Radius - otherCore.Radius, pose.Rotation.Rotate(closest.Normal), way, depthAllowed)
                : 1f;
        }

        Collider.Collide(_shapes, shape, pose, obstacle, otherPose, reach, _manifolds);
        float least = 1f;
        foreach (ref readonly Manifold manifold in _manifolds.Span)
        {
            float separation = float.PositiveInfinity;
            for (int p = 0; p < manifold.Count; p++)
            {
                separation = MathF.Min(separation, manifold.Points[p].Separation);
            }

            least = MathF.Min(least, Free(separation, manifold.Normal, way, depthAllowed));
        }

        return least;
    }

    /// <summary>Two surfaces with a plane between them, of normal towards the obstacle, cannot meet before the distance along it is used up.</summary>
    private static float Free(float separation, Vec3 normal, Vec3 way, float depthAllowed)
    {
        float closing = Vec3.Dot(way, normal);
        if (!(closing > 0))
        {
            return 1f;
        }

        float room = separation > Gap ? separation - (Gap * 0.5f) : depthAllowed > 0 ? separation + depthAllowed : 0f;
        return room > 0 ? room / closing : 0f;
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
