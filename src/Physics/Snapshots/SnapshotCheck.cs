using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>
/// Looks through lists that came from elsewhere, so that no index leads astray and no number is none: a world that passes behaves, whoever
/// made the bytes.
/// </summary>
internal static class SnapshotCheck
{
    public static void Check(WorldState state, ShapeSet shapes, in SnapshotHeader header)
    {
        Require(float.IsFinite(header.LastH) && header.LastH >= 0, "the length of the last substep");
        Require(header.HasWoken is 0 or 1, "the flag of woken bodies");
        CheckBodies(state.Bodies, shapes);
        CheckSlots(state.Bodies);
        TreeCheck.Check(state.StaticTree, state.Bodies, header.StaticCount, isStatic: true);
        TreeCheck.Check(state.MovingTree, state.Bodies, header.MovingCount, isStatic: false);
        var keys = new PairKeys();
        CheckPairs(state.Pairs.Active, state.Bodies, keys);
        CheckPairs(state.Pairs.Asleep, state.Bodies, keys);
        CheckJoints(state.Joints, state.Bodies);
    }

    /// <summary>The same for the lists that queries of the past look at.</summary>
    public static void CheckBodies(WorldState state, ShapeSet shapes, WorldBodies lists)
    {
        CheckBodies(state.Bodies, shapes);
        TreeCheck.Check(state.StaticTree, state.Bodies, lists.StaticCount, isStatic: true);
        TreeCheck.Check(state.MovingTree, state.Bodies, lists.MovingCount, isStatic: false);
    }

    internal static void Require(bool holds, string what)
    {
        if (!holds)
        {
            Throw(what);
        }
    }

    private static void Throw(string what) => throw new SnapshotException($"The snapshot is not one that a world writes: {what} is wrong.");

    private static void CheckBodies(BodySet bodies, ShapeSet shapes)
    {
        int count = bodies.States.Count;
        Require(count <= Limits.BodiesMax && bodies.Traits.Count == count && bodies.Bounds.Count == count, "the count of bodies");
        for (int i = 0; i < count; i++)
        {
            ref readonly BodyState body = ref bodies.States[i];
            ref readonly BodyTraits traits = ref bodies.Traits[i];
            if (!body.IsAlive)
            {
                Require(body.AwakeIndex < 0, "a removed body");
                continue;
            }

            Require((body.Flags & BodyFlags.KindMask) != BodyFlags.KindMask, "a body's kind");
            Vec3 reach = Vec3.Abs(body.Pose.Position);
            Require(reach.X <= Limits.PositionMax && reach.Y <= Limits.PositionMax && reach.Z <= Limits.PositionMax, "a body's position");
            Require(body.Pose.Rotation.LengthSquared is > 0.9f and < 1.1f, "a body's rotation");
            Require(body.LinearVelocity.IsFinite && body.AngularVelocity.IsFinite, "a body's velocity");
            Require(body.InverseMass >= 0 && float.IsFinite(body.InverseMass) && body.InverseInertia.IsFinite && body.LocalCentre.IsFinite, "a body's mass");
            Require(body.IsDynamic ? body.InverseMass > 0 : body.InverseMass == 0 && body.InverseInertia == default, "a body's mass");
            Require(float.IsFinite(body.GravityScale) && body.LinearDamping >= 0 && body.AngularDamping >= 0 && body.RestTime >= 0, "a body's motion");
            Require(body.Radius > 0 && float.IsFinite(body.Radius) && body.Thickness >= 0, "a body's size");
            Require(body.Kind != BodyKind.Static || (body.AwakeIndex < 0 && body.LinearVelocity == Vec3.Zero && body.AngularVelocity == Vec3.Zero), "a static body");
            Require(traits.Friction >= 0 && traits.Restitution is >= 0 and <= 1 && float.IsFinite(traits.Friction) && traits.RollingResistance is >= 0 and <= 1, "a body's material");
            Require(traits.FrictionCombine <= Combine.Maximum && traits.RestitutionCombine <= Combine.Maximum && traits.Reports <= ContactReports.All, "a body's rules");
            Require(!traits.IsChanged, "a body's pairs");
            Require(traits.Generation > 0 && shapes.Contains(traits.Shape) && (!body.IsDynamic || traits.Shape.MayMove), "a body's shape");
            Require(bodies.Bounds[i].Tight.IsValid && bodies.Bounds[i].Fat.IsValid, "a body's box");
        }
    }

    private static void CheckSlots(BodySet bodies)
    {
        int awake = 0, moved = 0, leaving = 0, free = 0;
        var isTarget = new bool[bodies.States.Count];
        for (int i = 0; i < bodies.States.Count; i++)
        {
            ref readonly BodyState body = ref bodies.States[i];
            awake += body.IsAwake ? 1 : 0;
            moved += (body.Flags & BodyFlags.Moved) != 0 ? 1 : 0;
            leaving += (body.Flags & BodyFlags.Leaving) != 0 ? 1 : 0;
            free += !body.IsAlive && (body.Flags & BodyFlags.Leaving) == 0 ? 1 : 0;
            Require(!body.IsAlive || (body.Flags & BodyFlags.Leaving) == 0, "a body's flags");
            if (body.IsAlive)
            {
                int next = bodies.Traits[i].IslandNext;
                Require((uint)next < (uint)isTarget.Length && !isTarget[next] && bodies.States[next].IsAlive, "a body's island");
                Require(next == i || (!body.IsAwake && !bodies.States[next].IsAwake && body.Kind != BodyKind.Static && bodies.States[next].Kind != BodyKind.Static), "a body's island");
                isTarget[next] = true;
            }
        }

        Require(bodies.Awake.Count == awake && bodies.Moved.Count == moved && bodies.Leaving.Count == leaving && bodies.Free.Count == free, "a list of bodies");
        for (int i = 0; i < awake; i++)
        {
            Require((uint)bodies.Awake[i] < (uint)isTarget.Length && bodies.States[bodies.Awake[i]].AwakeIndex == i, "the list of bodies awake");
        }

        CheckOnce(bodies.Moved, bodies, static body => (body.Flags & BodyFlags.Moved) != 0, "the list of bodies moved");
        CheckOnce(bodies.Leaving, bodies, static body => (body.Flags & BodyFlags.Leaving) != 0, "the list of bodies leaving");
        CheckOnce(bodies.Free, bodies, static body => !body.IsAlive && (body.Flags & BodyFlags.Leaving) == 0, "the list of free slots");
    }

