using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics.Joints;

/// <summary>
/// Solves motors, springs and limits, and the joints that close loops, one after the other in the order of their slots, and in the reverse order when
/// relaxing. What else holds bodies together comes after them, all at once (<see cref="ForestSolver"/>).
/// </summary>
internal static unsafe class JointSolver
{
    /// <summary>Takes the joints of some bodies, and scales their impulses of the last step to this one's substeps.</summary>
    public static void Prepare(StepScratch scratch, in SolverRows rows, BodySet bodies, JointSet joints, float h, float scale)
    {
        scratch.Joints.Clear();
        for (int i = 0; i < joints.Joints.Count; i++)
        {
            ref readonly Joint joint = ref joints.Joints[i];
            if (!joint.IsAlive)
            {
                continue;
            }

            ref readonly BodyState bodyA = ref bodies.States[joint.A];
            ref readonly BodyState bodyB = ref bodies.States[joint.B];
            int a = rows.Of(bodyA), b = rows.Of(bodyB);
            if ((a < 0 && b < 0) || a == SolverRows.Absent || b == SolverRows.Absent)
            {
                continue;
            }

            // A body that does not move has no row, so its centre counts from here.
            Vec3 centreA = bodyA.Centre, centreB = bodyB.Centre;
            scratch.Joints.Add(new JointConstraint
            {
                Joint = i,
                A = a,
                B = b,
                Kind = joint.Kind,
                IsRigid = joint.IsRigid,
                IsFree = joint.IsFree,
                Length = joint.Length,
                OffsetA = bodyA.Pose.Transform(joint.FrameA.Position) - centreA,
                OffsetB = bodyB.Pose.Transform(joint.FrameB.Position) - centreB,
                RotationA = bodyA.Pose.Rotation * joint.FrameA.Rotation,
                RotationB = bodyB.Pose.Rotation * joint.FrameB.Rotation,
                Between = centreB - centreA,
                Spring = Softness.Of(joint.SpringHertz, joint.SpringDampingRatio, h),
            });
        }

        Scale(scratch, joints, scale);
        scratch.Forest.Build(scratch.Joints.Span, rows.Slots.Length + 1);
        ForestSolver.Load(scratch, joints);
    }

    /// <summary>Remembers the impulses, scaled as those of substeps of another length.</summary>
    public static void Store(StepScratch scratch, JointSet joints, float scale)
    {
        ForestSolver.Store(scratch, joints);
        Scale(scratch, joints, scale);
    }

    /// <summary>Scales the impulses from substeps of one length to those of another.</summary>
    private static void Scale(StepScratch scratch, JointSet joints, float scale)
    {
        if (scale == 1f)
        {
            return;
        }

        foreach (ref readonly JointConstraint constraint in scratch.Joints.Span)
        {
            ref Joint joint = ref joints.Joints[constraint.Joint];
            joint.LinearImpulse *= scale;
            joint.AngularImpulse *= scale;
            joint.MotorImpulse *= scale;
            joint.SpringImpulse *= scale;
            joint.LowerImpulse *= scale;
            joint.UpperImpulse *= scale;
        }
    }

    /// <summary>Looks where the frames are now: once for each time that bodies have moved, for all that is solved until they move again.</summary>
    public static void Place(in SolverContext context, StepScratch scratch)
    {
        foreach (ref JointConstraint constraint in scratch.Joints.Span)
        {
            var bodies = new JointBodies(context, constraint.A, constraint.B);
            constraint.Place = new JointPlace(constraint, bodies);
            if (!constraint.IsExact && constraint.Kind is JointKind.Ball or JointKind.Hinge or JointKind.Fixed)
            {
                constraint.PointMass = bodies.PointResponse(constraint.Place.OffsetA, constraint.Place.OffsetB).Inverse();
            }
        }

        ForestSolver.Place(context, scratch);
    }

    public static void WarmStart(in SolverContext context, StepScratch scratch, JointSet joints)
    {
        foreach (ref readonly JointConstraint constraint in scratch.Joints.Span)
        {
            if (constraint.IsExact && !constraint.IsFree)
            {
                continue;
            }

            ref readonly Joint joint = ref joints.Joints[constraint.Joint];
            var bodies = new JointBodies(context, constraint.A, constraint.B);
            ref readonly JointPlace place = ref constraint.Place;
            float along = joint.MotorImpulse + joint.SpringImpulse + joint.LowerImpulse - joint.UpperImpulse;
            Vec3 linear = constraint.IsExact ? default : joint.LinearImpulse, angular = constraint.IsExact ? default : joint.AngularImpulse;
            switch (joint.Kind)
            {
                case JointKind.Slider:
                    SliderAxes(bodies, place, out JointAxis x, out JointAxis y, out JointAxis z);
                    x.Apply(ref bodies, along);
                    y.Apply(ref bodies, linear.Y);
                    z.Apply(ref bodies, linear.Z);
                    bodies.ApplyTurn(angular);
                    break;
                case JointKind.Distance:
                    DistanceAxis(bodies, place, out _).Apply(ref bodies, along + linear.X);
                    break;
                case JointKind.Hinge:
                    bodies.ApplyTurn(place.RotationA.Rotate(angular with { X = along }));
                    bodies.ApplyAt(linear, place.OffsetA, place.OffsetB);
                    break;
                default:
                    bodies.ApplyTurn(angular);
                    bodies.ApplyAt(linear, place.OffsetA, place.OffsetB);
                    break;
            }

            bodies.Store();
        }

        ForestSolver.WarmStart(context, scratch);
    }

