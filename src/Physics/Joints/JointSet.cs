using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Joints;

/// <summary>The joints of a world, each in a slot that it keeps, and a list of them at each body.</summary>
internal sealed class JointSet
{
    private readonly BodySet _bodies;

    public JointSet(BodySet bodies)
    {
        _bodies = bodies;
    }

    public StateList<Joint> Joints { get; } = new();

    public StateList<int> Free { get; } = new();

    public int Count => Joints.Count - Free.Count;

    public JointId Add(in JointDescription description)
    {
        int a = _bodies.SlotOf(description.A), b = _bodies.SlotOf(description.B);
        Check(description);
        int slot;
        if (Free.Count > 0)
        {
            slot = Free[Free.Count - 1];
            Free.RemoveLast();
        }
        else
        {
            slot = Joints.Count;
            Joints.Add(default(Joint));
        }

        ref Joint joint = ref Joints[slot];
        uint generation = joint.Generation + 1;
        joint = new Joint
        {
            Kind = description.Kind,
            Flags = JointFlags.Alive | (description.BodiesMeet ? JointFlags.BodiesMeet : 0) | (description.HasLimits ? JointFlags.HasLimits : 0)
                | (description.HasMotor ? JointFlags.HasMotor : 0),
            Generation = generation == 0 ? 1 : generation,
            A = a,
            B = b,
            FrameA = description.FrameA with { Rotation = description.FrameA.Rotation.Normalized() },
            FrameB = description.FrameB with { Rotation = description.FrameB.Rotation.Normalized() },
            Lower = description.Lower,
            Upper = description.Upper,
            MotorSpeed = description.MotorSpeed,
            MotorMax = description.MotorMax,
            SpringHertz = description.SpringHertz,
            SpringDampingRatio = description.SpringDampingRatio,
            SpringTarget = description.SpringTarget,
            Length = description.Length,
            ForceMax = description.ForceMax,
            TorqueMax = description.TorqueMax,
        };
        Link(ref joint.NextA, a, slot * 2);
        Link(ref joint.NextB, b, (slot * 2) + 1);
        return new JointId(slot, joint.Generation);
    }

    /// <exception cref="PhysicsException">There is no such joint.</exception>
    public int SlotOf(JointId id) => (uint)id.Slot < (uint)Joints.Count && Joints[id.Slot].Generation == id.Generation && Joints[id.Slot].IsAlive
        ? id.Slot
        : throw new PhysicsException($"There is no {id} in this world: it was removed, went with a body, or is of another world.");

    public bool Contains(JointId id) => (uint)id.Slot < (uint)Joints.Count && Joints[id.Slot].Generation == id.Generation && Joints[id.Slot].IsAlive;

    public void Remove(int slot)
    {
        ref Joint joint = ref Joints[slot];
        Unlink(joint.A, slot * 2);
        Unlink(joint.B, (slot * 2) + 1);
        joint = new Joint { Generation = joint.Generation };
        Free.Add(slot);
    }

    /// <summary>True if a joint keeps two bodies from meeting.</summary>
    public bool Separate(int a, int b)
    {
        for (int at = _bodies.Traits[a].FirstJoint; at >= 0; at = Next(at))
        {
            ref readonly Joint joint = ref Joints[at >> 1];
            if ((joint.Flags & JointFlags.BodiesMeet) == 0 && (joint.A == b || joint.B == b))
            {
                return true;
            }
        }

        return false;
    }

    private static void Check(in JointDescription d)
    {
        if (d.A == d.B)
        {
            throw new PhysicsException($"A joint must hold two bodies, not {d.A} to itself.");
        }

        if (d.Kind is < JointKind.Ball or > JointKind.Motor)
        {
            throw new PhysicsException($"A joint of {d.A} and {d.B} has kind {d.Kind}, which is none.");
        }

        if (!d.FrameA.IsFinite || !d.FrameB.IsFinite)
        {
            throw new PhysicsException($"A joint of {d.A} and {d.B} has a frame that is no number: {d.FrameA}, {d.FrameB}.");
        }

        Require(d, d.Lower <= d.Upper && float.IsFinite(d.Lower) && float.IsFinite(d.Upper), "limits", "must be numbers in order");
        Require(d, float.IsFinite(d.MotorSpeed) && d.MotorMax >= 0, "motor", "needs a speed, and a greatest force or torque of zero or more");
        Require(d, d.SpringHertz is >= 0 and <= 1000 && d.SpringDampingRatio is >= 0 and <= 1000 && float.IsFinite(d.SpringTarget), "spring", "must be 0 to 1000 hertz and damping ratio");
        Require(d, d.Length is >= 0 and <= Limits.PositionMax, "length", "must be zero or more metres");
        Require(d, d.ForceMax >= 0 && d.TorqueMax >= 0, "force and torque", "must be zero or more");
        if (d.Kind == JointKind.Hinge && d.HasLimits)
        {
            Require(d, d.Lower >= -MathF.PI && d.Upper <= MathF.PI, "limits", "must lie within -π to π");
        }

        if (d.Kind == JointKind.Distance && d.HasLimits)
        {
            Require(d, d.Lower >= 0, "limits", "must be zero or more");
        }
    }

    private static void Require(in JointDescription d, bool holds, string what, string rule)
    {
        if (!holds)
        {
            throw new PhysicsException($"The {what} of a {d.Kind} joint of {d.A} and {d.B} {rule}.");
        }
    }

    private ref int Next(int at)
    {
        ref Joint joint = ref Joints[at >> 1];
        return ref (at & 1) == 0 ? ref joint.NextA : ref joint.NextB;
    }

    private void Link(ref int next, int body, int at)
    {
        ref int first = ref _bodies.Traits[body].FirstJoint;
        next = first;
        first = at;
    }

    private void Unlink(int body, int at)
    {
        ref int link = ref _bodies.Traits[body].FirstJoint;
        while (link != at)
        {
            link = ref Next(link);
        }

        link = Next(at);
    }
}