    private static void CheckOnce(StateList<int> slots, BodySet bodies, Func<BodyState, bool> holds, string what)
    {
        var isSeen = new bool[bodies.States.Count];
        foreach (int slot in slots.Span)
        {
            Require((uint)slot < (uint)isSeen.Length && !isSeen[slot] && holds(bodies.States[slot]), what);
            isSeen[slot] = true;
        }
    }

    private static void CheckPairs(PairList list, BodySet bodies, PairKeys keys)
    {
        Require(list.Pairs.Count <= Limits.PairsMax + Limits.StaticPairsMax, "the count of pairs");
        int manifolds = 0;
        foreach (ref readonly Pair pair in list.Pairs.Span)
        {
            Require(pair.A >= 0 && pair.A < pair.B && pair.B < bodies.States.Count && keys.Add(PairKeys.Key(pair.A, pair.B)), "a pair's bodies");
            Require(pair.ManifoldCount >= 0 && pair.FirstManifold >= manifolds && pair.FirstManifold <= list.Manifolds.Count - pair.ManifoldCount, "a pair's manifolds");
            manifolds = pair.FirstManifold + pair.ManifoldCount;
            Require(pair.Friction >= 0 && float.IsFinite(pair.Friction) && pair.Restitution is >= 0 and <= 1 && pair.RollingResistance is >= 0 and <= 1, "a pair's material");
            bool areConvex = bodies.Traits[pair.A].Shape.IsConvex && bodies.Traits[pair.B].Shape.IsConvex;
            bool areAlive = (bodies.States[pair.A].Flags & bodies.States[pair.B].Flags & BodyFlags.Alive) != 0;
            Require(!areAlive || areConvex == ((pair.Flags & PairFlags.Convex) != 0), "a pair's kind");
        }

        foreach (ref readonly ContactManifold manifold in list.Manifolds.Span)
        {
            Require(manifold.Count is >= 1 and <= Manifold.PointsMax, "a manifold's count");
            Require(manifold.Normal.IsFinite && manifold.FrictionImpulse.IsFinite && manifold.TurnImpulse.IsFinite, "a manifold");
            for (int p = 0; p < manifold.Count; p++)
            {
                SolvedPoint point = manifold.Points[p];
                Require(point.OffsetA.IsFinite && float.IsFinite(point.Separation) && float.IsFinite(point.Impulse) && point.Impulse >= 0, "a contact point");
            }
        }
    }

    private static void CheckJoints(JointSet joints, BodySet bodies)
    {
        Require(joints.Joints.Count <= Limits.JointsMax, "the count of joints");
        int alive = 0;
        for (int i = 0; i < joints.Joints.Count; i++)
        {
            ref readonly Joint joint = ref joints.Joints[i];
            if (!joint.IsAlive)
            {
                continue;
            }

            alive++;
            Require(joint.Kind is >= JointKind.Ball and <= JointKind.Motor && joint.Generation > 0, "a joint's kind");
            Require((uint)joint.A < (uint)bodies.States.Count && (uint)joint.B < (uint)bodies.States.Count && joint.A != joint.B, "a joint's bodies");
            Require(bodies.States[joint.A].IsAlive && bodies.States[joint.B].IsAlive, "a joint's bodies");
            Require(joint.AreNumbersFinite, "a joint's numbers");
        }

        Require(joints.Free.Count == joints.Joints.Count - alive, "the list of free joints");
        var isSeen = new bool[joints.Joints.Count];
        foreach (int slot in joints.Free.Span)
        {
            Require((uint)slot < (uint)isSeen.Length && !isSeen[slot] && !joints.Joints[slot].IsAlive, "the list of free joints");
            isSeen[slot] = true;
        }

        CheckJointLists(joints, bodies, alive);
    }

    private static void CheckJointLists(JointSet joints, BodySet bodies, int alive)
    {
        int ends = 0;
        var isSeen = new bool[joints.Joints.Count * 2];
        for (int body = 0; body < bodies.States.Count; body++)
        {
            if (!bodies.States[body].IsAlive)
            {
                continue;
            }

            for (int at = bodies.Traits[body].FirstJoint; at != -1; ends++)
            {
                Require((uint)at < (uint)isSeen.Length && !isSeen[at] && joints.Joints[at >> 1].IsAlive, "a body's joints");
                isSeen[at] = true;
                ref readonly Joint joint = ref joints.Joints[at >> 1];
                Require(((at & 1) == 0 ? joint.A : joint.B) == body, "a body's joints");
                at = (at & 1) == 0 ? joint.NextA : joint.NextB;
            }
        }

        Require(ends == alive * 2, "a body's joints");
    }
}