    /// <summary>With errors taken back: softly, or exactly where all can be solved at once.</summary>
    public static void Solve(in SolverContext context, StepScratch scratch, JointSet joints)
    {
        foreach (ref readonly JointConstraint constraint in scratch.Joints.Span)
        {
            Solve(context, constraint, ref joints.Joints[constraint.Joint], context.JointSoftness);
        }

        ForestSolver.Solve(context, scratch, context.JointSoftness.BiasRate);
    }

    /// <summary>With velocities alone, rigidly.</summary>
    public static void Relax(in SolverContext context, StepScratch scratch, JointSet joints)
    {
        Span<JointConstraint> constraints = scratch.Joints.Span;
        for (int i = constraints.Length - 1; i >= 0; i--)
        {
            Solve(context, constraints[i], ref joints.Joints[constraints[i].Joint], Softness.Rigid);
        }

        ForestSolver.Solve(context, scratch, biasRate: 0);
    }

    private static void Solve(in SolverContext context, in JointConstraint constraint, ref Joint joint, Softness softness)
    {
        if (constraint.IsExact && !constraint.IsFree)
        {
            return;
        }

        var bodies = new JointBodies(context, constraint.A, constraint.B);
        if (constraint.IsFree)
        {
            SolveFree(context, ref bodies, constraint, ref joint, softness);
        }

        if (!constraint.IsExact)
        {
            Hold(context, ref bodies, constraint, ref joint, softness);
        }

        bodies.Store();
    }

    private static void Hold(in SolverContext context, ref JointBodies bodies, in JointConstraint constraint, ref Joint joint, Softness softness)
    {
        ref readonly JointPlace place = ref constraint.Place;
        switch (joint.Kind)
        {
            case JointKind.Ball:
                HoldPoint(ref bodies, constraint, softness, ref joint.LinearImpulse);
                break;
            case JointKind.Hinge:
                HoldHinge(ref bodies, place, softness, ref joint.AngularImpulse);
                HoldPoint(ref bodies, constraint, softness, ref joint.LinearImpulse);
                break;
            case JointKind.Slider:
                HoldSlider(ref bodies, place, ref joint, softness);
                break;
            case JointKind.Fixed:
                HoldTurn(ref bodies, place.Misturned, softness, float.PositiveInfinity, ref joint.AngularImpulse);
                HoldPoint(ref bodies, constraint, softness, ref joint.LinearImpulse);
                break;
            case JointKind.Distance when constraint.IsRigid:
                float held = joint.LinearImpulse.X;
                DistanceAxis(bodies, place, out float length).Hold(ref bodies, length - joint.Length, softness, ref held);
                joint.LinearImpulse = new Vec3(held, 0, 0);
                break;
            case JointKind.Motor:
                SolveMotor(context, ref bodies, place, constraint, ref joint);
                break;
        }
    }

    /// <summary>Motor, spring and limits of the one free degree.</summary>
    private static void SolveFree(in SolverContext context, ref JointBodies bodies, in JointConstraint constraint, ref Joint joint, Softness softness)
    {
        JointAxis axis = FreeAxis(bodies, constraint, out float at);
        if (joint.HasMotor)
        {
            axis.Drive(ref bodies, joint.MotorSpeed, joint.MotorMax * context.H, ref joint.MotorImpulse);
        }

        if (joint.SpringHertz > 0)
        {
            axis.Hold(ref bodies, at - joint.SpringTarget, constraint.Spring, ref joint.SpringImpulse);
        }

        if (joint.HasLimits)
        {
            axis.Limit(ref bodies, at - joint.Lower, 1f, context.InverseH, softness, ref joint.LowerImpulse);
            axis.Limit(ref bodies, joint.Upper - at, -1f, context.InverseH, softness, ref joint.UpperImpulse);
        }
    }

    private static JointAxis FreeAxis(in JointBodies bodies, in JointConstraint constraint, out float at)
    {
        ref readonly JointPlace place = ref constraint.Place;
        switch (constraint.Kind)
        {
            case JointKind.Hinge:
                at = place.Angle;
                return JointAxis.About(bodies, place.RotationA.Rotate(Vec3.UnitX));
            case JointKind.Slider:
                Vec3 along = place.RotationA.Rotate(Vec3.UnitX);
                at = Vec3.Dot(place.Apart, along);
                return JointAxis.Along(bodies, along, place.OffsetA + place.Apart, place.OffsetB);
            default:
                return DistanceAxis(bodies, place, out at);
        }
    }

