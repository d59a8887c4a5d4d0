using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Joints;

[Flags]
internal enum JointFlags : byte
{
    None = 0,
    Alive = 1,
    BodiesMeet = 2,
    HasLimits = 4,
    HasMotor = 8,
}

/// <summary>A joint as it is remembered, with the impulses of the last substep.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Joint
{
    public JointKind Kind;
    public JointFlags Flags;
    public ushort Unused;
    public uint Generation;
    public int A;
    public int B;

    /// <summary>The next joint at A and at B, as joint × 2 + end, or -1.</summary>
    public int NextA;
    public int NextB;
    public Pose FrameA;
    public Pose FrameB;
    public float Lower;
    public float Upper;
    public float MotorSpeed;
    public float MotorMax;
    public float SpringHertz;
    public float SpringDampingRatio;
    public float SpringTarget;
    public float Length;
    public float ForceMax;
    public float TorqueMax;

    /// <summary>Newton seconds on B; of a slider across the axis, of a distance joint along the line, as x.</summary>
    public Vec3 LinearImpulse;
    public Vec3 AngularImpulse;
    public float MotorImpulse;
    public float SpringImpulse;
    public float LowerImpulse;
    public float UpperImpulse;

    public readonly bool IsAlive => (Flags & JointFlags.Alive) != 0;

    public readonly bool HasLimits => (Flags & JointFlags.HasLimits) != 0;

    public readonly bool HasMotor => (Flags & JointFlags.HasMotor) != 0;

    /// <summary>True if it takes degrees of freedom for good, whatever impulse that needs.</summary>
    public readonly bool IsRigid => Kind is JointKind.Ball or JointKind.Hinge or JointKind.Slider or JointKind.Fixed || (Kind == JointKind.Distance && !IsFree);

    /// <summary>True if it has a motor, a spring or limits along the one degree that it leaves.</summary>
    public readonly bool IsFree => Kind switch
    {
        JointKind.Hinge or JointKind.Slider => HasLimits || HasMotor || SpringHertz > 0,
        JointKind.Distance => HasLimits || SpringHertz > 0,
        _ => false,
    };

    /// <summary>True if no number is none and none is below where it must be.</summary>
    public readonly bool AreNumbersFinite =>
        FrameA.IsFinite && FrameB.IsFinite && float.IsFinite(Lower) && float.IsFinite(Upper) && Lower <= Upper && float.IsFinite(MotorSpeed) && MotorMax >= 0
        && SpringHertz >= 0 && SpringDampingRatio >= 0 && float.IsFinite(SpringHertz + SpringDampingRatio) && float.IsFinite(SpringTarget) && Length >= 0
        && float.IsFinite(Length) && ForceMax >= 0 && TorqueMax >= 0 && LinearImpulse.IsFinite && AngularImpulse.IsFinite
        && float.IsFinite(MotorImpulse) && float.IsFinite(SpringImpulse) && float.IsFinite(LowerImpulse) && float.IsFinite(UpperImpulse);
}