    private static void HoldSlider(ref JointBodies bodies, in JointPlace place, ref Joint joint, Softness softness)
    {
        SliderAxes(bodies, place, out _, out JointAxis y, out JointAxis z);
        HoldTurn(ref bodies, place.Misturned, softness, float.PositiveInfinity, ref joint.AngularImpulse);
        float acrossY = joint.LinearImpulse.Y, acrossZ = joint.LinearImpulse.Z;
        y.Hold(ref bodies, Vec3.Dot(place.Apart, place.RotationA.Rotate(Vec3.UnitY)), softness, ref acrossY);
        z.Hold(ref bodies, Vec3.Dot(place.Apart, place.RotationA.Rotate(Vec3.UnitZ)), softness, ref acrossZ);
        joint.LinearImpulse = new Vec3(0, acrossY, acrossZ);
    }

    private static void SolveMotor(in SolverContext context, ref JointBodies bodies, in JointPlace place, in JointConstraint constraint, ref Joint joint)
    {
        // A motor is as stiff as its own spring in both passes; without one, as stiff as joints are.
        Softness softness = joint.SpringHertz > 0 ? constraint.Spring : context.JointSoftness;
        HoldTurn(ref bodies, place.Misturned, softness, joint.TorqueMax * context.H, ref joint.AngularImpulse);
        Vec3 reachA = place.OffsetA + place.Apart;
        SymMat3 mass = bodies.PointResponse(reachA, place.OffsetB).Inverse();
        Vec3 speed = bodies.PointSpeed(reachA, place.OffsetB);
        Vec3 old = joint.LinearImpulse;
        Vec3 pull = (mass * (speed + (place.Apart * softness.BiasRate))) * -softness.MassScale;
        joint.LinearImpulse = (old + pull - (old * softness.ImpulseScale)).Clamped(joint.ForceMax * context.H);
        bodies.ApplyAt(joint.LinearImpulse - old, reachA, place.OffsetB);
    }

    private static void HoldPoint(ref JointBodies bodies, in JointConstraint constraint, Softness softness, ref Vec3 accumulated)
    {
        ref readonly JointPlace place = ref constraint.Place;
        Vec3 speed = bodies.PointSpeed(place.OffsetA, place.OffsetB);
        Vec3 impulse = ((constraint.PointMass * (speed + (place.Apart * softness.BiasRate))) * -softness.MassScale) - (accumulated * softness.ImpulseScale);
        accumulated += impulse;
        bodies.ApplyAt(impulse, place.OffsetA, place.OffsetB);
    }

    private static void HoldTurn(ref JointBodies bodies, Vec3 error, Softness softness, float impulseMax, ref Vec3 accumulated)
    {
        SymMat3 mass = (bodies.InverseInertiaA + bodies.InverseInertiaB).Inverse();
        Vec3 old = accumulated;
        Vec3 impulse = ((mass * (bodies.AngularB - bodies.AngularA + (error * softness.BiasRate))) * -softness.MassScale) - (old * softness.ImpulseScale);
        Vec3 next = old + impulse;
        accumulated = float.IsInfinity(impulseMax) ? next : next.Clamped(impulseMax);
        bodies.ApplyTurn(accumulated - old);
    }

    /// <summary>Two angular degrees across the axis; their impulses are kept as y and z of A's frame.</summary>
    private static void HoldHinge(ref JointBodies bodies, in JointPlace place, Softness softness, ref Vec3 accumulated)
    {
        Vec3 error = Vec3.Cross(place.RotationA.Rotate(Vec3.UnitX), place.RotationB.Rotate(Vec3.UnitX));
        Vec3 y = place.RotationA.Rotate(Vec3.UnitY), z = place.RotationA.Rotate(Vec3.UnitZ);
        float heldY = accumulated.Y, heldZ = accumulated.Z;
        JointAxis.About(bodies, y).Hold(ref bodies, Vec3.Dot(error, y), softness, ref heldY);
        JointAxis.About(bodies, z).Hold(ref bodies, Vec3.Dot(error, z), softness, ref heldZ);
        accumulated = new Vec3(0, heldY, heldZ);
    }

    private static void SliderAxes(in JointBodies bodies, in JointPlace place, out JointAxis x, out JointAxis y, out JointAxis z)
    {
        Vec3 reachA = place.OffsetA + place.Apart;
        x = JointAxis.Along(bodies, place.RotationA.Rotate(Vec3.UnitX), reachA, place.OffsetB);
        y = JointAxis.Along(bodies, place.RotationA.Rotate(Vec3.UnitY), reachA, place.OffsetB);
        z = JointAxis.Along(bodies, place.RotationA.Rotate(Vec3.UnitZ), reachA, place.OffsetB);
    }

    private static JointAxis DistanceAxis(in JointBodies bodies, in JointPlace place, out float length)
    {
        Vec3 direction = place.Direction(out length);
        return JointAxis.Along(bodies, direction, place.OffsetA, place.OffsetB);
    }
}
